/// The tables of maildrops within an account's mail.db. Frozen: later versions append migrations, they never edit these.
enum MaildropSchema {
    /// What the first migration of mail.db creates for maildrops.
    ///
    /// - `maildropRecord`: what is remembered of one sign-in's messages, for life; `numbering` is the current one.
    /// - `maildrop`: settings; a removed one keeps its row (`removedAt`), so that a later maildrop of the same sign-in takes
    ///   over its record. `probe…` are the values of the last listing that was wholly ingested.
    /// - `maildropNumbering`: the generations of a record's unique-ids, from 1.
    /// - `maildropMessage`: every message ever seen. `state`: 1 stored, 2 held back, 3 parked. `email` may name an email
    ///   that a user has destroyed since: then the message is not fetched again.
    /// - `poll`: the history of polls; a row with `idlePolls` stands for that many that found nothing.
    static let version1 = """
        CREATE TABLE maildropRecord (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            numbering INTEGER NOT NULL CHECK (numbering > 0)
        ) STRICT;
        CREATE TABLE maildrop (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            record INTEGER NOT NULL REFERENCES maildropRecord (id),
            name TEXT NOT NULL,
            host TEXT NOT NULL,
            port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
            security TEXT NOT NULL CHECK (security IN ('tls', 'starttls', 'plain')),
            username TEXT NOT NULL,
            sealedPassword BLOB,
            certificatePin BLOB CHECK (length(certificatePin) = 32),
            mailbox INTEGER NOT NULL,
            pollInterval INTEGER NOT NULL CHECK (pollInterval > 0),
            markSeenOlderThan INTEGER CHECK (markSeenOlderThan >= 0),
            retention TEXT NOT NULL CHECK (retention IN ('keep')),
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
            createdAt INTEGER NOT NULL,
            removedAt INTEGER,
            probeCount INTEGER,
            probeOctets INTEGER,
            probeLastUniqueID BLOB,
            probeAt INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX maildropByRecord ON maildrop (record) WHERE removedAt IS NULL;
        CREATE UNIQUE INDEX maildropByName ON maildrop (name) WHERE removedAt IS NULL;
        CREATE TABLE maildropNumbering (
            record INTEGER NOT NULL REFERENCES maildropRecord (id),
            number INTEGER NOT NULL CHECK (number > 0),
            beganAt INTEGER NOT NULL,
            PRIMARY KEY (record, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE maildropMessage (
            record INTEGER NOT NULL,
            numbering INTEGER NOT NULL,
            uniqueID BLOB NOT NULL,
            ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
            octets INTEGER NOT NULL,
            fingerprint BLOB,
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
            email INTEGER,
            reason TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            retryAt INTEGER,
            PRIMARY KEY (record, numbering, uniqueID, ordinal),
            FOREIGN KEY (record, numbering) REFERENCES maildropNumbering (record, number),
            CHECK ((state = 1) = (email IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX maildropMessageNotStored ON maildropMessage (record, numbering) WHERE state <> 1;
        CREATE TABLE poll (
            id INTEGER PRIMARY KEY,
            maildrop INTEGER NOT NULL REFERENCES maildrop (id),
            beganAt INTEGER NOT NULL,
            endedAt INTEGER NOT NULL,
            errorType TEXT,
            errorDescription TEXT,
            listed INTEGER,
            fetched INTEGER NOT NULL,
            octets INTEGER NOT NULL,
            idlePolls INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX pollByMaildrop ON poll (maildrop, endedAt);
        """
}
