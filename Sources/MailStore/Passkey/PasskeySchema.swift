/// What the migration `passkey` of restante.db does. Frozen.
enum PasskeySchema {
    /// - `passkeyOwner`: what authenticators know a user by: random, for it lies on them in the clear.
    /// - `passkey`: `credential` is its authenticator's name for it, `publicKey` a COSE_Key, `relyingParty` the host that it
    ///   was made for.
    static let sql = """
        CREATE TABLE passkeyOwner (
            user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
            handle BLOB NOT NULL UNIQUE CHECK (length(handle) = 32)
        ) STRICT;
        CREATE TABLE passkey (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user INTEGER NOT NULL REFERENCES passkeyOwner (user) ON DELETE CASCADE,
            name TEXT NOT NULL,
            credential BLOB NOT NULL UNIQUE CHECK (length(credential) BETWEEN 1 AND 1023),
            publicKey BLOB NOT NULL,
            relyingParty TEXT NOT NULL,
            signCount INTEGER NOT NULL CHECK (signCount BETWEEN 0 AND 4294967295),
            createdAt INTEGER NOT NULL,
            lastUsedAt INTEGER,
            UNIQUE (user, name)
        ) STRICT;
        """
}
