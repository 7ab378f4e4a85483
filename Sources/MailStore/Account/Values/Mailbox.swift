public import MailModel

/// A named container of emails, with its counts (RFC 8621 §2). What a user may do in it is always everything: an
/// account has one user.
public struct Mailbox: Hashable, Sendable {
    public let id: MailboxID
    public var name: String
    public var parentID: MailboxID?
    public var role: MailboxRole?
    /// 0 ..< 2^31; lower comes first among siblings.
    public var sortOrder: Int
    public var isSubscribed: Bool
    public var totalEmails: Int
    /// Emails with neither `$seen` nor `$draft`.
    public var unreadEmails: Int
    /// Threads with at least one email here.
    public var totalThreads: Int
    /// Of those, threads with an unread email that a reader of this mailbox would see: mail that is only in the trash does
    /// not count elsewhere, and only mail in the trash counts there (RFC 8621 §2).
    public var unreadThreads: Int
    /// IMAP's generation of this mailbox's UIDs (RFC 9051 §2.3.1.1).
    public var uidValidity: Int64
    /// The UID that the next email here gets.
    public var uidNext: Int64
}

/// What a new mailbox is to be.
public struct NewMailbox: Hashable, Sendable {
    public var name: String
    public var parentID: MailboxID?
    public var role: MailboxRole?
    public var sortOrder: Int
    public var isSubscribed: Bool

    public init(
        name: String, parentID: MailboxID? = nil, role: MailboxRole? = nil, sortOrder: Int = 0,
        isSubscribed: Bool = true
    ) {
        self.name = name
        self.parentID = parentID
        self.role = role
        self.sortOrder = sortOrder
        self.isSubscribed = isSubscribed
    }
}

/// Which of a mailbox's properties change, and to what; nil leaves one as it is.
public struct MailboxUpdate: Hashable, Sendable {
    public var name: String?
    /// `.some(nil)` moves it to the top level.
    public var parentID: MailboxID??
    /// `.some(nil)` takes the role away.
    public var role: MailboxRole??
    public var sortOrder: Int?
    public var isSubscribed: Bool?

    public init(
        name: String? = nil, parentID: MailboxID?? = nil, role: MailboxRole?? = nil, sortOrder: Int? = nil,
        isSubscribed: Bool? = nil
    ) {
        self.name = name
        self.parentID = parentID
        self.role = role
        self.sortOrder = sortOrder
        self.isSubscribed = isSubscribed
    }
}

/// What happens to the emails of a mailbox that is destroyed (RFC 8621 §2.5, onDestroyRemoveEmails).
public enum MailboxEmails: Sendable {
    /// The mailbox is not destroyed while it has any.
    case keep
    /// They are taken out of it, and destroyed if they are in no other.
    case remove
}

/// One email's place in a mailbox, as POP3 and IMAP number it.
public struct MailboxEntry: Hashable, Sendable {
    public let uid: Int64
    public let email: EmailID
    /// Octets of the message as received.
    public let size: Int
    public let blob: BlobID
}
