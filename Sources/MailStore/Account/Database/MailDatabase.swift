import GRDB
import GRDBSQLite
import MailModel
import Synchronization

/// An account's mail.db: one connection that writes and checkpoints, up to eight that read.
final class MailDatabase: Sendable {
    static let pageSize = 8192
    static let readers = 8

    private let pool: any DatabaseWriter
    private let log = WriteAheadLog()

    /// Opens the file, creating it if need be, and brings its schema up to date.
    /// - Throws: `tooNew`, `corrupt`, `noPermission`, `inputOutput`.
    init(path: String, isSynchronousFull: Bool) throws {
        var configuration = Configuration()
        configuration.maximumReaderCount = Self.readers
        configuration.persistentReadOnlyConnections = true
        configuration.busyMode = .timeout(5)
        configuration.label = "mail"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA page_size = \(Self.pageSize)")
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA cache_size = \(db.configuration.readonly ? -4096 : -16384)")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // After opening: GRDB sets NORMAL itself while it turns WAL on.
            try pool.writeWithoutTransaction { [log] db in
                try db.execute(sql: "PRAGMA synchronous = \(isSynchronousFull ? "FULL" : "NORMAL")")
                try log.watch(db)
            }
            let migrator = AccountSchema.migrator
            guard try !pool.read(migrator.hasBeenSuperseded) else {
                throw MailStoreError(
                    .tooNew, "The account was written by a later version of Restante; run that one.")
            }
            try migrator.migrate(pool)
            if isSynchronousFull { try assertDurable() }
        } catch { throw MailStoreError.from(error) }
    }

    /// Opens a copy that nobody writes, to be read alone: no file is made beside it.
    init(copyAt path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "copy"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA cache_size = -16384")
        }
        do { pool = try DatabaseQueue(path: path, configuration: configuration) } catch {
            throw MailStoreError(opening: path, error)
        }
    }

    /// What the promise of durability rests on. SQLite answers 2 for FULL.
    private func assertDurable() throws {
        try pool.writeWithoutTransaction { db in
            let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
            let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode")
            guard synchronous == 2, journal == "wal" else {
                throw MailStoreError(
                    .inputOutput,
                    "SQLite would not sync every commit (synchronous \(synchronous ?? -1), \(journal ?? "no journal"))."
                )
            }
        }
    }

    /// Runs `body` on one snapshot. Not cancelled with the task: a snapshot is short.
    func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncRead { database in
                continuation.resume(
                    with: Result { try body(database.get()) }.mapError { MailStoreError.from($0) })
            }
        }
    }

    /// Runs `body` on the writer, outside any transaction. Never cancelled: what is begun is finished and reported.
    func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncWriteWithoutTransaction { db in continuation.resume(with: Result { try body(db) }) }
        }
    }

    /// For opening, before anybody waits for anything.
    func writeNow<T>(_ body: (Database) throws -> T) throws -> T {
        try pool.writeWithoutTransaction { db in
            var result: T?
            try db.inTransaction(.immediate) {
                result = try body(db)
                return .commit
            }
            guard let result else { throw MailStoreError(.inputOutput, "A transaction ended without a result.") }
            return result
        }
    }

    func readNow<T>(_ body: (Database) throws -> T) throws -> T { try pool.read(body) }

    /// Pages of the write-ahead log that no checkpoint has taken yet.
    var pagesToCheckpoint: Int { log.pages }

    func checkpointed() { log.reset() }

    func close() async {
        try? await write { db in _ = try db.checkpoint(.truncate) }
        try? pool.close()
    }
}

/// Counts the pages that commits have put into the write-ahead log, so that checkpoints run when we say: SQLite's own run
/// in the middle of a commit.
private final class WriteAheadLog: Sendable {
    private let count = Atomic<Int>(0)

    var pages: Int { count.load(ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }

    /// Replaces SQLite's automatic checkpoints on the writer. The connection is closed before this object goes: both
    /// belong to the same MailDatabase.
    func watch(_ db: Database) throws {
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        _ = sqlite3_wal_hook(
            db.sqliteConnection,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                let log = Unmanaged<WriteAheadLog>.fromOpaque(context).takeUnretainedValue()
                log.count.store(Int(pages), ordering: .relaxed)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
