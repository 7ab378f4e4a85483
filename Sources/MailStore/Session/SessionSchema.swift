/// What the migration `session` of restante.db does. Frozen.
enum SessionSchema {
    /// Browsers in which somebody is signed in. Of the cookie only its hash is kept; when it ends is reckoned from the
    /// times and the limits.
    static let sql = """
        CREATE TABLE session (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
            secretHash BLOB NOT NULL UNIQUE CHECK (length(secretHash) = 32),
            createdAt INTEGER NOT NULL,
            lastSeenAt INTEGER NOT NULL,
            userAgent TEXT NOT NULL,
            address TEXT NOT NULL
        ) STRICT;
        CREATE INDEX sessionOfUser ON session (user);
        """
}
