import GRDB
import GRDBSQLite
import MailModel

/// Copies of SQLite databases that are in use.
enum DatabaseCopying {
    /// Pages between two looks at whether to go on.
    private static let pagesAStep: Int32 = 2048

    /// Copies the snapshot that `source` reads to a new file of its own: one file, no log beside it. Nothing is synced.
    ///
    /// - Parameter each: told the octets copied so far; what it throws ends the copy.
    static func copy(_ source: Database, to path: String, each: @escaping (_ octets: Int) throws -> Void) throws {
        // From here to the end of the transaction it is one snapshot: without it each step would take its own.
        _ = try source.first("SELECT count(*) FROM sqlite_schema") { $0.int(0) }
        let pageSize = try source.first("PRAGMA page_size") { Int($0.int(0)) } ?? 0
        do {
            let target = try DatabaseQueue(path: path)
            try target.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = OFF")
                try source.backup(to: db, pagesPerStep: pagesAStep) { progress in
                    try each((progress.totalPageCount - progress.remainingPageCount) * pageSize)
                }
            }
            try target.close()
            try leaveWAL(path)
        } catch { throw MailStoreError.from(error) }
    }

    /// The copy says of itself that it has a write-ahead log, as its source does. Without one it can be read where nothing
    /// can be written.
    private static func leaveWAL(_ path: String) throws {
        let copy = try DatabaseQueue(path: path)
        let mode = try copy.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = OFF")
            return try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
        }
        try copy.close()
        guard mode == "delete" else {
            throw MailStoreError(.inputOutput, "SQLite keeps a log beside the copy \(path).")
        }
    }
}
