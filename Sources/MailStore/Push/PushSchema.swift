/// What the migration `push` of restante.db does. Frozen.
enum PushSchema {
    /// - `pushSubscription`: of a device or of a browser's session, and gone with it; `url`, `keys` and `code` are sealed;
    ///   `types` are names with commas between them, null for all; `verifyAt` is when the verification is to be sent, null
    ///   while it is on its way and afterwards; `told` is the state that was pushed last.
    /// - `applicationServer`: the sealed key that push services know us by.
    static let sql = """
        CREATE TABLE pushSubscription (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
            device INTEGER REFERENCES device (id) ON DELETE CASCADE,
            session INTEGER REFERENCES session (id) ON DELETE CASCADE,
            deviceClientId TEXT NOT NULL,
            url BLOB NOT NULL,
            keys BLOB,
            code BLOB NOT NULL,
            isVerified INTEGER NOT NULL DEFAULT 0 CHECK (isVerified IN (0, 1)),
            createdAt INTEGER NOT NULL,
            expiresAt INTEGER,
            types TEXT,
            verifyAt INTEGER,
            tries INTEGER NOT NULL DEFAULT 0,
            told TEXT,
            CHECK ((device IS NULL) <> (session IS NULL))
        ) STRICT;
        CREATE INDEX pushSubscriptionOfUser ON pushSubscription (user);
        CREATE INDEX pushSubscriptionOfDevice ON pushSubscription (device);
        CREATE INDEX pushSubscriptionOfSession ON pushSubscription (session);
        CREATE TABLE applicationServer (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            key BLOB NOT NULL
        ) STRICT;
        """
}
