import GRDB
import MailModel

extension AccountReader {
    /// Lists emails (RFC 8620 §5.5, RFC 8621 §4.4). What a mailbox holds, newest first, is a walk along an index, and its
    /// length is the mailbox's kept count: both cost the same whatever the account holds.
    /// - Throws: `anchorNotFound`; `searchNotReady` when the text index is too far behind for a whole answer.
    public func query(_ query: EmailQuery) throws -> EmailQueryResult {
        try transaction?.flush()
        let lookups = FilterLookups(self)
        var result = EmailQueryResult(ids: [], position: 0, total: nil, queryState: try state(of: .email))
        if let ids = try TextWalk.page(of: query, reader: self, lookups: lookups) {
            (result.ids, result.position) = (ids, query.position)
            return result
        }
        let plan = try QueryPlan(query, reader: self, lookups: lookups)
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
