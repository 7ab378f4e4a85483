import MailModel
import Synchronization

/// Bounds of one account's jobs: each may speak to servers of others.
package enum JobRules {
    /// Jobs that wait or run.
    package static let concurrent = 8
    /// Jobs that begin within a minute.
    package static let aMinute = 30
}

/// Every account's jobs. Its states carry an epoch of its own, as the status board's.
final class JobBoard: Sendable {
    /// Jobs of one account that are kept, ended ones too; the oldest that ended makes room.
    static let kept = 32

    private struct Page {
        var ledger = ChangeLedger<JobID>()
        var jobs: [JobID: MaildropJob] = [:]
        /// Those that wait or run, destroyed ones too: taking a job away does not call a session back.
        var active: Set<JobID> = []
        var last: Int64 = 0
        /// When jobs of the last minute began.
        var begun: [Timestamp] = []

        mutating func mayBegin(at now: Timestamp) -> Bool {
            begun.removeAll { now.since($0) >= .seconds(60) || $0 > now }
            return active.count < JobRules.concurrent && begun.count < JobRules.aMinute
        }
    }

    private let epoch = Epoch(rawValue: .random(in: 1...UInt32.max))
    private let publish: @Sendable (AccountChange) -> Void
    private let pages = Mutex<[AccountID: Page]>([:])

    init(publish: @escaping @Sendable (AccountChange) -> Void) { self.publish = publish }

    func state(of account: AccountID) -> StateToken {
        StateToken(epoch: epoch, modseq: pages.withLock { $0[account]?.ledger.modseq ?? .zero })
    }

    /// The oldest first.
    func jobs(of account: AccountID) -> [MaildropJob] {
        pages.withLock { Array(($0[account]?.jobs ?? [:]).values) }.sorted { $0.id < $1.id }
    }

    func changes(of account: AccountID, since: StateToken, max: Int?) throws(MailStoreError) -> Changes<JobID> {
        let ledger = pages.withLock { $0[account]?.ledger ?? ChangeLedger() }
        return try ledger.changes(since: since, epoch: epoch, max: max)
    }

    /// - Throws: `overLimit`.
    func create(
        _ kind: MaildropJob.Kind, of maildrop: MaildropID?, in account: AccountID, at now: Timestamp
    ) throws(MailStoreError) -> MaildropJob {
        let job: MaildropJob? = change(account) { page in
            guard page.mayBegin(at: now) else { return nil }
            if page.jobs.count >= Self.kept {
                guard let oldest = page.jobs.values.filter(\.hasEnded).map(\.id).min() else { return nil }
                page.jobs[oldest] = nil
                page.ledger.destroy(oldest)
            }
            page.last += 1
            let job = MaildropJob(id: JobID(rawValue: page.last), kind: kind, maildrop: maildrop, createdAt: now)
            page.jobs[job.id] = job
            page.active.insert(job.id)
            page.begun.append(now)
            page.ledger.create(job.id)
            return job
        }
        guard let job else {
            throw MailStoreError(
                .overLimit,
                "At most \(JobRules.concurrent) polls and tests may be under way, and \(JobRules.aMinute) begin within a minute:"
                    + " wait for one to end.")
        }
        return job
    }

    /// Changes a job, if it is still there.
    func update(_ id: JobID, in account: AccountID, _ change: (inout MaildropJob) -> Void) {
        self.change(account) { page in
            guard let old = page.jobs[id] else { return }
            var job = old
            change(&job)
            guard job != old else { return }
            page.jobs[id] = job
            page.ledger.update(id)
        }
    }

    /// The work is over, whether or not anybody still looks at the job.
    func end(_ id: JobID, in account: AccountID, _ change: (inout MaildropJob) -> Void) {
        update(id, in: account, change)
        pages.withLock { _ = $0[account]?.active.remove(id) }
    }

    func destroy(_ id: JobID, in account: AccountID) -> Bool {
        change(account) { page in
            guard page.jobs.removeValue(forKey: id) != nil else { return false }
            page.ledger.destroy(id)
            return true
        }
    }

    func forget(_ account: AccountID) { pages.withLock { $0[account] = nil } }

    /// Runs `body` and tells devices if something came of it.
    @discardableResult
    private func change<Result>(_ account: AccountID, _ body: (inout Page) -> Result) -> Result {
        let (result, told): (Result, Modseq?) = pages.withLock { pages in
            var page = pages[account] ?? Page()
            let before = page.ledger.modseq
            let result = body(&page)
            pages[account] = page
            return (result, page.ledger.modseq == before ? nil : page.ledger.modseq)
        }
        if let told {
            publish(AccountChange(account: account, states: [.maildropJob: StateToken(epoch: epoch, modseq: told)]))
        }
        return result
    }
}
