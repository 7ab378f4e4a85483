import GRDB
import GRDBSQLite

/// A value bound to a statement's parameter.
enum SQLValue {
    case null
    case int(Int64)
    case text(String)
    case blob([UInt8])

    static func int(_ value: Int) -> SQLValue { .int(Int64(value)) }
    static func int(_ value: Int64?) -> SQLValue { value.map { .int($0) } ?? .null }
    static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
}

/// One row while it is being read: columns by position, nothing copied until it is asked for.
struct SQLRow: ~Copyable {
    fileprivate let statement: SQLiteStatement

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    func blob(_ column: Int32) -> [UInt8] { withBlob(column) { Array($0) } }

    /// The octets stay where they are; they must not leave `body`.
    func withBlob<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let start = sqlite3_column_blob(statement, column)
        let count = Int(sqlite3_column_bytes(statement, column))
        return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }
}

/// Hot paths on GRDB's cached statements without its row and argument objects. A statement must not be used again while
/// one of its rows is being read: read a list into an array before acting on it.
extension Database {
    /// Runs a statement that returns nothing.
    /// - Returns: how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: SQLValue...) throws -> Int {
        let statement = try bound(cachedStatement(sql: sql).sqliteStatement, sql, values)
        defer { sqlite3_reset(statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: continue
            case SQLITE_DONE: return Int(sqlite3_changes(sqliteConnection))
            case let code: throw failure(code, sql)
            }
        }
    }

    /// Whether a statement is kept for the next time. What clients can shape in ever new ways must not be.
    enum StatementUse {
        case often, once
    }

    /// Calls `body` with each row until it returns false.
    func each(
        _ sql: String, _ values: [SQLValue], use: StatementUse = .often, _ body: (borrowing SQLRow) throws -> Bool
    ) throws {
        let kept = use == .often ? try cachedStatement(sql: sql) : try makeStatement(sql: sql)
        try withExtendedLifetime(kept) { try step(try bound(kept.sqliteStatement, sql, values), sql, body) }
    }

    private func step(
        _ statement: SQLiteStatement, _ sql: String, _ body: (borrowing SQLRow) throws -> Bool
    ) throws {
        defer { sqlite3_reset(statement) }
        let row = SQLRow(statement: statement)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                guard try body(row) else { return }
            case SQLITE_DONE: return
            case let code: throw failure(code, sql)
            }
        }
    }

    /// The first row, if there is one.
    func first<T>(_ sql: String, _ values: SQLValue..., body: (borrowing SQLRow) throws -> T) throws -> T? {
        var result: T?
        try each(sql, values) { row in
            result = try body(row)
            return false
        }
        return result
    }

    /// Every row.
    func all<T>(_ sql: String, _ values: SQLValue..., body: (borrowing SQLRow) throws -> T) throws -> [T] {
        var result: [T] = []
        try each(sql, values) { row in
            result.append(try body(row))
            return true
        }
        return result
    }

    private func bound(_ statement: SQLiteStatement, _ sql: String, _ values: [SQLValue]) throws -> SQLiteStatement {
        sqlite3_reset(statement)
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            let code =
                switch value {
                case .null: sqlite3_bind_null(statement, position)
                case .int(let int): sqlite3_bind_int64(statement, position, int)
                case .text(let text): Self.bind(text, statement, position)
                case .blob(let bytes): Self.bind(bytes, statement, position)
                }
            guard code == SQLITE_OK else { throw failure(code, sql) }
        }
        return statement
    }

    private static func bind(_ text: String, _ statement: SQLiteStatement, _ position: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            // An empty buffer may have no address, and an address of nil would bind NULL.
            guard let start = bytes.baseAddress, !bytes.isEmpty else {
                return sqlite3_bind_text(statement, position, "", 0, transient)
            }
            return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                sqlite3_bind_text(statement, position, $0, Int32(bytes.count), transient)
            }
        }
    }

    private static func bind(_ bytes: [UInt8], _ statement: SQLiteStatement, _ position: Int32) -> Int32 {
        guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, position, 0) }
        return bytes.withUnsafeBytes {
            sqlite3_bind_blob(statement, position, $0.baseAddress, Int32($0.count), transient)
        }
    }

    /// Tells SQLite to copy: the buffer is gone when the statement runs (SQLITE_TRANSIENT).
    private static var transient: sqlite3_destructor_type? {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    private func failure(_ code: Int32, _ sql: String) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqliteConnection)), message: lastErrorMessage,
            sql: sql)
    }
}
