/// What the migration `maildropMessageElsewhere` of mail.db does. Frozen.
enum MaildropElsewhereSchema {
    /// A fourth state of `maildropMessage`: another program fetched the message before, and it is never fetched here. Its
    /// size is 0 until a listing tells it. SQLite changes no CHECK, so the table is made again.
    ///
    /// The index now holds only messages that are waiting: those of state 4 may be as many as the stored ones.
    static let sql = """
        CREATE TABLE maildropMessageNew (
            record INTEGER NOT NULL,
            numbering INTEGER NOT NULL,
            uniqueID BLOB NOT NULL,
            ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
            octets INTEGER NOT NULL,
            fingerprint BLOB,
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 4),
            email INTEGER,
            reason TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            retryAt INTEGER,
            PRIMARY KEY (record, numbering, uniqueID, ordinal),
            FOREIGN KEY (record, numbering) REFERENCES maildropNumbering (record, number),
            CHECK ((state = 1) = (email IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO maildropMessageNew
            SELECT record, numbering, uniqueID, ordinal, octets, fingerprint, state, email, reason, attempts, retryAt
            FROM maildropMessage;
        DROP TABLE maildropMessage;
        ALTER TABLE maildropMessageNew RENAME TO maildropMessage;
        CREATE INDEX maildropMessageNotStored ON maildropMessage (record, numbering) WHERE state IN (2, 3);
        """
}
