import GRDB
public import MailModel

extension AccountReader {
    /// What became of a query's list since a state (RFC 8620 §5.6, RFC 8621 §4.5): position, anchor and limit of `query` are
    /// not looked at.
    ///
    /// Every filter but one by maildrop, and any order, can be followed, because the place of an email in a list depends on its own properties
    /// and, where the query looks at threads, on those of its thread alone: whatever changed since then, or has something
    /// that changed in its thread, is taken out and, where the filter holds of it now, put in again.
    ///
    /// `last` is the last email of the list that the client knows; when nothing that decides the list ever changes, what
    /// comes after it is left out.
    /// - Throws: `cannotCalculateChanges`; `searchNotReady`.
    public func queryChanges(
        _ query: EmailQuery, since: StateToken, upTo last: EmailID? = nil
    ) throws -> QueryChanges<EmailID> {
        let newest = try storedState(of: .email)
        guard since.epoch == epoch, since.modseq <= newest.modseq, try since.modseq >= lowWater(of: .email) else {
            throw MailStoreError.changesUnknown(since: since)
        }
        guard query.canBeFollowed else { throw MailStoreError.changesUnknown(since: since) }
        let plan = try QueryPlan(query, reader: self, lookups: FilterLookups(self))
        var changes = QueryChanges<EmailID>(newState: newest)
        if query.total == .calculate { changes.total = try plan.total(db) }
        guard since.modseq < newest.modseq else { return changes }
        // The threads' part of a transaction may be logged behind the emails' and be pruned although nothing came since.
        guard try !query.looksAtThreads || since.modseq >= lowWater(of: .thread) else {
            throw MailStoreError.changesUnknown(since: since)
        }
        let affected = try affected(by: query, since: since)
        guard affected.all.count <= Self.changesFollowed else { throw MailStoreError.changesUnknown(since: since) }
        changes.removed = affected.all.subtracting(affected.created).sorted()
        changes.added = try added(among: affected.all, plan, upTo: query.isImmutable ? last : nil)
        return changes
    }

    /// Emails that one answer may take out of a list: beyond them fetching the list anew is cheaper for everybody.
    private static let changesFollowed = 50_000

    private struct Affected {
        var all: Set<EmailID>
        var created: Set<EmailID>
    }

    private func affected(by query: EmailQuery, since: StateToken) throws -> Affected {
        let emails = try changes(of: .email, as: EmailID.self, since: since)
        var affected = Affected(all: Set(emails.created), created: Set(emails.created))
        affected.all.formUnion(emails.destroyed)
        if query.canMove { affected.all.formUnion(emails.updated) }
        guard query.looksAtThreads else { return affected }
        // The threads of destroyed emails have changed themselves.
        var threads = try objectsChanged(of: .thread, after: since.modseq)
        for email in emails.created + emails.updated {
            let thread = try db.first("SELECT thread FROM email WHERE id = ?", .int(email.rawValue)) { $0.int(0) }
            if let thread { threads.insert(thread) }
        }
        for thread in threads {
            affected.all.formUnion(try emailIDs(inThread: ThreadID(rawValue: thread)))
            guard affected.all.count <= Self.changesFollowed else { break }
        }
        return affected
    }

    private func objectsChanged(of type: DataType, after modseq: Modseq) throws -> Set<Int64> {
        Set(
            try db.all(
                "SELECT DISTINCT object FROM change WHERE type = ? AND modseq > ?", .int(type.number),
                .int(modseq.rawValue)
            ) { $0.int(0) })
    }

    /// Where those of `emails` stand that are in the list: it is walked no further than the last of them.
    private func added(
        among emails: Set<EmailID>, _ plan: QueryPlan, upTo last: EmailID?
    ) throws -> [QueryChanges<EmailID>.Added] {
        let matches = try plan.matches(among: emails.sorted(), db)
        var missing = plan.threads == .everyEmail ? matches.count : Set(matches.map(\.thread)).count
        let isLastListed = try last.map { try !plan.matches(among: [$0], db).isEmpty } ?? false
        var added: [QueryChanges<EmailID>.Added] = []
        guard missing > 0 else { return added }
        try plan.walk(db) { index, id, _ in
            if emails.contains(id) {
                added.append(.init(id: id, index: index))
                missing -= 1
            }
            return missing > 0 && !(isLastListed && id == last)
        }
        return added
    }
}

extension EmailQuery {
    /// Whether `queryChanges` can tell what became of the list. What belongs to which maildrop changes without the emails.
    public var canBeFollowed: Bool { !(filter?.asksForMaildrops ?? false) }

    /// Whether other emails of its thread decide whether and where an email is listed.
    fileprivate var looksAtThreads: Bool {
        threads == .firstOfThread || order.comparators.contains(where: \.key.looksAtThread)
            || filter?.contains(where: \.looksAtThread) ?? false
    }

    /// Whether an email that stays may come into the list, leave it or stand elsewhere.
    fileprivate var canMove: Bool {
        threads == .firstOfThread || order.comparators.contains(where: \.key.isMutable)
            || filter?.contains(where: \.isMutable) ?? false
    }

    /// What RFC 8620 §5.6 wants for leaving out what comes after `upToId`. Collapsed lists change with their threads.
    fileprivate var isImmutable: Bool { !canMove }
}

extension EmailFilter {
    /// Whether some condition is about a maildrop.
    public var asksForMaildrops: Bool { contains { $0.maildrop != nil } }

    /// Whether some condition is about the names of attachments.
    public var asksForAttachmentNames: Bool { contains { $0.attachmentName != nil } }

    fileprivate func contains(where isSo: (EmailCondition) -> Bool) -> Bool {
        switch self {
        case .condition(let condition): isSo(condition)
        case .all(let filters), .any(let filters), .noneOf(let filters): filters.contains { $0.contains(where: isSo) }
        }
    }
}

extension EmailCondition {
    fileprivate var looksAtThread: Bool {
        allInThreadHaveKeyword != nil || someInThreadHaveKeyword != nil || noneInThreadHaveKeyword != nil
    }

    fileprivate var isMutable: Bool {
        looksAtThread || inMailbox != nil || inMailboxOtherThan != nil || hasKeyword != nil || notKeyword != nil
    }
}

extension MailStoreError {
    static func changesUnknown(since state: StateToken) -> MailStoreError {
        MailStoreError(.cannotCalculateChanges, "The changes since \(state) are not known; fetch everything anew.")
    }
}
