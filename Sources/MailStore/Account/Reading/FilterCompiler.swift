import GRDB
import MailModel

/// What must hold of a row, as SQL.
struct SQLCondition {
    var sql: String
    var values: [SQLValue] = []
    /// Whether it asks for something that only `emailSort`, `o`, has.
    var needsSortRow = false

    static let always = SQLCondition(sql: "1")
    /// Not `0`: SQLite makes one `0` of all that it is joined to by AND, and then misses what a partial index demands.
    static let never = SQLCondition(sql: "(1 <> 1)")

    var isAlways: Bool { sql == Self.always.sql }

    static func join(_ conditions: [SQLCondition], with word: String, empty: SQLCondition) -> SQLCondition {
        guard let first = conditions.first else { return empty }
        guard conditions.count > 1 else { return first }
        return SQLCondition(
            sql: "(" + conditions.map(\.sql).joined(separator: " \(word) ") + ")",
            values: conditions.flatMap(\.values), needsSortRow: conditions.contains(where: \.needsSortRow))
    }

    /// NOT binds less tightly than comparisons and more than AND and OR, which `join` puts in parentheses.
    var negated: SQLCondition { SQLCondition(sql: "NOT \(sql)", values: values, needsSortRow: needsSortRow) }
}

/// What a row's properties are called in the query at hand. Size and attachment are always `emailSort`'s, `o`.
struct SQLNames {
    let id: String
    let thread: String
    let flags: String
    let receivedAt: String

    static let membership = SQLNames(id: "m.email", thread: "m.thread", flags: "m.flags", receivedAt: "m.sortKey")
    static let email = SQLNames(id: "e.id", thread: "e.thread", flags: "e.flags", receivedAt: "e.receivedAt")
    static let maildrop = SQLNames(id: "p.email", thread: "e.thread", flags: "e.flags", receivedAt: "p.receivedAt")
}

/// Turns a filter tree into SQL. What a person typed is only ever a bound value.
struct FilterCompiler {
    let names: SQLNames
    let lookups: FilterLookups

    func compile(_ filter: EmailFilter) throws -> SQLCondition {
        switch filter {
        case .condition(let condition): try compile(condition)
        case .all(let filters): .join(try filters.map(compile).filter { !$0.isAlways }, with: "AND", empty: .always)
        case .any(let filters): .join(try filters.map(compile), with: "OR", empty: .never)
        case .noneOf(let filters):
            filters.isEmpty ? .always : SQLCondition.join(try filters.map(compile), with: "OR", empty: .never).negated
        }
    }

    private func compile(_ condition: EmailCondition) throws -> SQLCondition {
        let parts = place(condition) + size(condition) + keywords(condition) + (try text(condition))
        return .join(parts.filter { !$0.isAlways }, with: "AND", empty: .always)
    }

    private func place(_ condition: EmailCondition) -> [SQLCondition] {
        var parts: [SQLCondition] = []
        if let mailbox = condition.inMailbox {
            parts.append(membership("x.mailbox = ?", .int(mailbox.rawValue)))
        }
        if let maildrop = condition.maildrop {
            parts.append(
                SQLCondition(
                    sql: """
                        EXISTS (SELECT 1 FROM maildropMessage x INDEXED BY maildropMessageByEmail
                        JOIN maildrop d ON d.record = x.record WHERE x.email = \(names.id) AND x.state = 1 AND d.id = ?
                        AND d.removedAt IS NULL)
                        """,
                    values: [.int(maildrop.rawValue)]))
        }
        if let mailboxes = condition.inMailboxOtherThan {
            parts.append(
                membership(
                    "x.mailbox NOT IN (SELECT value FROM json_each(?))", .list(mailboxes.map(\.rawValue))))
        }
        if let before = condition.before {
            parts.append(SQLCondition(sql: "\(names.receivedAt) < ?", values: [.int(before.milliseconds)]))
        }
        if let after = condition.after {
            parts.append(SQLCondition(sql: "\(names.receivedAt) >= ?", values: [.int(after.milliseconds)]))
        }
        return parts
    }

    private func membership(_ sql: String, _ value: SQLValue) -> SQLCondition {
        SQLCondition(
            sql: """
                EXISTS (SELECT 1 FROM emailMailbox x INDEXED BY emailMailboxByEmail WHERE x.email = \(names.id) AND \(sql))
                """,
            values: [value])
    }

    private func size(_ condition: EmailCondition) -> [SQLCondition] {
        var parts: [SQLCondition] = []
        if let least = condition.minSize {
            parts.append(SQLCondition(sql: "o.size >= ?", values: [.int(least)], needsSortRow: true))
        }
        if let limit = condition.maxSize {
            parts.append(SQLCondition(sql: "o.size < ?", values: [.int(limit)], needsSortRow: true))
        }
        if let hasAttachment = condition.hasAttachment {
            parts.append(
                SQLCondition(sql: "o.hasAttachment = ?", values: [.int(hasAttachment ? 1 : 0)], needsSortRow: true))
        }
        return parts
    }

    private func keywords(_ condition: EmailCondition) -> [SQLCondition] {
        var parts: [SQLCondition] = []
        if let keyword = condition.hasKeyword { parts.append(has(keyword, id: names.id, flags: names.flags)) }
        if let keyword = condition.notKeyword { parts.append(has(keyword, id: names.id, flags: names.flags).negated) }
        if let keyword = condition.someInThreadHaveKeyword {
            parts.append(inThread(has(keyword, id: "t.id", flags: "t.flags")))
        }
        if let keyword = condition.allInThreadHaveKeyword {
            parts.append(inThread(has(keyword, id: "t.id", flags: "t.flags").negated).negated)
        }
        if let keyword = condition.noneInThreadHaveKeyword {
            parts.append(inThread(has(keyword, id: "t.id", flags: "t.flags")).negated)
        }
        return parts
    }

    private func has(_ keyword: Keyword, id: String, flags: String) -> SQLCondition {
        if let bit = EmailFlags.bit(of: keyword) {
            return SQLCondition(sql: "\(flags) & ? <> 0", values: [.int(bit)])
        }
        // Inside a thread a few rows are asked, in a list many.
        let sql =
            id == names.id
            ? "\(id) IN (SELECT email FROM emailKeyword INDEXED BY emailKeywordByKeyword WHERE keyword = ?)"
            : "EXISTS (SELECT 1 FROM emailKeyword k WHERE k.email = \(id) AND k.keyword = ?)"
        return SQLCondition(sql: sql, values: [.text(keyword.name)])
    }

    private func inThread(_ condition: SQLCondition) -> SQLCondition {
        SQLCondition(
            sql: """
                EXISTS (SELECT 1 FROM email t INDEXED BY emailByThread WHERE t.thread = \(names.thread) AND \
                \(condition.sql))
                """,
            values: condition.values)
    }

    private func text(_ condition: EmailCondition) throws -> [SQLCondition] {
        try condition.lookups.map { lookup in
            SQLCondition(
                sql: "\(names.id) IN (SELECT value FROM json_each(?))", values: [.list(try lookups.found(by: lookup))])
        }
    }
}

extension SQLValue {
    /// Several numbers in one parameter, for `json_each`.
    static func list(_ numbers: [Int64]) -> SQLValue {
        .text("[" + numbers.map(String.init).joined(separator: ",") + "]")
    }
}
