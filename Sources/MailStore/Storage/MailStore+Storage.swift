import Dispatch
import Foundation
import GRDB
import Logging
public import MailModel
import Synchronization

/// What was measured a moment ago: files are counted one by one, and nobody needs that more often.
final class StorageMeter: Sendable {
    static let lasts: Duration = .seconds(60)
    private let known = Mutex<[AccountID: StorageUse]>([:])

    func use(of account: AccountID, at now: Timestamp) -> StorageUse? {
        known.withLock { known in
            known[account].flatMap { $0.measuredAt <= now && now.since($0.measuredAt) < Self.lasts ? $0 : nil }
        }
    }

    func note(_ use: StorageUse) { known.withLock { $0[use.account] = use } }
    func forget(_ account: AccountID) { known.withLock { $0[account] = nil } }
}

extension MailStore {
    /// How long what an account took is remembered, in days.
    private static let daysKept = 400

    /// What the accounts that somebody may see take on disk, as of the last minute; a day's last measure is kept.
    public func storage(visibleTo principal: Principal) async throws -> [StorageUse] {
        var uses: [StorageUse] = []
        for user in try await users(visibleTo: principal) {
            // Somebody may be removed meanwhile.
            if let use = try await storage(of: user) { uses.append(use) }
        }
        return uses
    }

    /// Measures every account, so that a day that nobody asked on has its measure too.
    public func measureStorage() async throws {
        for user in try await users() { _ = try await storage(of: user) }
    }

    private func storage(of user: User) async throws -> StorageUse? {
        let now = options.clock()
        if let known = storageMeter.use(of: user.account, at: now) { return known }
        do {
            let row = try await database.read { try AccountRow.find(user.account, in: $0) }
            guard let row, !row.isRemoving else { return nil }
            var use = StorageUse(account: user.account, user: user.id, measuredAt: now)
            let (emails, octets) = try await account(user.account).read { reader in
                try reader.db.first("SELECT (SELECT count(*) FROM emailSort), messageOctets FROM meta WHERE id = 1") {
                    (Int($0.int(0)), Int($0.int(1)))
                } ?? (0, 0)
            }
            (use.emails, use.messageOctets) = (emails, octets)
            let measured = await Self.measure(directory.path + "/" + row.folder, use)
            storageMeter.note(measured)
            try await keep(measured)
            return measured
        } catch let error as MailStoreError where error.code == .notFound {
            return nil
        }
    }

    private func keep(_ use: StorageUse) async throws(MailStoreError) {
        let day = use.measuredAt.milliseconds / 86_400_000
        try await database.write { database -> Void in
            try database.run(
                """
                INSERT INTO storageDay SELECT id, ?, ?, ? FROM account WHERE id = ?
                ON CONFLICT DO UPDATE SET octets = excluded.octets, emails = excluded.emails
                """, .int(day), .int(use.octets), .int(use.emails), .int(use.account.rawValue))
            try database.run(
                "DELETE FROM storageDay WHERE account = ? AND day < ?", .int(use.account.rawValue),
                .int(day - Int64(Self.daysKept)))
        }
    }

    /// What an account took on the days that it was measured on, the oldest first.
    public func storageDays(of account: AccountID) async throws(MailStoreError) -> [StorageDay] {
        try await database.read { database in
            try database.all(
                "SELECT day, octets, emails FROM storageDay WHERE account = ? ORDER BY day", .int(account.rawValue)
            ) { StorageDay(day: Int($0.int(0)), octets: Int($0.int(1)), emails: Int($0.int(2))) }
        }
    }

    /// What the data directory itself takes, what is left beside it, and how backups ended.
    public func serverStorage() async throws(MailStoreError) -> ServerStorage {
        var storage = ServerStorage()
        for name in ["restante.db", "restante.db-wal", "restante.db-shm"] {
            storage.directory += Self.octets(of: directory.path + "/" + name)
        }
        var status = statvfs()
        if statvfs(directory.path, &status) == 0 {
            let unit = UInt64(status.f_frsize)
            storage.free = Self.product(UInt64(status.f_bavail), unit)
            storage.capacity = Self.product(UInt64(status.f_blocks), unit)
        }
        let records = try await database.read { database in
            try database.all(
                "SELECT succeeded, beganAt, endedAt, folder, octets, emails, findings, error FROM backupRecord"
            ) { row in
                (
                    row.int(0) != 0,
                    BackupRecord(
                        beganAt: Timestamp(milliseconds: row.int(1)), endedAt: Timestamp(milliseconds: row.int(2)),
                        folder: row.text(3), octets: Int(row.int(4)), emails: Int(row.int(5)),
                        findings: Int(row.int(6)), error: row.optionalText(7))
                )
            }
        }
        storage.lastBackup = records.first { $0.0 }?.1
        storage.lastFailedBackup = records.first { !$0.0 }?.1
        return storage
    }

    /// Remembers how a backup ended, if it can: the backup is what matters.
    func keep(_ record: BackupRecord) async {
        var record = record
        record.endedAt = options.clock()
        let ended = record
        do {
            try await database.write { database -> Void in
                try database.run(
                    "INSERT OR REPLACE INTO backupRecord VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    .int(ended.error == nil ? 1 : 0), .int(ended.beganAt.milliseconds),
                    .int(ended.endedAt.milliseconds), .text(ended.folder), .int(ended.octets), .int(ended.emails),
                    .int(ended.findings), .text(ended.error))
            }
        } catch {
            logger.warning("How a backup ended could not be noted", metadata: ["error": "\(error)"])
        }
    }

    private static func product(_ one: UInt64, _ other: UInt64) -> Int {
        let (product, isTooLarge) = one.multipliedReportingOverflow(by: other)
        return isTooLarge ? Int.max : Int(clamping: product)
    }

    // MARK: Files

    private static let measuring = DispatchQueue(label: "restante.storage.measuring", qos: .utility)

    /// Looks at every file of an account's folder, on a thread of its own.
    private static func measure(_ folder: String, _ use: StorageUse) async -> StorageUse {
        await withCheckedContinuation { continuation in
            measuring.async { continuation.resume(returning: measured(folder, use)) }
        }
    }

    private static func measured(_ folder: String, _ use: StorageUse) -> StorageUse {
        var use = use
        eachFile(below: folder) { path in
            let name = path.dropFirst(folder.count + 1)
            let octets = octets(of: path)
            if name.hasPrefix("mail.db") {
                use.database += octets
            } else if name.hasPrefix("blobs/") {
                use.bodies += octets
                use.bodyFiles += 1
            } else if name.hasPrefix("intake/") {
                use.intake += octets
            } else if name.hasPrefix("search.db") {
                use.search += octets
            } else {
                use.other += octets
            }
        }
        return use
    }

    /// Every file that is there when it is come to.
    private static func eachFile(below path: String, _ body: (String) -> Void) {
        for name in (try? Files.names(in: path)) ?? [] {
            let child = path + "/" + name
            let entry = (try? Files.entry(child)) ?? nil
            if entry?.isDirectory == true { eachFile(below: child, body) } else if entry != nil { body(child) }
        }
    }

    /// What a file takes; nothing when it is gone.
    private static func octets(of path: String) -> Int {
        var status = stat()
        return lstat(path, &status) == 0 ? Int(clamping: status.st_size) : 0
    }
}
