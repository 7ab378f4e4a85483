public import MIME
public import MailModel

/// The stored record of one message: what a list shows, without its bodies (RFC 8621 §4.1.1 to §4.1.3).
public struct Email: Sendable {
    public let id: EmailID
    public let blobID: BlobID
    public let threadID: ThreadID
    /// Never empty.
    public let mailboxIDs: Set<MailboxID>
    public let keywords: Set<Keyword>
    /// Octets of the message as received.
    public let size: Int
    public let receivedAt: Timestamp
    /// The header values that lists need, the preview, and whether there is an attachment.
    public let summary: MessageSummary
    /// Whether the parser gave up on this message: it has no structure and an empty summary, but its octets are whole.
    public let isUnparsed: Bool
}

/// The emails of one conversation (RFC 8621 §3).
public struct MailThread: Hashable, Sendable {
    public let id: ThreadID
    /// Oldest `receivedAt` first, then by id.
    public let emailIDs: [EmailID]
}
