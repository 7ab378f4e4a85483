import GRDB
import Logging
import MailModel

/// An account's folder in a backup: read, never written.
struct AccountCopy: Sendable {
    let id: AccountID
    let folder: String
    let limits: Limits

    /// Looks at the copy as `check` looks at an account: what SQLite says, every rule, every blob's octets. One that an
    /// earlier version wrote is not held against rules that are younger; its octets are.
    func check(_ control: CopyControl = CopyControl { _ in }) async throws -> CheckReport {
        let account = try open()
        do {
            let report = try await account.read { reader in
                try control.interrupting(reader.db) {
                    try Self.look(with: AccountCheck(reader: reader, control: control), at: reader)
                }
            }
            await account.core.database.close()
            return report
        } catch {
            await account.core.database.close()
            throw error
        }
    }

    private static func look(with check: AccountCheck, at reader: AccountReader) throws -> CheckReport {
        var report = CheckReport()
        try check.pages(&report)
        if try AccountSchema.migrator.hasCompletedMigrations(reader.db) {
            try check.rules(&report)
            try check.emails(&report)
            try MaildropCheck.run(on: reader, into: &report)
        } else {
            report.count("emails", try reader.db.first("SELECT count(*) FROM email") { Int($0.int(0)) } ?? 0)
        }
        try check.blobs(&report)
        return report
    }

    private func open() throws -> Account {
        let path = folder + "/mail.db"
        let database = try MailDatabase(copyAt: path)
        let stored = try database.readNow { db in
            guard try !AccountSchema.migrator.hasBeenSuperseded(db) else {
                throw MailStoreError(.tooNew, "\(path) was written by a later version of restante: use that one.")
            }
            return try db.first("SELECT account, epoch FROM meta WHERE id = 1") { ($0.int(0), $0.int(1)) }
        }
        guard let stored, stored.0 == id.rawValue else {
            throw MailStoreError(.corrupt, "\(path) is not the database of account \(id).")
        }
        let epoch = Epoch(rawValue: UInt32(truncatingIfNeeded: stored.1))
        let options = AccountOptions(
            folder: folder, id: id, limits: limits, key: SealingKey(bytes: [UInt8](repeating: 0, count: 32)),
            clock: { Timestamp(milliseconds: 0) },
            logger: Logger(label: "copy", factory: { _ in SwiftLogNoOpLogHandler() }),
            changed: { _, _ in })
        // Nothing is parsed and nothing searched: the guard has nothing to note, the index is never opened.
        return Account(
            core: AccountCore(
                options: options, database: database, epoch: epoch, blobFiles: BlobFiles(accountFolder: folder),
                intake: nil,
                guardian: try ParseGuard(path: "/dev/null"),
                search: SearchIndex(path: folder + "/search.db", account: id, epoch: epoch)))
    }
}
