import GRDB
public import MailModel

extension AccountReader {
    /// What happened to the objects of `type` since a state a client holds (RFC 8620 §5.2):
    /// `changes(of: .email, as: EmailID.self, since: token, max: 100)`.
    ///
    /// Every change has a modseq of its own, so that a page may end after any of them. Inside a write, only what was
    /// committed before it is answered.
    /// - Throws: `cannotCalculateChanges` for a state of another epoch, too old, or of the future;
    ///   `invalidProperty("maxChanges")` when `max` is not positive.
    public func changes<ID: EntityID>(
        of type: DataType, as id: ID.Type, since: StateToken, max: Int? = nil
    ) throws -> Changes<ID> {
        if let max, max < 1 {
            throw MailStoreError(.invalidProperty("maxChanges"), "The number of changes must be positive.")
        }
        let newest = try storedState(of: type)
        guard since.epoch == epoch, since.modseq <= newest.modseq, try since.modseq >= lowWater(of: type) else {
            throw MailStoreError.changesUnknown(since: since)
        }
        guard since.modseq < newest.modseq else { return Changes(newState: newest) }
        return try page(of: type, from: since.modseq, to: newest, max: max)
    }

    /// The last change of this type that was pruned: what happened after it is all there.
    func lowWater(of type: DataType) throws -> Modseq {
        let modseq = try db.first("SELECT lowWater FROM state WHERE type = ?", .int(type.number)) { $0.int(0) }
        return Modseq(rawValue: modseq ?? 0)
    }

    /// Which mailboxes were made, changed in more than their counts, or destroyed since a state: what can change a list of
    /// them.
    /// - Throws: `cannotCalculateChanges`.
    public func mailboxChanges(since: StateToken) throws -> Changes<MailboxID> {
        var changes = try changes(of: .mailbox, as: MailboxID.self, since: since)
        let noted = Set(
            try db.all(
                "SELECT object FROM change WHERE type = ? AND modseq > ? AND kind = ?", .int(DataType.mailbox.number),
                .int(since.modseq.rawValue), .int(ChangeKind.updated.rawValue)
            ) { MailboxID(rawValue: $0.int(0)) })
        changes.updated.removeAll { !noted.contains($0) }
        return changes
    }

    private func page<ID: EntityID>(
        of type: DataType, from start: Modseq, to newest: StateToken, max: Int?
    ) throws -> Changes<ID> {
        var log = ChangeFold()
        var reached = newest.modseq
        var hasMore = false
        try db.each(
            "SELECT modseq, object, kind FROM change WHERE type = ? AND modseq > ? ORDER BY modseq",
            [.int(type.number), .int(start.rawValue)]
        ) { row in
            guard let kind = ChangeKind(rawValue: row.int(2)) else {
                throw MailStoreError(.corrupt, "The change log has a kind of change that this version does not know.")
            }
            if let max, log.count >= max, !log.holds(row.int(1)) {
                hasMore = true
                return false
            }
            log.add(kind, row.int(1))
            reached = Modseq(rawValue: row.int(0))
            return true
        }
        return log.changes(newState: StateToken(epoch: epoch, modseq: hasMore ? reached : newest.modseq), hasMore)
    }
}

/// Several changes of each object, made into one (RFC 8620 §5.2).
private struct ChangeFold {
    private var kinds: [Int64: ChangeKind] = [:]
    private var order: [Int64] = []

    /// How many ids would be returned.
    var count: Int { kinds.count }

    func holds(_ object: Int64) -> Bool { kinds[object] != nil }

    mutating func add(_ kind: ChangeKind, _ object: Int64) {
        guard let earlier = kinds[object] else {
            kinds[object] = kind
            order.append(object)
            return
        }
        switch (earlier, kind) {
        case (.created, .destroyed): kinds[object] = nil
        case (.created, _), (.updated, .counts): break
        case (_, _): kinds[object] = kind
        }
    }

    func changes<ID: EntityID>(newState: StateToken, _ hasMore: Bool) -> Changes<ID> {
        var changes = Changes<ID>(newState: newState, hasMore: hasMore)
        var onlyCounts = true
        for object in order {
            let id = ID(rawValue: object)
            switch kinds[object] {
            case .created?: changes.created.append(id)
            case .updated?:
                changes.updated.append(id)
                onlyCounts = false
            case .counts?: changes.updated.append(id)
            case .destroyed?: changes.destroyed.append(id)
            case nil: break
            }
        }
        changes.updatedOnlyCounts = onlyCounts && !changes.updated.isEmpty
        return changes
    }
}
