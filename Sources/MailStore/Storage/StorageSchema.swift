/// What the migration `storage` of restante.db does. Frozen.
enum StorageSchema {
    /// - `storageDay`: what an account took when it was last measured on a day (UTC, days since 1970); kept for 400 days.
    /// - `backupRecord`: the last backup that was made, and the last try that failed.
    static let sql = """
        CREATE TABLE storageDay (
            account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            day INTEGER NOT NULL,
            octets INTEGER NOT NULL,
            emails INTEGER NOT NULL,
            PRIMARY KEY (account, day)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE backupRecord (
            succeeded INTEGER PRIMARY KEY CHECK (succeeded IN (0, 1)),
            beganAt INTEGER NOT NULL,
            endedAt INTEGER NOT NULL,
            folder TEXT NOT NULL,
            octets INTEGER NOT NULL,
            emails INTEGER NOT NULL,
            findings INTEGER NOT NULL,
            error TEXT
        ) STRICT;
        """
}
