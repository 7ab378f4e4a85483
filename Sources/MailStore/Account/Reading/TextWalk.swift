import GRDB
import MailModel

/// The beginning of a list by date of what has words that many emails have (docs/decisions/0064).
///
/// Listing all that the text index finds takes as long as there is much to find; a page needs the first of it. So the list
/// is walked as it were without the words, some rows at a time, and the index is asked which of these rows it finds: by
/// stretches of ids, since mail that came together has ids that follow each other. Where that leads nowhere soon, because
/// rows that follow each other do not have such ids or few of them have the words, it gives up, and all hits are listed.
struct TextWalk {
    struct Bounds: Sendable {
        /// So many hits are soon listed.
        var fewHits = 1000
        /// Rows that are walked before it gives up.
        var rows = 4096
        /// Rows that the index is asked about at a time.
        var window = 128
        /// Ids that may lie between two of a stretch.
        var gap: Int64 = 32
        /// Stretches of a window.
        var stretches = 8
        /// Octets of an expression.
        var expression = 1000
    }

    private typealias Row = (email: EmailID, thread: ThreadID)

    private let bounds: Bounds
    private let threads: EmailQuery.ThreadListing
    private let wanted: Int
    private let ask: (ClosedRange<Int64>) throws -> [Int64]
    private var list: [EmailID] = []
    private var seen: Set<ThreadID> = []

    /// The page of a query, or nil when it is not this way that leads to it.
    /// - Throws: `searchNotReady`, and whatever is wrong with the filter.
    static func page(of query: EmailQuery, reader: AccountReader, lookups: FilterLookups) throws -> [EmailID]? {
        let bounds = reader.core.options.textWalk
        guard query.total == .omit, query.anchor == nil, query.position >= 0, let limit = query.limit, limit > 0,
            case let (wanted, isHuge) = query.position.addingReportingOverflow(limit), !isHuge, wanted <= bounds.rows,
            var filter = query.filter
        else { return nil }
        try QueryPlan.checkBounds(filter)
        let expressions = filter.takeExpressions()
        guard !expressions.isEmpty, filter.lookupCount == 0 else { return nil }
        let expression = SearchExpression.all(expressions)
        guard expression.utf8.count <= bounds.expression, !SearchExpression.mayHavePrefix(expression) else {
            return nil
        }
        var wordless = query
        (wordless.filter, wordless.threads) = (filter, .everyEmail)
        let plan = try QueryPlan(wordless, reader: reader, lookups: lookups)
        guard plan.isAlongIndex, try lookups.isCommon(expression, few: bounds.fewHits) else { return nil }
        return try lookups.asking {
            try reader.core.search.asking(expression, for: reader) { ask in
                var walk = TextWalk(bounds: bounds, threads: query.threads, wanted: wanted, ask: ask)
                guard try walk.run(plan, reader.db) else { return nil }
                return Array(walk.list.prefix(wanted).dropFirst(query.position))
            }
        }
    }

    private init(
        bounds: Bounds, threads: EmailQuery.ThreadListing, wanted: Int,
        ask: @escaping (ClosedRange<Int64>) throws -> [Int64]
    ) {
        (self.bounds, self.threads, self.wanted, self.ask) = (bounds, threads, wanted, ask)
    }

    /// Whether it came to what is wanted, or to the list's end.
    private mutating func run(_ plan: QueryPlan, _ db: Database) throws -> Bool {
        var window: [Row] = []
        var passed = 0
        var isLost = false
        try plan.walk(db) { _, email, thread in
            window.append((email, thread))
            passed += 1
            guard window.count == bounds.window else { return true }
            isLost = try !take(window)
            window = []
            if list.count < wanted, passed >= bounds.rows { isLost = true }
            return !isLost && list.count < wanted
        }
        return try !isLost && (list.count >= wanted || take(window))
    }

    /// Takes over those of the rows that have the words; false when there are too many stretches to ask about.
    private mutating func take(_ rows: [Row]) throws -> Bool {
        var found: Set<Int64> = []
        guard let stretches = stretches(rows) else { return false }
        for stretch in stretches { found.formUnion(try ask(stretch)) }
        for row in rows where found.contains(row.email.rawValue) {
            guard threads == .everyEmail || seen.insert(row.thread).inserted else { continue }
            list.append(row.email)
        }
        return true
    }

    private func stretches(_ rows: [Row]) -> [ClosedRange<Int64>]? {
        var stretches: [ClosedRange<Int64>] = []
        for id in rows.map(\.email.rawValue).sorted() {
            if let last = stretches.last, id - last.upperBound <= bounds.gap {
                stretches[stretches.count - 1] = last.lowerBound...id
            } else if stretches.count < bounds.stretches {
                stretches.append(id...id)
            } else {
                return nil
            }
        }
        return stretches
    }
}

extension EmailFilter {
    /// Takes out the words that every result must have: the expressions that find them all.
    fileprivate mutating func takeExpressions() -> [String] {
        switch self {
        case .condition(var condition):
            var expressions: [String] = []
            for lookup in condition.lookups {
                guard case .text(let expression) = lookup else { return [] }
                expressions.append(expression)
            }
            if !expressions.isEmpty {
                condition.removeLookups()
                self = .condition(condition)
            }
            return expressions
        case .all(var filters):
            let expressions = filters.indices.flatMap { filters[$0].takeExpressions() }
            self = .all(filters)
            return expressions
        case .any, .noneOf: return []
        }
    }
}
