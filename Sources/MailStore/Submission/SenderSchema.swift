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
