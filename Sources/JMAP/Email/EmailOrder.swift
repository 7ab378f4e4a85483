import MailModel
import MailStore

extension EmailQuery.Order {
    /// What the account's `emailQuerySortOptions` advertise: all of RFC 8621 §4.4.2.
    static let properties = [
        "receivedAt", "size", "from", "to", "subject", "sentAt", "hasKeyword", "allInThreadHaveKeyword",
        "someInThreadHaveKeyword",
    ]

    init(_ comparators: [QueryArguments.Comparator]) throws {
        self.init(
            try comparators.map { comparator in
                EmailQuery.Comparator(try Self.key(comparator), comparator.isAscending ? .ascending : .descending)
            })
    }

    private static func key(_ comparator: QueryArguments.Comparator) throws -> EmailQuery.SortKey {
        switch comparator.property {
        case "receivedAt": return .receivedAt
        case "size": return .size
        case "from": return .from(comparator.collation)
        case "to": return .to(comparator.collation)
        case "subject": return .subject(comparator.collation)
        case "sentAt": return .sentAt
        case "hasKeyword": return .hasKeyword(try keyword(comparator))
        case "allInThreadHaveKeyword": return .allInThreadHaveKeyword(try keyword(comparator))
        case "someInThreadHaveKeyword": return .someInThreadHaveKeyword(try keyword(comparator))
        default:
            throw MethodError(.unsupportedSort, "Emails are not sorted by \((comparator.property ?? "").quoted).")
        }
    }

    private static func keyword(_ comparator: QueryArguments.Comparator) throws -> Keyword {
        guard let keyword = comparator.keyword.flatMap({ Keyword($0) }) else {
            throw MethodError.invalidArguments("A comparison by \(comparator.property ?? "") has a keyword.")
        }
        return keyword
    }
}

extension Arguments {
    /// `collapseThreads` (RFC 8621 §4.4.3).
    mutating func takeThreadListing() throws -> EmailQuery.ThreadListing {
        try takeBool("collapseThreads", default: false) ? .firstOfThread : .everyEmail
    }
}
