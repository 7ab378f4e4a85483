import MailModel

/// What happened to objects whose changes are followed in memory only. What was there before the process began counts as
/// created before any state.
struct ChangeLedger<ID: EntityID>: Sendable {
    private struct Entry: Sendable {
        var createdAt: Modseq
        var updatedAt: Modseq
    }

    private struct Gone: Sendable {
        let id: ID
        let createdAt: Modseq
        let at: Modseq
    }

    /// Objects that are gone and remembered; a state from before the oldest of more cannot be followed.
    static var longestMemory: Int { 1_000 }

    private(set) var modseq = Modseq.zero
    private var entries: [ID: Entry] = [:]
    private var gone: [Gone] = []
    private var floor = Modseq.zero

    mutating func create(_ id: ID) {
        modseq = modseq.next
        entries[id] = Entry(createdAt: modseq, updatedAt: modseq)
    }

    mutating func update(_ id: ID) {
        modseq = modseq.next
        entries[id, default: Entry(createdAt: .zero, updatedAt: .zero)].updatedAt = modseq
    }

    mutating func destroy(_ id: ID) {
        modseq = modseq.next
        gone.append(Gone(id: id, createdAt: entries.removeValue(forKey: id)?.createdAt ?? .zero, at: modseq))
        guard gone.count > Self.longestMemory, let oldest = gone.first else { return }
        gone.removeFirst()
        floor = max(floor, oldest.at)
    }

    /// Nothing that was told before can be followed: the reader sees other objects from now on.
    mutating func restart() {
        modseq = modseq.next
        floor = modseq
        entries = [:]
        gone = []
    }

    /// What changed since a state of this process, in the order it did.
    func changes(since: StateToken, epoch: Epoch, max: Int?) throws(MailStoreError) -> Changes<ID> {
        guard since.epoch == epoch, since.modseq <= modseq, since.modseq >= floor else {
            throw MailStoreError(.cannotCalculateChanges, "The state is of another life of the daemon: read all again.")
        }
        var steps: [(at: Modseq, id: ID, kind: ChangeKind)] = []
        for (id, entry) in entries where entry.updatedAt > since.modseq {
            steps.append((entry.updatedAt, id, entry.createdAt > since.modseq ? .created : .updated))
        }
        for gone in gone where gone.at > since.modseq && gone.createdAt <= since.modseq {
            steps.append((gone.at, gone.id, .destroyed))
        }
        steps.sort { $0.at < $1.at }
        let taken = steps.prefix(max ?? steps.count)
        let hasMore = taken.count < steps.count
        let reached = hasMore ? taken.last?.at ?? since.modseq : modseq
        var changes = Changes<ID>(newState: StateToken(epoch: epoch, modseq: reached), hasMore: hasMore)
        for step in taken {
            switch step.kind {
            case .created: changes.created.append(step.id)
            case .updated: changes.updated.append(step.id)
            case .destroyed, .counts: changes.destroyed.append(step.id)
            }
        }
        return changes
    }
}
