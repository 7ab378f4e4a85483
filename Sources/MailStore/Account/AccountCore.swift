import GRDB
import Logging
import MailModel
import Synchronization

/// What stands behind an open account: its database, its queue of writers, its blobs and its text index.
final class AccountCore: Sendable {
    let id: AccountID
    let epoch: Epoch
    let options: AccountOptions
    let database: MailDatabase
    let blobFiles: BlobFiles
    /// Nil for a copy, in which nothing waits.
    let intake: Intake?
    let compressor = Compressor()
    let guardian: ParseGuard
    let search: SearchIndex
    let housekeeping = Housekeeping()
    /// Whether prepared messages need a content print: mail was imported that a maildrop may bring as well.
    let wantsPrints = Atomic(false)
    /// The rules that new mail is held against.
    let rules = KeptRules()
    private let queue = WriteQueue()
    private let commitCount = Atomic<Int>(0)
    private let state = Mutex(State.open)

    private enum State {
        case open
        /// After this nothing more is acknowledged.
        case stopped(MailStoreError)
        case closed
    }

    init(
        options: AccountOptions, database: MailDatabase, epoch: Epoch, blobFiles: BlobFiles, intake: Intake?,
        guardian: ParseGuard, search: SearchIndex
    ) {
        id = options.id
        self.options = options
        self.database = database
        self.epoch = epoch
        self.blobFiles = blobFiles
        self.intake = intake
        self.guardian = guardian
        self.search = search
    }

    // MARK: Reading

    func read<T: Sendable>(_ body: @escaping @Sendable (AccountReader) throws -> T) async throws -> T {
        if case .closed = state.withLock({ $0 }) { throw closed }
        return try await database.read { db in try body(AccountReader(db: db, core: self, transaction: nil)) }
    }

    // MARK: Writing

    func write<T: Sendable>(
        lane: WriteQueue.Lane, _ body: @escaping @Sendable (AccountWriter) throws -> T
    ) async throws -> T {
        await queue.acquire(lane)
        defer { queue.release() }
        try checkWritable()
        do {
            return try await database.write { db in try self.transaction(db, body) }
        } catch {
            throw stopIfNeeded(error)
        }
    }

    /// Runs on the writer.
    private func transaction<T>(_ db: Database, _ body: (AccountWriter) throws -> T) throws -> T {
        let transaction = try Transaction(
            db: db, epoch: epoch, now: options.clock(), octetsLimit: options.limits.account.octets)
        var result: T?
        var states: [DataType: StateToken] = [:]
        try db.inTransaction(.immediate) {
            result = try body(AccountWriter(db: db, core: self, transaction: transaction))
            states = try transaction.finish()
            return .commit
        }
        removeFiles(transaction.removedFiles, db)
        if !states.isEmpty {
            commitCount.add(1, ordering: .relaxed)
            let told = transaction.isQuotaWorthTelling ? states : states.filter { $0.key != .quota }
            options.changed(AccountChange(account: id, states: told), Modseq(rawValue: transaction.counters.modseq))
            housekeeping.wake()
        }
        guard let result else { throw MailStoreError(.inputOutput, "A transaction ended without a result.") }
        return result
    }

    /// The rows of these blobs are gone for good; their files follow unless a row has come back. Committed is committed:
    /// what cannot be looked up now stays until the account is opened again.
    func removeFiles(_ blobs: [BlobID], _ db: Database) {
        for blob in blobs {
            let rows = try? db.all("SELECT 1 FROM blob WHERE hash = ?", .blob(blob.hash)) { _ in true }
            if let rows, rows.isEmpty { blobFiles.removeUnlessLeased(blob) }
        }
    }

    /// Commits that changed something, for telling whether anybody writes.
    var commits: Int { commitCount.load(ordering: .relaxed) }

    /// Work on the database between batches that is no transaction of its own.
    func maintain(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
        await queue.acquire(.ingest)
        defer { queue.release() }
        try checkWritable()
        do { try await database.write(body) } catch { throw stopIfNeeded(error) }
    }

    // MARK: The end

    private var closed: MailStoreError { MailStoreError(.closed, "The account is closed.") }

    private func checkWritable() throws {
        switch state.withLock({ $0 }) {
        case .open: return
        case .stopped(let reason): throw reason
        case .closed: throw closed
        }
    }

    /// After a failed sync or a damaged file nobody knows what is on disk: this account acknowledges nothing more.
    func stopIfNeeded(_ error: any Error) -> any Error {
        let known = MailStoreError.from(error)
        guard let failure = known as? MailStoreError, failure.endsTheAccount else { return known }
        let isFirst = state.withLock { state in
            guard case .open = state else { return false }
            state = .stopped(failure)
            return true
        }
        if isFirst {
            options.logger.critical(
                "An account accepts no more changes", metadata: ["account": "\(id)", "reason": "\(failure)"])
        }
        return failure
    }

    /// Waits for the writes on their way, then closes everything.
    func close() async {
        await housekeeping.end()
        await queue.acquire(.ingest)
        defer { queue.release() }
        let wasOpen = state.withLock { state in
            defer { state = .closed }
            if case .closed = state { return false }
            return true
        }
        guard wasOpen else { return }
        await search.close()
        await database.close()
    }
}

extension MailStoreError {
    /// What the database threw in our words; other errors are a caller's own.
    static func from(_ error: any Error) -> any Error {
        error is DatabaseError ? MailStoreError(database: error) : error
    }

    /// Whether what is on disk is unknown after this.
    fileprivate var endsTheAccount: Bool {
        if cause is SyncFailure { return true }
        guard let error = cause as? DatabaseError else { return false }
        return [.SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
    }
}
