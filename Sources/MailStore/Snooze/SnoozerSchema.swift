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
