import MailModel

/// An order as the words after ORDER BY. Keywords are written as text: a `Keyword` has no quotation mark in it that ends
/// one, and what it has is doubled.
struct SQLOrder {
    let names: SQLNames
    let sql: String
    /// From the last to the first, of lists in the order of an index.
    var reversed: String {
        let suffix = direction == .descending ? "" : " DESC"
        return "\(names.receivedAt)\(suffix), \(names.id)\(suffix)"
    }
    /// Whether it asks for something that only `emailSort` has.
    let needsSortRow: Bool
    /// The direction of `receivedAt` and id when nothing else decides, as the indexes have it.
    let direction: EmailQuery.Direction?

    init(_ order: EmailQuery.Order, _ names: SQLNames) {
        self.names = names
        var terms: [String] = []
        var byDate: EmailQuery.Direction?
        var needsSortRow = false
        for comparator in order.comparators {
            if comparator.key == .receivedAt {
                byDate = comparator.direction
                break
            }
            let (term, isSortRow) = Self.term(comparator.key, names)
            needsSortRow = needsSortRow || isSortRow
            terms.append(term + (comparator.direction == .descending ? " DESC" : ""))
        }
        direction = terms.isEmpty ? byDate ?? .descending : nil
        self.needsSortRow = needsSortRow
        // Emails of one time are in the order of their ids: nothing is left for a later comparator, as ids decide in the
        // direction of the dates.
        let suffix = (byDate ?? .descending) == .descending ? " DESC" : ""
        terms += [names.receivedAt + suffix, names.id + suffix]
        sql = terms.joined(separator: ", ")
    }

    private static func term(_ key: EmailQuery.SortKey, _ names: SQLNames) -> (sql: String, isSortRow: Bool) {
        switch key {
        case .receivedAt: (names.receivedAt, false)
        case .size: ("o.size", true)
        case .sentAt: ("o.sentAt", true)
        case .from(let collation): (text("sender", collation), true)
        case .to(let collation): (text("recipient", collation), true)
        case .subject(let collation): (text("subject", collation), true)
        case .hasKeyword(let keyword): (has(keyword, id: names.id, flags: names.flags), false)
        case .someInThreadHaveKeyword(let keyword):
            ("EXISTS (\(inThread(names)) AND \(has(keyword, id: "t.id", flags: "t.flags")))", false)
        case .allInThreadHaveKeyword(let keyword):
            ("NOT EXISTS (\(inThread(names)) AND NOT \(has(keyword, id: "t.id", flags: "t.flags")))", false)
        }
    }

    private static func inThread(_ names: SQLNames) -> String {
        "SELECT 1 FROM email t INDEXED BY emailByThread WHERE t.thread = \(names.thread)"
    }

    /// SQLite's `upper` changes ASCII letters only: i;ascii-casemap, and i;unicode-casemap of texts without others.
    private static func text(_ column: String, _ collation: Collation) -> String {
        switch collation {
        case .asciiCasemap: "upper(o.\(column))"
        case .unicodeCasemap: "ifnull(o.\(column)Key, upper(o.\(column)))"
        }
    }

    private static func has(_ keyword: Keyword, id: String, flags: String) -> String {
        if let bit = EmailFlags.bit(of: keyword) { return "(\(flags) & \(bit) <> 0)" }
        let name = keyword.name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        return "EXISTS (SELECT 1 FROM emailKeyword k WHERE k.email = \(id) AND k.keyword = '\(name)')"
    }
}
