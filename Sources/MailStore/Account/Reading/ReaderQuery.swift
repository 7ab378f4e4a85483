import GRDB
import MailModel

extension AccountReader {
    /// Lists emails (RFC 8620 §5.5, RFC 8621 §4.4). What a mailbox holds, newest first, is a walk along an index, and its
    /// length is the mailbox's kept count: both cost the same whatever the account holds.
    /// - Throws: `anchorNotFound`; `searchNotReady` when the text index is too far behind for a whole answer.
    public func query(_ query: EmailQuery) throws -> EmailQueryResult {
        try transaction?.flush()
        let plan = try QueryPlan(query, reader: self)
        var result = EmailQueryResult(ids: [], position: 0, total: nil, queryState: try state(of: .email))
        if query.total == .calculate { result.total = try plan.total(db) }
        result.position = try start(of: query, plan, total: result.total)
        if query.limit != 0 { result.ids = try plan.ids(from: result.position, limit: query.limit, db) }
        return result
    }

    private func start(of query: EmailQuery, _ plan: QueryPlan, total: Int?) throws -> Int {
        if let anchor = query.anchor {
            guard let index = try plan.index(of: anchor, db) else {
                throw MailStoreError(.anchorNotFound, "Email \(anchor) is not in the list.")
            }
            let (sum, isTooFar) = index.addingReportingOverflow(query.anchorOffset)
            return isTooFar ? Int(Int32.max) : max(0, sum)
        }
        guard query.position < 0 else { return query.position }
        return max(0, try (total ?? plan.total(db)) + query.position)
    }
}

/// A query as SQL: one source with an index by name, what must hold, and the order.
struct QueryPlan {
    private enum Source {
        /// The memberships of one mailbox by date.
        case mailbox(MailboxID)
        case everything
    }

    private let source: Source
    private let condition: SQLCondition
    private let order: EmailQuery.Order
    private let threads: EmailQuery.ThreadListing

    /// Conditions and operators of one filter, and how deep they nest: SQLite's parser and its expressions have bounds
    /// of their own a little further out.
    static let filterNodes = 500
    static let filterDepth = 16

    init(_ query: EmailQuery, reader: AccountReader) throws {
        var filter = query.filter
        guard filter?.isWithin(nodes: Self.filterNodes, depth: Self.filterDepth) ?? true else {
            throw MailStoreError(
                .overLimit,
                "A filter may have \(Self.filterNodes) conditions and operators, \(Self.filterDepth) deep.")
        }
        if let mailbox = filter?.takeMailbox() { source = .mailbox(mailbox) } else { source = .everything }
        let names: SQLNames
        switch source {
        case .mailbox: names = SQLNames(id: "m.email", thread: "m.thread", flags: "m.flags", receivedAt: "m.sortKey")
        case .everything: names = SQLNames(id: "e.id", thread: "e.thread", flags: "e.flags", receivedAt: "e.receivedAt")
        }
        condition = try filter.map { try FilterCompiler(names: names, reader: reader).compile($0) } ?? .always
        order = query.order
        threads = query.threads
    }

    // MARK: Asking

    /// The list's length.
    func total(_ db: Database) throws -> Int {
        if condition.isAlways, case .mailbox(let id) = source {
            let column = threads == .everyEmail ? "totalEmails" : "totalThreads"
            return try db.first("SELECT \(column) FROM mailbox WHERE id = ?", .int(id.rawValue)) { Int($0.int(0)) } ?? 0
        }
        let what = threads == .everyEmail ? "count(*)" : "count(DISTINCT \(thread))"
        return try value("SELECT \(what) \(from)", values, db)
    }

    /// Where an email stands in the list; nil when it is not in it.
    func index(of email: EmailID, _ db: Database) throws -> Int? {
        switch threads {
        case .everyEmail: return try count(before: email, db)
        case .firstOfThread:
            var found: Int?
            try walk(db) { index, id in
                if id == email { found = index }
                return found == nil
            }
            return found
        }
    }

    func ids(from start: Int, limit: Int?, _ db: Database) throws -> [EmailID] {
        var ids: [EmailID] = []
        switch threads {
        case .everyEmail:
            let window = values + [.int(limit ?? -1), .int(start)]
            try db.each("SELECT \(id) \(from) ORDER BY \(ordering) LIMIT ? OFFSET ?", window, use: use) { row in
                ids.append(EmailID(rawValue: row.int(0)))
                return true
            }
        case .firstOfThread:
            try walk(db) { index, id in
                if index >= start { ids.append(id) }
                return limit.map { ids.count < $0 } ?? true
            }
        }
        return ids
    }

    /// The first email of each thread with its index, until `body` says that is enough.
    private func walk(_ db: Database, _ body: (Int, EmailID) -> Bool) throws {
        var seen: Set<Int64> = []
        try db.each("SELECT \(id), \(thread) \(from) ORDER BY \(ordering)", values, use: use) { row in
            guard seen.insert(row.int(1)).inserted else { return true }
            return body(seen.count - 1, EmailID(rawValue: row.int(0)))
        }
    }

    private func count(before email: EmailID, _ db: Database) throws -> Int? {
        let place = try db.all(
            "SELECT receivedAt FROM email WHERE id = ?", .int(email.rawValue), body: { $0.int(0) })
        guard let receivedAt = place.first,
            try value("SELECT count(*) \(from) AND \(id) = ?", values + [.int(email.rawValue)], db) > 0
        else { return nil }
        let comparison = order == .newestFirst ? ">" : "<"
        return try value(
            "SELECT count(*) \(from) AND (\(self.receivedAt), \(id)) \(comparison) (?, ?)",
            values + [.int(receivedAt), .int(email.rawValue)], db)
    }

    private func value(_ sql: String, _ values: [SQLValue], _ db: Database) throws -> Int {
        var result = 0
        try db.each(sql, values, use: use) { row in
            result = Int(row.int(0))
            return false
        }
        return result
    }

    // MARK: SQL

    private var use: Database.StatementUse { condition.isAlways ? .often : .once }

    private var id: String {
        switch source {
        case .mailbox: "m.email"
        case .everything: "e.id"
        }
    }

    private var thread: String {
        switch source {
        case .mailbox: "m.thread"
        case .everything: "e.thread"
        }
    }

    private var receivedAt: String {
        switch source {
        case .mailbox: "m.sortKey"
        case .everything: "e.receivedAt"
        }
    }

    private var ordering: String {
        switch order {
        case .newestFirst: "\(receivedAt) DESC, \(id) DESC"
        case .oldestFirst: "\(receivedAt), \(id)"
        }
    }

    private var from: String {
        switch source {
        case .mailbox:
            "FROM emailMailbox m INDEXED BY emailMailboxBySortKey "
                + (condition.needsEmail ? "CROSS JOIN email e ON e.id = m.email " : "")
                + "WHERE m.mailbox = ? AND \(condition.sql)"
        case .everything:
            "FROM email e INDEXED BY emailByReceivedAt WHERE \(condition.sql)"
        }
    }

    private var values: [SQLValue] {
        switch source {
        case .mailbox(let id): [.int(id.rawValue)] + condition.values
        case .everything: condition.values
        }
    }
}

extension EmailFilter {
    fileprivate func isWithin(nodes: Int, depth: Int) -> Bool {
        var left = nodes
        var open = [(filter: self, depth: 1)]
        while let (filter, level) = open.popLast() {
            left -= 1
            if left < 0 || level > depth { return false }
            switch filter {
            case .condition: break
            case .all(let filters), .any(let filters), .noneOf(let filters):
                open += filters.map { ($0, level + 1) }
            }
        }
        return true
    }

    /// Takes out a mailbox that every result must be in, where the tree says so at its top: the list then begins there.
    fileprivate mutating func takeMailbox() -> MailboxID? {
        switch self {
        case .condition(var condition):
            let mailbox = condition.inMailbox
            condition.inMailbox = nil
            self = .condition(condition)
            return mailbox
        case .all(var filters):
            for index in filters.indices {
                if let mailbox = filters[index].takeMailbox() {
                    self = .all(filters)
                    return mailbox
                }
            }
            return nil
        case .any, .noneOf:
            return nil
        }
    }
}
