import GRDB
public import MailModel

/// What the migration `snoozer` of restante.db does. Frozen.
enum SnoozerSchema {
    /// Accounts in which an email was ever put away: those in which one may have to come back. A row is on disk before the
    /// account's first email is put away, and never goes while the account is there.
    static let sql = """
        CREATE TABLE snoozer (
            account INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE
        ) STRICT;
        """
}

extension MailStore {
    /// Notes that emails are put away in an account, before the first one is: whoever brings them back looks into it from
    /// then on, whatever ends in between.
    public func noteSnoozer(_ account: AccountID) async throws(MailStoreError) {
        guard !knownSnoozers.contains(account) else { return }
        try await database.write { database -> Void in
            try database.run("INSERT OR IGNORE INTO snoozer VALUES (?)", .int(account.rawValue))
        }
        knownSnoozers.insert(account)
    }

    /// Accounts in which emails may be put away. From then on `isSnoozer` knows them.
    package func snoozers() async throws(MailStoreError) -> [AccountID] {
        let accounts = try await database.read { database in
            try database.all(
                """
                SELECT account FROM snoozer JOIN account ON account.id = snoozer.account WHERE removing = 0
                ORDER BY account
                """
            ) { AccountID(rawValue: $0.int(0)) }
        }
        for account in accounts { knownSnoozers.insert(account) }
        return accounts
    }

    /// Whether emails may be put away in an account.
    package func isSnoozer(_ account: AccountID) -> Bool { knownSnoozers.contains(account) }
}
