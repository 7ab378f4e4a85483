public import MailModel

extension EmailQuery {
    /// The order of a list: by each comparator in turn, then by `receivedAt` and id, the newest first unless a comparator
    /// says otherwise of `receivedAt`. So it is always a total order.
    public struct Order: Hashable, Sendable {
        public var comparators: [Comparator]

        public init(_ comparators: [Comparator]) { self.comparators = comparators }

        public static let newestFirst = Order([])
        public static let oldestFirst = Order([Comparator(.receivedAt)])
    }

    /// One way to compare two emails (RFC 8621 §4.4.2).
    public struct Comparator: Hashable, Sendable {
        public var key: SortKey
        public var direction: Direction

        public init(_ key: SortKey, _ direction: Direction = .ascending) {
            self.key = key
            self.direction = direction
        }
    }

    public enum Direction: Sendable {
        case ascending, descending
    }

    public enum SortKey: Hashable, Sendable {
        case receivedAt, size
        /// Emails without a date come before all others.
        case sentAt
        /// The name, or without one the address, of the first sender or recipient.
        case from(Collation)
        case to(Collation)
        /// Without `Re:` and the like (RFC 5256 §2.1).
        case subject(Collation)
        /// Those that do not have it come before those that do.
        case hasKeyword(Keyword)
        case allInThreadHaveKeyword(Keyword)
        case someInThreadHaveKeyword(Keyword)
    }
}

extension EmailQuery.SortKey {
    /// Whether other emails of its thread decide where an email stands.
    var looksAtThread: Bool {
        switch self {
        case .allInThreadHaveKeyword, .someInThreadHaveKeyword: true
        case .receivedAt, .size, .sentAt, .from, .to, .subject, .hasKeyword: false
        }
    }

    /// Whether an email that stays may come to stand elsewhere.
    var isMutable: Bool {
        switch self {
        case .hasKeyword, .allInThreadHaveKeyword, .someInThreadHaveKeyword: true
        case .receivedAt, .size, .sentAt, .from, .to, .subject: false
        }
    }
}
