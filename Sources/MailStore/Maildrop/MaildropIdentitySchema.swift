/// What later migrations of mail.db add for maildrops: how messages are recognised, and how they are deleted upstream.
/// Frozen, each of them.
enum MaildropIdentitySchema {
    /// - `maildropMessage.size`: octets as received, while `octets` is what the server listed. `header`: HeaderMark, NULL
    ///   when the header says too little. `listedAt` and `number`: in which listing and where it was found, for the order.
    ///   `isUnchecked`: known under this unique-id only because sizes fitted. `absentSince`: when the first listing that
    ///   could be believed lacked it; `isVanishing`: that was news, and nobody has dealt with it.
    /// - `maildropRecord.suspectedAt`, `suspectedPolls`: since when, and in how many polls, listings lack half of what
    ///   they had. `topFailures`, `topFailedAt`: how many sessions in a row broke off at TOP,
    ///   and when the last did.
    static let identity = """
        ALTER TABLE maildropMessage ADD COLUMN size INTEGER;
        ALTER TABLE maildropMessage ADD COLUMN header BLOB;
        ALTER TABLE maildropMessage ADD COLUMN listedAt INTEGER;
        ALTER TABLE maildropMessage ADD COLUMN number INTEGER;
        ALTER TABLE maildropMessage ADD COLUMN isUnchecked INTEGER NOT NULL DEFAULT 0 CHECK (isUnchecked IN (0, 1));
        ALTER TABLE maildropMessage ADD COLUMN absentSince INTEGER;
        ALTER TABLE maildropMessage ADD COLUMN isVanishing INTEGER NOT NULL DEFAULT 0 CHECK (isVanishing IN (0, 1));
        CREATE INDEX maildropMessageVanishing ON maildropMessage (record, numbering) WHERE isVanishing = 1;
        CREATE INDEX maildropMessageUnchecked ON maildropMessage (record, numbering) WHERE isUnchecked = 1;
        CREATE INDEX maildropMessageByEmail ON maildropMessage (email) WHERE email IS NOT NULL;
        ALTER TABLE maildropRecord ADD COLUMN suspectedAt INTEGER;
        ALTER TABLE maildropRecord ADD COLUMN suspectedPolls INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE maildropRecord ADD COLUMN topFailures INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE maildropRecord ADD COLUMN topFailedAt INTEGER;
        """

    /// - `maildropRetention`: one row for a maildrop that does not simply keep everything. `deleteAfter`: days from
    ///   receipt, 0 for as soon as stored, NULL for never. `vanished`: what becomes of mail that the server lost.
    /// - `maildropDeletion`: the journal of what was deleted upstream. `state`: 1 intended, 2 DELE answered, 3 QUIT
    ///   answered, 4 absent from a later listing, 5 given up: it was listed again or refused. `attempts`: polls that
    ///   intended it. `reason`: 1 age, 2 destroyed
    ///   here.
    /// - `maildropRecord.lookedModseq`: up to which change of emails it was looked for what is due; `dueAt`: when
    ///   the next message is by its age.
    static let retention = """
        CREATE TABLE maildropRetention (
            maildrop INTEGER PRIMARY KEY REFERENCES maildrop (id),
            deleteAfter INTEGER CHECK (deleteAfter >= 0),
            deleteDestroyed INTEGER NOT NULL CHECK (deleteDestroyed IN (0, 1)),
            keepUnread INTEGER NOT NULL CHECK (keepUnread IN (0, 1)),
            largerThan INTEGER CHECK (largerThan >= 0),
            vanished TEXT NOT NULL CHECK (vanished IN ('keep', 'trash'))
        ) STRICT;
        CREATE TABLE maildropDeletion (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            record INTEGER NOT NULL REFERENCES maildropRecord (id),
            numbering INTEGER NOT NULL,
            uniqueID BLOB NOT NULL,
            ordinal INTEGER NOT NULL,
            octets INTEGER NOT NULL,
            email INTEGER NOT NULL,
            reason INTEGER NOT NULL CHECK (reason IN (1, 2)),
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5),
            attempts INTEGER NOT NULL DEFAULT 1,
            intendedAt INTEGER NOT NULL,
            sentAt INTEGER,
            answeredAt INTEGER,
            settledAt INTEGER,
            note TEXT
        ) STRICT;
        CREATE UNIQUE INDEX maildropDeletionOpen ON maildropDeletion (record, numbering, uniqueID, ordinal)
            WHERE state < 4;
        CREATE INDEX maildropDeletionByMessage ON maildropDeletion (record, numbering, uniqueID, ordinal);
        CREATE INDEX maildropDeletionBySettling ON maildropDeletion (record, settledAt) WHERE state >= 4;
        ALTER TABLE maildropRecord ADD COLUMN lookedModseq INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE maildropRecord ADD COLUMN dueAt INTEGER;
        """
}
