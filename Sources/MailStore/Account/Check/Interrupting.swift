import GRDB
import GRDBSQLite

extension CopyControl {
    /// Steps of SQLite's machine between two looks at whether anybody still waits: some milliseconds of work.
    private static let stepsBetweenLooks: Int32 = 100_000

    /// Runs statements that may take minutes, and ends them when nobody wants their result any more.
    /// - Throws: `closed` then.
    func interrupting<Result>(_ db: Database, _ body: () throws -> Result) throws -> Result {
        try check()
        let connection = db.sqliteConnection
        // `self` outlives the handler: it is taken away before this returns.
        sqlite3_progress_handler(
            connection, Self.stepsBetweenLooks,
            { context in
                guard let context else { return 0 }
                return Unmanaged<CopyControl>.fromOpaque(context).takeUnretainedValue().isEnded ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
        defer { sqlite3_progress_handler(connection, 0, nil, nil) }
        do { return try body() } catch {
            try check()
            throw error
        }
    }
}
