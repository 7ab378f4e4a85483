public import MailModel

/// What emails to list, in which order, and which stretch of the list (RFC 8620 §5.5, RFC 8621 §4.4).
public struct EmailQuery: Hashable, Sendable {
    /// Nil lists every email.
    public var filter: EmailFilter?
    public var order: Order
    /// Index of the first result; a negative one counts from the end of the list. Ignored when there is an anchor.
    public var position: Int
    public var anchor: EmailID?
    /// Added to the anchor's index.
    public var anchorOffset: Int
    /// The most ids to return; nil: all.
    public var limit: Int?
    /// Whether only the first email of each thread is listed.
    public var threads: ThreadListing
    public var total: TotalCount

    /// RFC 8621 §4.4.3, collapseThreads.
    public enum ThreadListing: Sendable {
        case everyEmail, firstOfThread
    }

    /// RFC 8620 §5.5, calculateTotal.
    public enum TotalCount: Sendable {
        case omit, calculate
    }

    public init(
        filter: EmailFilter? = nil, order: Order = .newestFirst, position: Int = 0, anchor: EmailID? = nil,
        anchorOffset: Int = 0, limit: Int? = nil, threads: ThreadListing = .everyEmail, total: TotalCount = .omit
    ) {
        self.filter = filter
        self.order = order
        self.position = position
        self.anchor = anchor
        self.anchorOffset = anchorOffset
        self.limit = limit
        self.threads = threads
        self.total = total
    }
}

/// A tree of conditions (RFC 8620 §5.5, FilterOperator).
public indirect enum EmailFilter: Hashable, Sendable {
    case condition(EmailCondition)
    /// AND: all of them hold. Empty: always true.
    case all([EmailFilter])
    /// OR: at least one holds. Empty: never true.
    case any([EmailFilter])
    /// NOT: not one of them holds. Empty: always true.
    case noneOf([EmailFilter])
}

/// What must hold of one email; the members that are set must all hold (RFC 8621 §4.4.1).
public struct EmailCondition: Hashable, Sendable {
    public var inMailbox: MailboxID?
    /// It is stored from this maildrop.
    public var maildrop: MaildropID?
    /// It is in at least one mailbox that is not among these.
    public var inMailboxOtherThan: [MailboxID]?
    /// `receivedAt` is earlier than this.
    public var before: Timestamp?
    /// `receivedAt` is this or later.
    public var after: Timestamp?
    /// Octets: at least.
    public var minSize: Int?
    /// Octets: fewer than.
    public var maxSize: Int?
    public var allInThreadHaveKeyword: Keyword?
    public var someInThreadHaveKeyword: Keyword?
    public var noneInThreadHaveKeyword: Keyword?
    public var hasKeyword: Keyword?
    public var notKeyword: Keyword?
    public var hasAttachment: Bool?
    /// In From, To, Cc, Bcc, Subject, the bodies' text or the attachments' names.
    public var text: String?
    public var from: String?
    public var to: String?
    public var cc: String?
    public var bcc: String?
    public var subject: String?
    public var body: String?
    /// In the names of attachments. No standard has it.
    public var attachmentName: String?
    public var header: HeaderCondition?

    public init() {}

    public init(inMailbox: MailboxID) { self.inMailbox = inMailbox }
}

/// A header field that a message must have (RFC 8621 §4.4.1, header).
public struct HeaderCondition: Hashable, Sendable {
    /// The field's name, in any case.
    public var name: String
    /// What the value of one of the fields must contain, in any case; nil: anything will do.
    public var text: String?

    public init(name: String, text: String? = nil) {
        self.name = name
        self.text = text
    }
}

/// A stretch of a query's list.
public struct EmailQueryResult: Hashable, Sendable {
    public var ids: [EmailID]
    /// Index of the first id in the whole list.
    public var position: Int
    /// Length of the whole list, when it was asked for.
    public var total: Int?
    /// Changes whenever the list may have changed: the state of Email.
    public var queryState: StateToken
}
