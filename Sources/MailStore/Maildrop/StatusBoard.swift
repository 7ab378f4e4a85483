import MailModel
import Synchronization

/// What is known of every maildrop now. It lives as long as the process: its states carry an epoch of their own, so that a
/// device that followed an earlier process is told to read everything again.
final class StatusBoard: Sendable {
    private struct Entry {
        var status: MaildropStatus
        var createdAt: Modseq
        var updatedAt: Modseq
    }

    private struct Page {
        var modseq = Modseq.zero
        var entries: [MaildropID: Entry] = [:]
        var forgotten: [(id: MaildropID, createdAt: Modseq, at: Modseq)] = []
    }

    private let epoch = Epoch(rawValue: .random(in: 1...UInt32.max))
    private let publish: @Sendable (AccountChange) -> Void
    private let pages = Mutex<[AccountID: Page]>([:])

    init(publish: @escaping @Sendable (AccountChange) -> Void) { self.publish = publish }

    func status(_ maildrop: MaildropID, in account: AccountID) -> MaildropStatus? {
        pages.withLock { $0[account]?.entries[maildrop]?.status }
    }

    func state(of account: AccountID) -> StateToken {
        StateToken(epoch: epoch, modseq: pages.withLock { $0[account]?.modseq ?? .zero })
    }

    /// Changes a status; devices are told only of a transition.
    func update(_ maildrop: MaildropID, in account: AccountID, _ change: (inout MaildropStatus) -> Void) {
        let told: Modseq? = pages.withLock { pages in
            var page = pages[account] ?? Page()
            defer { pages[account] = page }
            guard var entry = page.entries[maildrop] else {
                var status = MaildropStatus(id: maildrop)
                change(&status)
                page.modseq = page.modseq.next
                page.entries[maildrop] = Entry(status: status, createdAt: page.modseq, updatedAt: page.modseq)
                return page.modseq
            }
            let old = entry.status
            change(&entry.status)
            let isTransition = entry.status.isTransition(from: old)
            if isTransition {
                page.modseq = page.modseq.next
                entry.updatedAt = page.modseq
            }
            page.entries[maildrop] = entry
            return isTransition ? page.modseq : nil
        }
        tell(account, told)
    }

    /// Takes a removed maildrop off the board.
    func forget(_ maildrop: MaildropID, in account: AccountID) {
        let told: Modseq? = pages.withLock { pages in
            guard var page = pages[account], let entry = page.entries.removeValue(forKey: maildrop) else { return nil }
            page.modseq = page.modseq.next
            page.forgotten.append((maildrop, entry.createdAt, page.modseq))
            pages[account] = page
            return page.modseq
        }
        tell(account, told)
    }

    func forget(_ account: AccountID) { pages.withLock { $0[account] = nil } }

    /// What changed since a state of this process, in the order it did.
    func changes(of account: AccountID, since: StateToken, max: Int?) throws(MailStoreError) -> Changes<MaildropID> {
        let page = pages.withLock { $0[account] ?? Page() }
        guard since.epoch == epoch, since.modseq <= page.modseq else {
            throw MailStoreError(.cannotCalculateChanges, "The state is of another life of the daemon: read all again.")
        }
        var steps: [(at: Modseq, add: (inout Changes<MaildropID>) -> Void)] = []
        for (id, entry) in page.entries where entry.updatedAt > since.modseq {
            let isNew = entry.createdAt > since.modseq
            steps.append((entry.updatedAt, { if isNew { $0.created.append(id) } else { $0.updated.append(id) } }))
        }
        for gone in page.forgotten where gone.at > since.modseq && gone.createdAt <= since.modseq {
            steps.append((gone.at, { $0.destroyed.append(gone.id) }))
        }
        steps.sort { $0.at < $1.at }
        let taken = steps.prefix(max ?? steps.count)
        let hasMore = taken.count < steps.count
        let reached = hasMore ? taken.last?.at ?? since.modseq : page.modseq
        var changes = Changes<MaildropID>(
            newState: StateToken(epoch: epoch, modseq: reached), hasMore: hasMore)
        for step in taken { step.add(&changes) }
        return changes
    }

    private func tell(_ account: AccountID, _ modseq: Modseq?) {
        guard let modseq else { return }
        publish(
            AccountChange(account: account, states: [.maildropStatus: StateToken(epoch: epoch, modseq: modseq)]))
    }
}
