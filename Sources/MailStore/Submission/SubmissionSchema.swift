/// What the migration `submission` of mail.db does. Frozen.
enum SubmissionSchema {
    /// - `maildropSubmission`: where a maildrop's user sends from; `sealedPassword` as the maildrop's, bound to what it is.
    /// - `submission`: messages on their way out (RFC 8621 §7). `blob` is kept until nothing of it can be sent any more;
    ///   `email`, `thread` and `identity` may be gone. `state` as SubmissionState. `isDestroyed`: no client sees it, what it
    ///   stands for goes on. `nextTryAt`: when it is due, while it is pending.
    /// - `submissionRecipient`: in the envelope's order; `state` as SubmissionRecipient.State.
    static let sql = """
        CREATE TABLE maildropSubmission (
            maildrop INTEGER PRIMARY KEY REFERENCES maildrop (id),
            host TEXT NOT NULL,
            port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
            security TEXT NOT NULL,
            credential TEXT NOT NULL CHECK (credential IN ('same', 'own', 'none')),
            username TEXT,
            sealedPassword BLOB,
            certificatePin BLOB,
            CHECK ((credential = 'own') = (username IS NOT NULL)),
            CHECK (credential = 'own' OR sealedPassword IS NULL)
        ) STRICT;
        CREATE TABLE submission (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            identity INTEGER NOT NULL,
            email INTEGER NOT NULL,
            thread INTEGER NOT NULL,
            blob INTEGER REFERENCES blob (id),
            maildrop INTEGER NOT NULL,
            mailFrom TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            sendAt INTEGER NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
            isDestroyed INTEGER NOT NULL DEFAULT 0 CHECK (isDestroyed IN (0, 1)),
            attempts INTEGER NOT NULL DEFAULT 0,
            firstTriedAt INTEGER,
            nextTryAt INTEGER,
            settledAt INTEGER,
            problem TEXT,
            CHECK ((state = 0) = (nextTryAt IS NOT NULL)),
            CHECK ((state IN (0, 1, 4)) = (blob IS NOT NULL)),
            CHECK ((state IN (2, 3, 5)) = (settledAt IS NOT NULL))
        ) STRICT;
        CREATE INDEX submissionDue ON submission (nextTryAt) WHERE nextTryAt IS NOT NULL;
        CREATE INDEX submissionByBlob ON submission (blob) WHERE blob IS NOT NULL;
        CREATE TABLE submissionRecipient (
            submission INTEGER NOT NULL REFERENCES submission (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            address TEXT NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
            reply TEXT,
            PRIMARY KEY (submission, position)
        ) STRICT, WITHOUT ROWID;
        """
}
