import GRDB

/// restante.db: one pool, whose single writer makes every commit durable before it returns.
struct DirectoryDatabase: Sendable {
    private let pool: DatabasePool
    private let writes = DirectoryWrites()

    init(path: String) throws(MailStoreError) {
        do {
            var configuration = Configuration()
            configuration.label = "restante.db"
            configuration.maximumReaderCount = 8
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA trusted_schema = OFF")
                // What was deleted here is to be gone: credentials, and where a client is told of changes (RFC 8620 §7.2).
                try database.execute(sql: "PRAGMA secure_delete = ON")
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            // GRDB sets NORMAL after prepareDatabase: only what is set now lasts.
            let synchronous = try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                return try Int.fetchOne(database, sql: "PRAGMA synchronous")
            }
            guard synchronous == 2 else {
                throw MailStoreError(.inputOutput, "SQLite does not keep synchronous=FULL for \(path).")
            }
            try Self.migrate(pool, path: path)
        } catch {
            throw MailStoreError(opening: path, error)
        }
    }

    private static func migrate(_ pool: DatabasePool, path: String) throws {
        let migrator = DirectorySchema.migrator
        guard try !pool.read(migrator.hasBeenSuperseded) else {
            throw MailStoreError(.tooNew, "\(path) was written by a later version of restante: run that one.")
        }
        try migrator.migrate(pool)
    }

    /// Taken before something is read, it tells later whether that still holds.
    var stamp: DirectoryStamp { writes.stamp }

    func read<Value>(_ body: (Database) throws -> Value) throws(MailStoreError) -> Value {
        do { return try pool.read(body) } catch { throw MailStoreError(database: error) }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws(MailStoreError) -> Value {
        defer { writes.countOne() }
        do { return try pool.write(body) } catch { throw MailStoreError(database: error) }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(MailStoreError) -> Value {
        do { return try await pool.read(body) } catch { throw MailStoreError(database: error) }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(MailStoreError) -> Value {
        defer { writes.countOne() }
        do { return try await pool.write(body) } catch { throw MailStoreError(database: error) }
    }

    /// Queues a write that nobody waits for; `closing` the pool lets it finish.
    func writeLater(
        _ body: @escaping @Sendable (Database) throws -> Void, failed: @escaping @Sendable (any Error) -> Void
    ) {
        pool.asyncWrite(body) { [writes] _, result in
            writes.countOne()
            if case .failure(let error) = result { failed(error) }
        }
    }

    /// Leaves everything in the one file: GRDB closes its readers last, and those cannot empty the log.
    func close() throws(MailStoreError) {
        do {
            _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try pool.close()
        } catch { throw MailStoreError(database: error) }
    }
}
