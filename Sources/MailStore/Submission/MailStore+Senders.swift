import GRDB
public import MailModel
import Synchronization

/// What the migration `sender` of restante.db does. Frozen.
enum SenderSchema {
    /// Accounts in which something was ever submitted: those that may have a message on its way. A row is on disk before the
    /// account's first submission is, and never goes while the account is there.
    static let sql = """
        CREATE TABLE sender (
            account INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE
        ) STRICT;
        """
}

/// Accounts that are known to have a row of their own in a table.
final class KnownAccounts: Sendable {
    private let accounts = Mutex<Set<AccountID>>([])

    func contains(_ account: AccountID) -> Bool { accounts.withLock { $0.contains(account) } }
    func insert(_ account: AccountID) { accounts.withLock { _ = $0.insert(account) } }
}

extension MailStore {
    /// Notes that an account submits, before the first submission is stored: whoever sends looks into it from then on,
    /// whatever ends in between.
    public func noteSender(_ account: AccountID) async throws(MailStoreError) {
        guard !knownSenders.contains(account) else { return }
        try await database.write { database -> Void in
            try database.run("INSERT OR IGNORE INTO sender VALUES (?)", .int(account.rawValue))
        }
        knownSenders.insert(account)
    }

    /// Accounts that may have messages on their way.
    package func senders() async throws(MailStoreError) -> [AccountID] {
        try await database.read { database in
            try database.all(
                "SELECT account FROM sender JOIN account ON account.id = sender.account WHERE removing = 0 ORDER BY account"
            ) { AccountID(rawValue: $0.int(0)) }
        }
    }
}
