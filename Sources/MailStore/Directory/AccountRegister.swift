import GRDB
public import MailModel
import Synchronization

/// A table of accounts that a service looks into: those that submit, say, or those in which emails are put away. Who notes
/// an account before it stores what the service is for can be killed at any step: the service finds it again.
///
/// An account never leaves while it is there. It is written once; from then on noting it costs no transaction.
public final class AccountRegister: Sendable {
    private let table: String
    private let database: DirectoryDatabase
    private let known = Mutex<Set<AccountID>>([])

    /// - Parameter table: has one column, the account, whose rows go with it.
    init(_ table: String, in database: DirectoryDatabase) {
        self.table = table
        self.database = database
    }

    /// Returns when the account is on disk.
    public func note(_ account: AccountID) async throws(MailStoreError) {
        guard !contains(account) else { return }
        try await database.write { [table] database -> Void in
            try database.run("INSERT OR IGNORE INTO \(table) VALUES (?)", .int(account.rawValue))
        }
        known.withLock { _ = $0.insert(account) }
    }

    /// Every account that was noted and is not on its way out. From then on `contains` knows them.
    package func accounts() async throws(MailStoreError) -> [AccountID] {
        let accounts = try await database.read { [table] database in
            try database.all(
                "SELECT account FROM \(table) JOIN account ON account.id = \(table).account WHERE removing = 0 ORDER BY account"
            ) { AccountID(rawValue: $0.int(0)) }
        }
        known.withLock { $0.formUnion(accounts) }
        return accounts
    }

    /// Whether an account was noted, as far as this process has seen: by itself, or in `accounts`.
    package func contains(_ account: AccountID) -> Bool { known.withLock { $0.contains(account) } }
}
