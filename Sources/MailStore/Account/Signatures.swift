public import MailModel

// SIGNATURES: bodies follow within the hour.
extension AccountReader {
    /// The state of a type: it changes whenever anything of that type does (RFC 8620 §5.1). Inside a write, the state
    /// that committing so far would give.
    public func state(of type: DataType) throws -> StateToken { fatalError() }
    /// The last modseq given out.
    public func modseq() throws -> Modseq { fatalError() }
    /// All mailboxes (nil), or those of `ids` that exist, in the order asked for.
    public func mailboxes(_ ids: [MailboxID]? = nil) throws -> [Mailbox] { fatalError() }
    public func mailbox(withRole role: MailboxRole) throws -> Mailbox? { fatalError() }
    /// Those of `ids` that exist, in the order asked for.
    public func emails(_ ids: [EmailID]) throws -> [Email] { fatalError() }
    /// Those of `ids` that exist, in the order asked for.
    public func threads(_ ids: [ThreadID]) throws -> [MailThread] { fatalError() }
    /// Oldest `receivedAt` first; empty when there is no such thread.
    public func emailIDs(inThread thread: ThreadID) throws -> [EmailID] { fatalError() }
    /// Nil when the email is not there or was not parsed.
    public func structure(of email: EmailID) throws -> MessageStructure? { fatalError() }
    /// Calls `body` with a whole blob's octets (the section of `id` is not looked at); nil when there is no such blob.
    /// A large one is decompressed to a file without a name and mapped, not held in memory.
    public func withBlob<Result>(_ id: BlobID, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result? {
        fatalError()
    }
    /// Octets of a whole blob; nil when there is none.
    public func blobSize(_ id: BlobID) throws -> Int? { fatalError() }
    /// The emails whose message these octets are.
    public func emails(withBlob id: BlobID) throws -> [EmailID] { fatalError() }
    /// RFC 8620 §5.5, RFC 8621 §4.4.
    /// - Throws: `anchorNotFound`, `searchNotReady`.
    public func query(_ query: EmailQuery) throws -> EmailQueryResult { fatalError() }
    /// What happened to the objects of `type` since a state a client holds (RFC 8620 §5.2):
    /// `changes(of: .email, as: EmailID.self, since: token, max: 100)`.
    /// - Throws: `cannotCalculateChanges`; `invalidProperty("maxChanges")` when `max` is not positive.
    public func changes<ID: EntityID>(of type: DataType, as id: ID.Type, since: StateToken, max: Int? = nil) throws
        -> Changes<ID>
    { fatalError() }
    /// A mailbox's emails by UID, oldest arrival first: what POP3 lists.
    public func entries(of mailbox: MailboxID) throws -> [MailboxEntry] { fatalError() }
}

extension AccountWriter {
    /// - Throws: `invalidProperty` (name, parentId, role, sortOrder), `alreadyExists`.
    public func createMailbox(_ new: NewMailbox) throws -> MailboxID { fatalError() }
    /// Changes several mailboxes at once, so that two can swap names: what must hold, must hold at the end.
    /// - Returns: why each that was refused was; those are as they were.
    public func updateMailboxes(_ updates: [MailboxID: MailboxUpdate]) throws -> [MailboxID: MailStoreError] {
        fatalError()
    }
    /// - Throws: `notFound`, `mailboxHasChild`, `mailboxHasEmail`.
    public func destroyMailbox(_ id: MailboxID, emails: MailboxEmails) throws { fatalError() }
    /// Replaces an email's keywords.
    /// - Throws: `notFound`, `overLimit`.
    public func setKeywords(_ keywords: Set<Keyword>, on email: EmailID) throws { fatalError() }
    /// Replaces the mailboxes an email is in.
    /// - Throws: `notFound`; `invalidProperty("mailboxIds")` when empty or one is not there.
    public func setMailboxes(_ mailboxes: Set<MailboxID>, of email: EmailID) throws { fatalError() }
    /// - Throws: `notFound`.
    public func destroyEmail(_ email: EmailID) throws { fatalError() }
    /// Stores a message that a device brings (Email/import). No new mail in the sense of EmailDelivery.
    public func addEmail(_ arrival: Arrival) throws -> EmailID { fatalError() }
    /// Keeps an upload for at least 24 hours from now, whether anything refers to it or not (RFC 8620 §6).
    public func addBlob(_ blob: PreparedBlob) throws { fatalError() }
    /// New mail: the emails of a batch and EmailDelivery's new state.
    func deliver(_ batch: [Arrival]) throws -> [EmailID] { fatalError() }
    /// Notes that something happened to an object of `type`; the change is logged, and told, with the commit. For types
    /// whose objects other files of this module keep (Maildrop).
    func note(_ kind: ChangeKind, _ type: DataType, _ object: Int64) throws -> Modseq { fatalError() }
}

/// What happened to an object in one transaction. On disk: append only.
enum ChangeKind: Int64 {
    case created = 1
    case updated = 2
    case destroyed = 3
    /// Of a mailbox: nothing but its counts.
    case counts = 4
}
