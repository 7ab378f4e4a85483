/// The tables of maildrops within an account's mail.db. Frozen: later versions append migrations, they never edit these.
enum MaildropSchema {
    /// What the first migration of mail.db creates for maildrops.
    ///
    /// - `maildrop`: settings; a removed one keeps its row (`removedAt`) because its record of unique-ids is what a later
    ///   maildrop of the same sign-in adopts. `probe…` are the values of the last listing that was wholly ingested.
    /// - `maildropNumbering`: the generations of a maildrop's unique-ids, from 1.
    /// - `maildropMessage`: every message ever seen, for life. `state`: 1 stored, 2 held back, 3 parked.
    ///   `email` may name an email that a user has destroyed since: then the message is not fetched again.
    /// - `poll`: the history of polls; `idlePolls` counts polls that found nothing and got no row of their own.
    static let version1 = """
        CREATE TABLE maildrop (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
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
            probeAt INTEGER,
            createdModseq INTEGER NOT NULL,
            updatedModseq INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE maildropNumbering (
            maildrop INTEGER NOT NULL REFERENCES maildrop (id),
            number INTEGER NOT NULL CHECK (number > 0),
            beganAt INTEGER NOT NULL,
            PRIMARY KEY (maildrop, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE maildropMessage (
            maildrop INTEGER NOT NULL,
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
            PRIMARY KEY (maildrop, numbering, uniqueID, ordinal),
            FOREIGN KEY (maildrop, numbering) REFERENCES maildropNumbering (maildrop, number),
            CHECK ((state = 1) = (email IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX maildropMessageNotStored ON maildropMessage (maildrop, numbering, retryAt) WHERE state <> 1;
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
