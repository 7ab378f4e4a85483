import GRDB
import MailModel

/// restante.db in a backup.
struct DirectoryCopy: Sendable {
    let path: String

    struct Resident: Sendable {
        let row: AccountRow
        let user: String
    }

    /// Every account and whose it is.
    /// - Throws: `corrupt` for a folder that no account of ours has: it would lead somewhere else.
    func accounts() throws -> [Resident] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT account.id, user, folder, removing, epoch, modseq, user.name FROM account
                    JOIN user ON user.id = account.user ORDER BY account.id
                    """
            ).map { row in
                let account = AccountRow(row: row)
                guard account.folder == "accounts/\(account.id)" else {
                    throw MailStoreError(.corrupt, "\(path) names a folder \(account.folder) that no account can have.")
                }
                return Resident(row: account, user: row[6])
            }
        }
    }

    /// Takes accounts out that are not in the backup: they were removed while it was made.
    func drop(_ accounts: Set<AccountID>) throws {
        guard !accounts.isEmpty else { return }
        let database = try DatabaseQueue(path: path)
        try database.write { database in
            for account in accounts {
                guard let row = try AccountRow.find(account, in: database) else { continue }
                try database.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [account.rawValue])
                try database.execute(sql: "DELETE FROM device WHERE user = ?", arguments: [row.user.rawValue])
                try database.execute(sql: "DELETE FROM user WHERE id = ?", arguments: [row.user.rawValue])
            }
        }
        try database.close()
    }

    func check() throws -> CheckReport {
        try read { database in
            var report = CheckReport()
            try MailStore.checkPages(database, &report)
            try MailStore.checkPeople(database, &report)
            return report
        }
    }

    private func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
        do {
            let database = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? database.close() }
            return try database.read { database in
                guard try !DirectorySchema.migrator.hasBeenSuperseded(database) else {
                    throw MailStoreError(.tooNew, "\(path) was written by a later version of restante: use that one.")
                }
                return try body(database)
            }
        } catch { throw MailStoreError(opening: path, error) }
    }
}
