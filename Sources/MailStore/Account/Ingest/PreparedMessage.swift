public import MIME
public import MailModel

/// Octets that are ready for a row: hashed, compressed where it pays, and when large already synced in their place.
public struct PreparedBlob: Sendable {
    /// SHA-256 of the octets as received.
    public let id: BlobID
    /// Octets as received.
    public let size: Int
    let content: BlobContent
}

/// A message that is ready to be stored. A class, because it passes through many hands and never changes.
public final class PreparedMessage: Sendable {
    public let blob: PreparedBlob
    public let summary: MessageSummary
    /// SHA-256 over what stays the same when a server renumbers its messages; docs/fingerprint.md.
    public let fingerprint: [UInt8]
    /// Which list sent it; nil unless a rule of the account asks for lists.
    let list: MessageList?
    /// What files do not change of it; nil unless the account has mail from files.
    let contentPrint: [UInt8]?
    /// The same of the header alone; nil when that says too little.
    package let headerMark: HeaderMark?
    /// Whether the parser is kept away from this message because the process died on it twice.
    public let isUnparsed: Bool
    let encodedSummary: [UInt8]
    /// `MessageStructure.encoded()`; nil when unparsed.
    let structure: [UInt8]?
    let threading: ThreadingKeys
    let sort: EmailSortRow

    init(
        blob: PreparedBlob, summary: MessageSummary, fingerprint: [UInt8], headerMark: HeaderMark?,
        contentPrint: [UInt8]?, list: MessageList?, isUnparsed: Bool,
        structure: [UInt8]?, threading: ThreadingKeys
    ) {
        self.blob = blob
        self.summary = summary
        self.fingerprint = fingerprint
        self.contentPrint = contentPrint
        self.list = list
        self.headerMark = headerMark
        self.isUnparsed = isUnparsed
        encodedSummary = summary.encoded()
        self.structure = structure
        self.threading = threading
        sort = EmailSortRow(
            size: blob.size, hasAttachment: summary.hasAttachment, sentAt: summary.sentAt?.timestamp.milliseconds,
            summary)
    }

    /// Octets of the body that are kept in memory for its row.
    public var octetsInMemory: Int { blob.content.octetsInMemory }

    /// The same with its blob in its place.
    init(_ message: PreparedMessage, blob: PreparedBlob) {
        self.blob = blob
        summary = message.summary
        fingerprint = message.fingerprint
        contentPrint = message.contentPrint
        list = message.list
        headerMark = message.headerMark
        isUnparsed = message.isUnparsed
        encodedSummary = message.encodedSummary
        structure = message.structure
        threading = message.threading
        sort = message.sort
    }
}

/// A prepared message and where it goes.
public struct Arrival: Sendable {
    public var message: PreparedMessage
    /// At least one.
    public var mailboxIDs: Set<MailboxID>
    public var keywords: Set<Keyword>
    public var receivedAt: Timestamp

    public init(
        _ message: PreparedMessage, mailboxIDs: Set<MailboxID>, keywords: Set<Keyword> = [], receivedAt: Timestamp
    ) {
        self.message = message
        self.mailboxIDs = mailboxIDs
        self.keywords = keywords
        self.receivedAt = receivedAt
    }
}

/// When a new message's body is compressed into its place.
public enum BodyPlacing: Sendable {
    case now
    /// When there is time: for backlogs. While too many bodies wait already it is the same as `now`.
    case later
}
