import GRDB

/// The schema of restante.db: migrations are literal and frozen, new ones are appended.
enum DirectorySchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { try $0.execute(sql: version1) }
        migrator.registerMigration("place") { try $0.execute(sql: DirectoryPlace.schema) }
        migrator.registerMigration("sender") { try $0.execute(sql: SenderSchema.sql) }
        migrator.registerMigration("session") { try $0.execute(sql: SessionSchema.sql) }
        migrator.registerMigration("user disabled") { try $0.execute(sql: UserDisabledSchema.sql) }
        migrator.registerMigration("storage") { try $0.execute(sql: StorageSchema.sql) }
        migrator.registerMigration("push") { try $0.execute(sql: PushSchema.sql) }
        migrator.registerMigration("snoozer") { try $0.execute(sql: SnoozerSchema.sql) }
        migrator.registerMigration("passkey") { try $0.execute(sql: PasskeySchema.sql) }
        return migrator
    }

    /// - `account`: `folder` is relative to the data directory; `epoch` and `modseq` are what the account was last seen at,
    ///   so that a folder that comes back older is noticed; `hintsStale` says that its rows of `maildropDue` may be wrong.
    /// - `maildropDue`: when a maildrop is due next, as of the last time somebody wrote it down: a hint that is rebuilt.
    private static let version1 = """
        CREATE TABLE directory (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            closedCleanly INTEGER NOT NULL CHECK (closedCleanly IN (0, 1))
        ) STRICT;
        INSERT INTO directory VALUES (1, 1);
        CREATE TABLE user (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            role TEXT NOT NULL CHECK (role IN ('administrator', 'member')),
            passwordLogRounds INTEGER NOT NULL,
            passwordBlockSize INTEGER NOT NULL,
            passwordParallelism INTEGER NOT NULL,
            passwordSalt BLOB NOT NULL,
            passwordHash BLOB NOT NULL,
            createdAt INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE account (
            id INTEGER PRIMARY KEY,
            user INTEGER NOT NULL UNIQUE REFERENCES user (id),
            folder TEXT NOT NULL UNIQUE,
            removing INTEGER NOT NULL DEFAULT 0 CHECK (removing IN (0, 1)),
            epoch INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            hintsStale INTEGER NOT NULL DEFAULT 0 CHECK (hintsStale IN (0, 1))
        ) STRICT;
        CREATE TABLE accountNumber (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            lastUsed INTEGER NOT NULL
        ) STRICT;
        INSERT INTO accountNumber VALUES (1, 0);
        CREATE TABLE device (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user INTEGER NOT NULL REFERENCES user (id),
            name TEXT NOT NULL,
            secretHash BLOB NOT NULL UNIQUE CHECK (length(secretHash) = 32),
            createdAt INTEGER NOT NULL,
            lastSeenAt INTEGER,
            UNIQUE (user, name)
        ) STRICT;
        CREATE TABLE maildropDue (
            account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            maildrop INTEGER NOT NULL,
            dueAt INTEGER NOT NULL,
            PRIMARY KEY (account, maildrop)
        ) STRICT, WITHOUT ROWID;
        """
}
