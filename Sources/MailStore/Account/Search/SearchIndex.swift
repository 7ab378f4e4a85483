import GRDB
import MIME
import MailModel
import Synchronization

/// The text index of an account, in its own file: derived from mail.db, always allowed to be behind, thrown away and
/// rebuilt when it does not fit.
///
/// Emails are indexed in the order of their ids, which is the order they were committed in; so one number says how far
/// it has come. Emails never change their text. Those that are destroyed stay in the index until it is rebuilt: whoever
/// asks filters what is found through mail.db.
final class SearchIndex: Sendable {
    /// What a text query may index before it answers, and how long that may take.
    static let emailsPerQuery = 500
    static let timePerQuery: Duration = .milliseconds(300)
    /// Octets of text that are indexed of one email's bodies.
    private static let bodyLimit = 256 * 1024
    private static let step = 32

    private let path: String
    private let account: AccountID
    private let epoch: Epoch
    /// Nil while it is not open: it is opened by the first who needs it.
    private let database = Mutex<DatabaseQueue?>(nil)

    init(path: String, account: AccountID, epoch: Epoch) {
        self.path = path
        self.account = account
        self.epoch = epoch
    }

    func close() async {
        database.withLock { database in
            try? database?.close()
            database = nil
        }
    }

    // MARK: Following

    /// Whether every email that `reader` sees is indexed.
    func isCurrent(for reader: AccountReader) throws -> Bool {
        try use(for: reader) { db in try progress(db) >= newest(reader) }
    }

    /// Indexes up to `emails` of those that are missing, and stops early once `isOver` says so.
    /// - Returns: whether every email that `reader` sees is indexed now.
    func advance(_ reader: AccountReader, emails limit: Int, isOver: () -> Bool = { false }) throws -> Bool {
        let newest = try newest(reader)
        var left = limit
        while true {
            // In steps, each of its own transaction, so that a query beside the background does not wait for long.
            let reached = try use(for: reader) { db in
                let progress = try progress(db)
                guard progress < newest, left > 0, !isOver() else { return progress }
                return try index(reader, after: progress, newest: newest, limit: min(left, Self.step), into: db)
            }
            left -= Self.step
            if reached >= newest { return true }
            if left <= 0 || isOver() { return false }
        }
    }

    /// Empties the index when many of its entries are of emails that were destroyed; it is filled again while nobody
    /// writes. The words of what was destroyed go with it.
    /// - Returns: whether it was emptied.
    @discardableResult
    func rebuildIfStale(_ reader: AccountReader) throws -> Bool {
        let emails = try reader.db.first("SELECT count(*) FROM email") { $0.int(0) } ?? 0
        return try use(for: reader) { db in
            let entries = try db.first("SELECT entries FROM progress WHERE id = 1") { $0.int(0) } ?? 0
            guard entries - emails > max(Self.staleEntries, entries / 4) else { return false }
            try db.inTransaction(.immediate) {
                try db.run("INSERT INTO search (search) VALUES ('delete-all')")
                try db.run("DELETE FROM field")
                try db.run("UPDATE progress SET email = 0, modseq = 0, entries = 0 WHERE id = 1")
                return .commit
            }
            return true
        }
    }

    /// So many entries of destroyed emails are never worth emptying the index for.
    static let staleEntries: Int64 = 1000

    private func newest(_ reader: AccountReader) throws -> Int64 {
        try reader.db.first("SELECT max(id) FROM email") { $0.int(0) } ?? 0
    }

    private func progress(_ db: Database) throws -> Int64 {
        try db.first("SELECT email FROM progress WHERE id = 1") { $0.int(0) } ?? 0
    }

    private func index(
        _ reader: AccountReader, after start: Int64, newest: Int64, limit: Int, into db: Database
    ) throws -> Int64 {
        let emails = try reader.db.all(
            "SELECT id FROM email WHERE id > ? ORDER BY id LIMIT ?", .int(start), .int(limit)
        ) { EmailID(rawValue: $0.int(0)) }
        let reached = emails.count < limit ? newest : emails.last?.rawValue ?? newest
        try db.inTransaction(.immediate) {
            for email in emails {
                if let entry = try entry(of: email, reader) { try insert(entry, email, db) }
            }
            try db.run(
                "UPDATE progress SET email = ?, modseq = max(modseq, ?), entries = entries + ? WHERE id = 1",
                .int(reached), .int(try reader.modseq().rawValue), .int(emails.count))
            return .commit
        }
        return reached
    }

    private func insert(_ entry: SearchEntry, _ email: EmailID, _ db: Database) throws {
        try db.run(
            """
            INSERT INTO search (rowid, subject, sender, recipient, cc, bcc, body, attachment, address)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(email.rawValue), .text(entry.subject), .text(entry.from), .text(entry.to), .text(entry.cc),
            .text(entry.bcc), .text(entry.body), .text(entry.attachments), .text(entry.others))
        for name in entry.fields {
            try db.run("INSERT OR IGNORE INTO field VALUES (?, ?)", .int(name), .int(email.rawValue))
        }
    }

    /// Of an email whose octets are missing or damaged, what its summary says: the others are found all the same.
    private func entry(of id: EmailID, _ reader: AccountReader) throws -> SearchEntry? {
        let found = try MailStoreError.nilIfCorrupt { try reader.emails([id]).first }
        guard let email = found.flatMap({ $0 }) else { return nil }
        return try MailStoreError.nilIfCorrupt { try entry(of: email, reader) } ?? SearchEntry(email.summary, nil)
    }

    private func entry(of email: Email, _ reader: AccountReader) throws -> SearchEntry {
        guard let structure = try reader.structure(of: email.id) else { return SearchEntry(email.summary, nil) }
        let found = try reader.withBlob(email.blobID) { bytes in
            reader.core.guardian.run(email.blobID) {
                (
                    structure.searchText(email.summary, bytes, limit: Self.bodyLimit),
                    Self.fields(of: structure, bytes)
                )
            }
        }
        return SearchEntry(email.summary, found??.0, fields: found??.1 ?? [])
    }

    /// The names of a message's fields, hashed, each once.
    private static func fields(of structure: MessageStructure, _ bytes: UnsafeRawBufferPointer) -> Set<Int64> {
        Set(HeaderFields(bytes, in: structure.root.headerRange).fields.map { number(ofField: $0.name(in: bytes)) })
    }

    // MARK: Asking

    /// The emails that a full-text expression finds, by id; `limit` of them, if there is a limit.
    func matches(_ expression: String, for reader: AccountReader, limit: Int = -1) throws -> [Int64] {
        try use(for: reader) { db in
            try requireCurrent(for: reader, db)
            return try db.all(
                "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid LIMIT ?", .text(expression), .int(limit)
            ) { $0.int(0) }
        }
    }

    /// Lets `body` ask which emails between two ids a full-text expression finds. The index does not change meanwhile.
    func asking<T>(
        _ expression: String, for reader: AccountReader,
        _ body: (@escaping (ClosedRange<Int64>) throws -> [Int64]) throws -> T
    ) throws -> T {
        try use(for: reader) { db in
            try requireCurrent(for: reader, db)
            return try body { ids in
                try db.all(
                    "SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ?",
                    .text(expression), .int(ids.lowerBound), .int(ids.upperBound)
                ) { $0.int(0) }
            }
        }
    }

    /// It may have been emptied since it was brought up: what it finds then is not all.
    private func requireCurrent(for reader: AccountReader, _ db: Database) throws {
        guard try progress(db) >= newest(reader) else {
            throw MailStoreError(.searchNotReady, "The text index is made anew; try again in a moment.")
        }
    }

    /// The emails whose message has a header field of this name, by id.
    func emails(withField name: String, for reader: AccountReader) throws -> [Int64] {
        try use(for: reader) { db in
            try requireCurrent(for: reader, db)
            return try db.all("SELECT email FROM field WHERE name = ? ORDER BY email", .int(Self.number(ofField: name)))
            {
                $0.int(0)
            }
        }
    }

    /// 64 bits that stand for a field's name, whatever its case (FNV-1a).
    private static func number(ofField name: String) -> Int64 {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for octet in name.utf8 {
            let lower = (0x41...0x5A).contains(octet) ? octet + 0x20 : octet
            digest = (digest ^ UInt64(lower)) &* 0x0000_0100_0000_01B3
        }
        return Int64(bitPattern: digest)
    }

    // MARK: The file

    private func use<T>(for reader: AccountReader, _ body: (Database) throws -> T) throws -> T {
        let queue = try database.withLock { database in
            if let database { return database }
            let opened = try open(for: reader)
            database = opened
            return opened
        }
        do { return try queue.inDatabase(body) } catch let error as DatabaseError
            where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        {
            // Derived data that went bad is no reason to fail for good: whoever comes next makes it anew.
            database.withLock { $0 = nil }
            remove(reader)
            throw MailStoreError(.searchNotReady, "The text index was damaged and is made anew.", cause: error)
        }
    }

    private func remove(_ reader: AccountReader) {
        for suffix in ["", "-wal", "-shm"] { reader.core.options.fileSystem.remove(path + suffix) }
    }

    /// Opens the file, or makes it anew when it cannot be read, or is of another account or epoch, or is ahead of mail.db.
    private func open(for reader: AccountReader) throws -> DatabaseQueue {
        if let queue = try? openFile(), let fits = try? queue.read({ try fits($0, reader) }), fits { return queue }
        remove(reader)
        let queue = try openFile()
        try queue.write { db in
            try db.execute(sql: Self.schema)
            try db.run(
                "INSERT INTO progress VALUES (1, ?, ?, ?, 0, 0, 0)",
                .int(Self.version), .int(account.rawValue), .int(Int64(epoch.rawValue)))
        }
        return queue
    }

    private func openFile() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.label = "search"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA page_size = 8192")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private func fits(_ db: Database, _ reader: AccountReader) throws -> Bool {
        let limits = try reader.db.first("SELECT nextEmail, modseq FROM meta WHERE id = 1") { ($0.int(0), $0.int(1)) }
        let (nextEmail, modseq) = limits ?? (0, 0)
        let isFitting = try db.first(
            "SELECT account, epoch, email, modseq, version FROM progress WHERE id = 1"
        ) { row in
            let isOurs = row.int(0) == account.rawValue && row.int(1) == Int64(epoch.rawValue)
            return isOurs && row.int(2) < nextEmail && row.int(3) <= modseq && row.int(4) == Int64(Self.version)
        }
        return isFitting ?? false
    }

    /// Changes with the schema and with what is indexed: an index of another version is rebuilt.
    private static let version = 2

    private static let schema = """
        CREATE TABLE progress (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            version INTEGER NOT NULL,
            account INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            email INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            entries INTEGER NOT NULL
        ) STRICT;
        CREATE VIRTUAL TABLE search USING fts5 (
            subject, sender, recipient, cc, bcc, body, attachment, address,
            content = '', tokenize = 'unicode61 remove_diacritics 2'
        );
        CREATE TABLE field (
            name INTEGER NOT NULL,
            email INTEGER NOT NULL,
            PRIMARY KEY (name, email)
        ) STRICT, WITHOUT ROWID;
        """
}
