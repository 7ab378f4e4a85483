import GRDB
import Logging
import MailModel
import Synchronization

/// The account's own work in the background: checkpoints between batches; while nobody writes the text index, and bodies
/// that wait for their place; once an hour what is too old.
final class Housekeeping: Sendable {
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    private struct State {
        var task: Task<Void, Never>?
        var isEnding = false
        var lastPruning: Timestamp?
    }

    init() {
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    deinit { signal.finish() }

    /// Something was committed. Never waits.
    func wake() { signal.yield() }

    /// Calls `work` now and after every wake, one at a time, until `end`.
    func start(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            guard state.task == nil, !state.isEnding else { return }
            state.task = Task { [signals] in
                for await _ in signals { await work() }
            }
        }
        wake()
    }

    var isEnding: Bool { state.withLock { $0.isEnding } }

    /// Whether an hour has passed since the last time this said so.
    func isPruningDue(at now: Timestamp) -> Bool {
        state.withLock { state in
            if let last = state.lastPruning, now < last.adding(seconds: 3600), now >= last { return false }
            state.lastPruning = now
            return true
        }
    }

    /// Ends it and waits until the work at hand is done.
    func end() async {
        let task = state.withLock { state in
            state.isEnding = true
            return state.task
        }
        signal.finish()
        task?.cancel()
        await task?.value
    }
}

extension AccountCore {
    /// Pages in the write-ahead log after which a checkpoint is worth its syncs: 32 MiB.
    private static let checkpointPages = 4096
    /// Pages after which a checkpoint waits for readers so that the log starts over: 256 MiB.
    private static let restartPages = 32_768

    func startHousekeeping() {
        blobFiles.whenReleased { [weak housekeeping] in housekeeping?.wake() }
        housekeeping.start { [weak self] in await self?.keepHouse() }
    }

    private func keepHouse() async {
        do {
            try await pruneIfDue()
            try await removeReleased()
            while !housekeeping.isEnding {
                try await checkpointIfNeeded()
                guard try await !isDone() else { return }
                let seen = commits
                try? await Task.sleep(for: .milliseconds(250))
                try await index(while: seen)
                try await file { self.commits != seen || self.housekeeping.isEnding }
            }
        } catch {
            options.logger.warning(
                "Work in the background failed", metadata: ["account": "\(id)", "error": "\(error)"])
        }
    }

    private func checkpointIfNeeded() async throws {
        let pages = database.pagesToCheckpoint
        guard pages >= Self.checkpointPages else { return }
        try await maintain { [database, blobFiles] db in
            // A copy under way reads one snapshot for long: a restart would wait for it in vain.
            _ = try db.checkpoint(pages >= Self.restartPages && !blobFiles.isHeld ? .restart : .passive)
            database.checkpointed()
        }
    }

    /// Brings the text index up to date in small steps for as long as nobody writes.
    private func index(while seen: Int) async throws {
        while seen == commits, !housekeeping.isEnding {
            if try await indexStep() { return }
        }
    }

    /// Removes the files of bodies that were prepared and never stored.
    func removeReleased() async throws {
        let released = blobFiles.takeReleased()
        guard !released.isEmpty else { return }
        try await maintain { db in self.removeFiles(released, db) }
    }

    /// Whether every email is indexed and every body in its place.
    private func isDone() async throws -> Bool {
        try await read { reader in try self.search.isCurrent(for: reader) && !reader.hasWaitingBodies() }
    }

    /// Indexes a few emails; whether nothing is left to do.
    func indexStep() async throws -> Bool {
        try await read { reader in try self.search.advance(reader, emails: 64) }
    }

    /// Deletes what is older than it need be, at most once an hour.
    private func pruneIfDue() async throws {
        guard housekeeping.isPruningDue(at: options.clock()) else { return }
        try await prune()
        _ = try await read { reader in try self.search.rebuildIfStale(reader) }
    }

    /// Forgets changes older than 30 days, and uploads that nothing refers to any more; in short transactions.
    func prune() async throws {
        var isDone = false
        while !isDone {
            isDone = try await write(lane: .ingest) { writer in
                let changes = try writer.transaction.removeOldChanges(limit: 2_000)
                let uploads = try writer.transaction.removeExpiredUploads(limit: 200)
                return changes && uploads
            }
        }
    }
}
