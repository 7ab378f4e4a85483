import GRDB
import MailModel

/// A query as SQL: one source with an index by name, what must hold, and the order.
struct QueryPlan {
    private enum Source {
        /// The memberships of one mailbox by date.
        case mailbox(MailboxID)
        /// A few emails that an index of another kind has found.
        case found([Int64])
        /// Those of them that are in a mailbox.
        case foundIn(MailboxID, [Int64])
        /// What is stored from the messages of a maildrop's record, by date.
        case maildrop(record: Int64)
        /// Those of a few emails that are.
        case foundOf(record: Int64, [Int64])
        case everything

        var names: SQLNames {
            switch self {
            case .mailbox, .foundIn: .membership
            case .maildrop, .foundOf: .maildrop
            case .found, .everything: .email
            }
        }

        /// The same list of `emails` alone: they are looked up one by one, however long the list is.
        func narrowed(to emails: [EmailID]) -> Source {
            let ids = emails.map(\.rawValue)
            switch self {
            case .mailbox(let mailbox): return .foundIn(mailbox, ids)
            case .everything: return .found(ids)
            case .found(let found): return .found(ids.filter(Set(found).contains))
            case .foundIn(let mailbox, let found): return .foundIn(mailbox, ids.filter(Set(found).contains))
            case .maildrop(let record): return .foundOf(record: record, ids)
            case .foundOf(let record, let found): return .foundOf(record: record, ids.filter(Set(found).contains))
            }
        }
    }

    private let source: Source
    private let condition: SQLCondition
    /// Whether every result must have `$flagged`: those have indexes of their own.
    private let isFlagged: Bool
    private let order: SQLOrder
    let threads: EmailQuery.ThreadListing
    /// For the common orders: whether lists go along the index, and in which direction.
    private let direction: EmailQuery.Direction?
    private let use: Database.StatementUse
    /// What the text index found, for lists in the order of an index. Nil when it was not asked.
    private let hits: TextHits?
    /// The same list before the text index was asked: what all the hits are among.
    private let unfiltered: (source: Source, condition: SQLCondition)
    /// For lists of all mail whose every row is looked at: mailboxes that are left out, and what must hold besides.
    private let sieved: (sieve: MailboxSieve, condition: SQLCondition)?

    /// Conditions and operators of one filter, and how deep they nest: SQLite's parser and its expressions have bounds
    /// of their own a little further out.
    static let filterNodes = 500
    static let filterDepth = 16
    /// Texts and header fields of one filter: what each finds is held in memory.
    static let filterLookups = 16

    init(_ query: EmailQuery, reader: AccountReader, lookups: FilterLookups) throws {
        var filter = query.filter
        try Self.checkBounds(filter)
        let compiler = FilterCompiler(names: .email, lookups: lookups)
        let mailbox = filter?.takeMailbox()
        let whole: Source = try mailbox.map { .mailbox($0) } ?? Self.maildrop(&filter, reader) ?? .everything
        let names = whole.names
        let byName = FilterCompiler(names: names, lookups: lookups)
        var rest = filter
        let found = try rest?.takeFound(compiler)
        unfiltered = (whole, try rest.map(byName.compile) ?? .always)
        isFlagged = filter?.demands(.flagged) ?? false
        if let found, found.count <= Self.fewFound {
            source = whole.narrowed(to: found.map(EmailID.init(rawValue:)))
            condition = unfiltered.condition
        } else {
            source = whole
            condition = try filter.map(byName.compile) ?? .always
        }
        // What is flagged is listed by itself, and soon looked up.
        if query.total == .calculate, !isFlagged, case .everything = source {
            sieved = try filter.flatMap { try Self.sieved($0, byName, reader) }
        } else {
            sieved = nil
        }
        order = SQLOrder(query.order, names)
        threads = query.threads
        direction = order.direction
        hits = order.direction == nil ? nil : found.map(TextHits.init)
        // Clients can shape filters and orders in ever new ways: only the plain ones are kept.
        use = condition.isAlways && direction != nil ? .often : .once
    }

    private static func sieved(
        _ filter: EmailFilter, _ compiler: FilterCompiler, _ reader: AccountReader
    ) throws -> (MailboxSieve, SQLCondition)? {
        var rest = filter
        let exclusion = rest.takeExclusion()
        guard !exclusion.isNothing else { return nil }
        return (try MailboxSieve(exclusion, reader.db), try compiler.compile(rest))
    }

    static func checkBounds(_ filter: EmailFilter?) throws(MailStoreError) {
        guard filter?.isWithin(nodes: filterNodes, depth: filterDepth) ?? true else {
            throw MailStoreError(
                .overLimit, "A filter may have \(filterNodes) conditions and operators, \(filterDepth) deep.")
        }
        let count = filter?.lookupCount ?? 0
        guard count <= filterLookups else {
            throw MailStoreError(
                .filterTooBroad, "A filter may ask for \(filterLookups) texts and header fields, not for \(count).")
        }
    }

    /// The list of one maildrop's mail, if every result must be of it; of one that is not there it is empty.
    private static func maildrop(_ filter: inout EmailFilter?, _ reader: AccountReader) throws -> Source? {
        guard let maildrop = filter?.takeMaildrop() else { return nil }
        let record = try reader.db.first(
            "SELECT record FROM maildrop WHERE id = ? AND removedAt IS NULL", .int(maildrop.rawValue)
        ) { $0.int(0) }
        return record.map { .maildrop(record: $0) } ?? .found([])
    }

    /// So many emails are looked at one by one; more, and the whole index is walked past them.
    private static let fewFound = 20_000

    // MARK: Asking

    /// The list's length.
    func total(_ db: Database) throws -> Int {
        if let length = try keptLength(db) { return length }
        if condition.isAlways, threads == .everyEmail, case .maildrop(let record) = source {
            return try value("SELECT count(*) FROM maildropEmail WHERE record = ?", [.int(record)], db)
        }
        guard threads == .firstOfThread || sieved != nil else {
            return try value("SELECT count(*) \(from(sorted: false))", values, db)
        }
        // SQLite's sets of what it has counted already take several times as long.
        var (seen, count) = (IDSet(), 0)
        let condition = sieved?.condition ?? condition
        let sql = "SELECT \(id), \(order.names.thread) \(from(source, condition, sorted: false))"
        try db.each(sql, values(source, condition), use: .once) { row in
            guard sieved?.sieve.passes(row.int(0)) ?? true else { return true }
            if threads == .everyEmail || seen.insert(row.int(1)) { count += 1 }
            return true
        }
        return count
    }

    /// The length of what a mailbox holds, which is kept.
    private func keptLength(_ db: Database) throws -> Int? {
        guard condition.isAlways, case .mailbox(let id) = source else { return nil }
        let column = threads == .everyEmail ? "totalEmails" : "totalThreads"
        return try db.first("SELECT \(column) FROM mailbox WHERE id = ?", .int(id.rawValue)) { Int($0.int(0)) } ?? 0
    }

    /// Where an email stands in the list; nil when it is not in it.
    func index(of email: EmailID, _ db: Database) throws -> Int? {
        if threads == .everyEmail, let direction { return try count(before: email, direction, db) }
        var found: Int?
        try walk(db) { index, id, _ in
            if id == email { found = index }
            return found == nil
        }
        return found
    }

    func ids(from start: Int, limit: Int?, _ db: Database) throws -> [EmailID] {
        var ids: [EmailID] = []
        // No limit is like one that is never reached.
        let wanted = limit.map { start.addingReportingOverflow($0).partialValue }
        switch threads {
        case .everyEmail where try isSieved || isWalkCheaper(for: wanted, db):
            try walk(db, wanted: wanted) { index, id, _ in
                if index >= start { ids.append(id) }
                return limit.map { ids.count < $0 } ?? true
            }
        case .everyEmail:
            if direction != nil, let length = try keptLength(db), start > length / 2 {
                return try page(from: start, limit: limit, of: length, db)
            }
            let window = values + [.int(limit ?? -1), .int(start)]
            try db.each("SELECT \(id) \(ordered) LIMIT ? OFFSET ?", window, use: use) { row in
                ids.append(EmailID(rawValue: row.int(0)))
                return true
            }
        case .firstOfThread:
            try walk(db, wanted: wanted) { index, id, _ in
                if index >= start { ids.append(id) }
                return limit.map { ids.count < $0 } ?? true
            }
        }
        return ids
    }

    /// The same from the list's end, when that is nearer: SQLite passes every row before the first that is wanted.
    private func page(from start: Int, limit: Int?, of length: Int, _ db: Database) throws -> [EmailID] {
        let count = min(limit ?? length, length - start)
        guard count > 0 else { return [] }
        let sql = "SELECT \(id) \(from(sorted: true)) ORDER BY \(order.reversed) LIMIT ? OFFSET ?"
        var ids: [EmailID] = []
        try db.each(sql, values + [.int(count), .int(length - start - count)], use: use) { row in
            ids.append(EmailID(rawValue: row.int(0)))
            return true
        }
        return ids.reversed()
    }

    /// Whether the list is what an index has, in its order and each row by itself.
    var isAlongIndex: Bool { direction != nil && hits == nil && !condition.needsSortRow }

    /// Whether a walk past what is left out is one along the index.
    private var isSieved: Bool { sieved != nil && direction != nil }

    /// Whether the first `wanted` of the list are met sooner along the index of dates than by looking up every hit. Of
    /// hits that are spread evenly, one comes every `rows / hits` rows.
    private func isWalkCheaper(for wanted: Int?, _ db: Database) throws -> Bool {
        guard let hits, let wanted, !unfiltered.condition.needsSortRow else { return false }
        let (rows, isHuge) = wanted.multipliedReportingOverflow(by: try rowsBefore(db))
        return !isHuge && rows / max(1, hits.count) < hits.count
    }

    /// Rows of the list as it were without its text: no fewer.
    private func rowsBefore(_ db: Database) throws -> Int {
        guard case .mailbox(let id) = unfiltered.source else {
            return try value("SELECT ifnull(max(id), 0) FROM email", [], db)
        }
        return try db.first("SELECT totalEmails FROM mailbox WHERE id = ?", .int(id.rawValue)) { Int($0.int(0)) } ?? 0
    }

    /// The list with each email's index and thread, until `body` says that is enough; of a thread its first email, when
    /// only that is listed. `wanted` is how many of the list are looked at, if that is known.
    func walk(_ db: Database, wanted: Int? = nil, _ body: (Int, EmailID, ThreadID) throws -> Bool) throws {
        var seen = IDSet()
        var index = -1
        let hits = try isWalkCheaper(for: wanted, db) ? hits : nil
        let sieve = hits == nil && isSieved ? sieved?.sieve : nil
        let (source, condition) =
            hits == nil ? (source, isSieved ? sieved?.condition ?? condition : condition) : unfiltered
        let sql = "SELECT \(id), \(order.names.thread) \(from(source, condition, sorted: true)) ORDER BY \(order.sql)"
        try db.each(sql, values(source, condition), use: use) { row in
            guard hits?.contains(row.int(0)) ?? true, sieve?.passes(row.int(0)) ?? true else { return true }
            guard threads == .everyEmail || seen.insert(row.int(1)) else { return true }
            index += 1
            return try body(index, EmailID(rawValue: row.int(0)), ThreadID(rawValue: row.int(1)))
        }
    }

    /// Those of `emails` that the filter holds of, with their threads.
    func matches(among emails: [EmailID], _ db: Database) throws -> [(email: EmailID, thread: ThreadID)] {
        var found: [(email: EmailID, thread: ThreadID)] = []
        let (sql, values) = matching(emails)
        try db.each(sql, values, use: use) { row in
            found.append((EmailID(rawValue: row.int(0)), ThreadID(rawValue: row.int(1))))
            return true
        }
        return found
    }

    /// What `ids` and `walk` ask.
    var listing: (sql: String, values: [SQLValue]) { ("SELECT \(id) \(ordered)", values) }

    /// What `matches` asks.
    func matching(_ emails: [EmailID]) -> (sql: String, values: [SQLValue]) {
        let few = source.narrowed(to: emails)
        return ("SELECT \(id), \(order.names.thread) \(from(few, condition, sorted: false))", values(few, condition))
    }

    /// Along the index, without a sort.
    private func count(before email: EmailID, _ direction: EmailQuery.Direction, _ db: Database) throws -> Int? {
        let place = try db.all(
            "SELECT receivedAt FROM email WHERE id = ?", .int(email.rawValue), body: { $0.int(0) })
        guard let receivedAt = place.first,
            try !matches(among: [email], db).isEmpty
        else { return nil }
        let comparison = direction == .descending ? ">" : "<"
        return try value(
            "SELECT count(*) \(from(sorted: false)) AND (\(order.names.receivedAt), \(id)) \(comparison) (?, ?)",
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

    private var id: String { order.names.id }

    private var ordered: String { "\(from(sorted: true)) ORDER BY \(order.sql)" }

    /// The source with what must hold; what a person typed is a bound value.
    private func from(sorted: Bool) -> String { from(source, condition, sorted: sorted) }

    private func from(_ source: Source, _ condition: SQLCondition, sorted: Bool) -> String {
        let needsSort = condition.needsSortRow || sorted && order.needsSortRow
        let join = needsSort ? "CROSS JOIN emailSort o ON o.email = \(id) " : ""
        switch source {
        case .mailbox:
            return """
                FROM emailMailbox m INDEXED BY \(isFlagged ? "emailMailboxFlagged" : "emailMailboxBySortKey") \(join)\
                WHERE m.mailbox = ? AND \(flagged)\(condition.sql)
                """
        case .found:
            return "FROM json_each(?) j CROSS JOIN email e ON e.id = j.value \(join)WHERE \(condition.sql)"
        case .foundIn:
            return """
                FROM json_each(?) j CROSS JOIN emailMailbox m INDEXED BY emailMailboxByEmail
                ON m.email = j.value AND m.mailbox = ? \(join)WHERE \(condition.sql)
                """
        case .maildrop:
            return
                "FROM maildropEmail p CROSS JOIN email e ON e.id = p.email \(join)WHERE p.record = ? AND \(condition.sql)"
        case .foundOf:
            return """
                FROM json_each(?) j CROSS JOIN email e ON e.id = j.value CROSS JOIN maildropEmail p
                ON p.record = ? AND p.receivedAt = e.receivedAt AND p.email = e.id \(join)WHERE \(condition.sql)
                """
        case .everything:
            return """
                FROM email e INDEXED BY \(isFlagged ? "emailFlagged" : "emailByReceivedAt") \(join)\
                WHERE \(flagged)\(condition.sql)
                """
        }
    }

    /// SQLite takes a partial index only where the statement itself has its condition: a bound value could be another
    /// each time.
    private var flagged: String { isFlagged ? "\(order.names.flags) & 4 <> 0 AND " : "" }

    private var values: [SQLValue] { values(source, condition) }

    private func values(_ source: Source, _ condition: SQLCondition) -> [SQLValue] {
        switch source {
        case .mailbox(let id): [.int(id.rawValue)] + condition.values
        case .found(let ids): [.list(ids)] + condition.values
        case .foundIn(let id, let ids): [.list(ids), .int(id.rawValue)] + condition.values
        case .maildrop(let record): [.int(record)] + condition.values
        case .foundOf(let record, let ids): [.list(ids), .int(record)] + condition.values
        case .everything: condition.values
        }
    }
}
