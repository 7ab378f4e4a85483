import GRDB

/// The tables of an account's mail.db. Migrations are literal, frozen once released, and only ever appended.
enum AccountSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(sql: version1)
            try db.execute(sql: MaildropSchema.version1)
        }
        migrator.registerMigration("maildropMessageElsewhere") { try $0.execute(sql: MaildropElsewhereSchema.sql) }
        migrator.registerMigration("maildropServer") { try $0.execute(sql: MaildropServerSchema.sql) }
        migrator.registerMigration("maildropGrant") { try $0.execute(sql: MaildropGrantSchema.version1) }
        migrator.registerMigration("importedMessage") { try $0.execute(sql: ImportSchema.sql) }
        migrator.registerMigration("maildrop identity") { try $0.execute(sql: MaildropIdentitySchema.identity) }
        migrator.registerMigration("maildrop retention") { try $0.execute(sql: MaildropIdentitySchema.retention) }
        migrator.registerMigration("email sort") { try EmailSortSchema.migrate($0) }
        migrator.registerMigration("intake") { try $0.execute(sql: IntakeSchema.sql) }
        migrator.registerMigration("blob in file") { try $0.execute(sql: BlobFileSchema.sql) }
        migrator.registerMigration("maildrop pace") { try $0.execute(sql: MaildropPaceSchema.sql) }
        migrator.registerMigration("maildrop capabilities") { try $0.execute(sql: MaildropCapabilitySchema.sql) }
        migrator.registerMigration("identity") { try IdentitySchema.migrate($0) }
        migrator.registerMigration("submission") { try $0.execute(sql: SubmissionSchema.sql) }
        migrator.registerMigration("poll cause") { try $0.execute(sql: PollCauseSchema.sql) }
        migrator.registerMigration("maildrop email") { try $0.execute(sql: MaildropEmailSchema.sql) }
        migrator.registerMigration("flagged") { try $0.execute(sql: FlaggedSchema.sql) }
        migrator.registerMigration("quota") { try $0.execute(sql: QuotaSchema.sql) }
        migrator.registerMigration("snooze") { try $0.execute(sql: SnoozeSchema.sql) }
        migrator.registerMigration("mail rules") { try $0.execute(sql: MailRuleSchema.sql) }
        return migrator
    }

    /// - `meta`: one row. `modseq` is the last one given out. The `next…` counters give out ids; none is given out
    ///   twice, whatever is deleted.
    /// - `state`: the modseq at which each type last changed, and the last one whose change was pruned.
    /// - `blob`: `format` 0 plain, 1 zstd, both in `octets`; 2 in a file (BlobFormat). `keptUntil`: an upload stays that
    ///   long without an email.
    /// - `email`: `hash` repeats the blob's, whose row is large; `flags` are the well-known keywords as bits, in the order
    ///   of `Keyword.wellKnown`, and bit 62 where `emailKeyword` has more.
    /// - `emailMailbox`: `sortKey`, `flags` and `thread` repeat the email's, so that listing and counting never join.
    /// - `emailKeyword`: keywords that are not well-known.
    /// - `thread`: `emails` in it; `unread` of those that are not only in the trash.
    /// - `threadMailbox`: a thread's emails in one mailbox, and the unread ones.
    /// - `threadKey`: every message-id that a thread's emails name, hashed, with the hashed base subject.
    /// - `change`: the last thing one transaction did to one object, with a modseq of its own; `kind` as ChangeKind.
    /// - `changeTime`: the last modseq of every hour since 1970 in which something changed: what pruning by age goes by.
    static let version1 = """
        CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            account INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            nextMailbox INTEGER NOT NULL,
            nextEmail INTEGER NOT NULL,
            nextThread INTEGER NOT NULL,
            uidValidity INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE state (
            type INTEGER PRIMARY KEY,
            modseq INTEGER NOT NULL,
            lowWater INTEGER NOT NULL DEFAULT 0 CHECK (lowWater <= modseq)
        ) STRICT;
        CREATE TABLE blob (
            id INTEGER PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            size INTEGER NOT NULL CHECK (size >= 0),
            format INTEGER NOT NULL CHECK (format BETWEEN 0 AND 2),
            keptUntil INTEGER,
            octets BLOB,
            CHECK ((format = 2) = (octets IS NULL))
        ) STRICT;
        CREATE INDEX blobKeptUntil ON blob (keptUntil) WHERE keptUntil IS NOT NULL;
        CREATE TABLE thread (
            id INTEGER PRIMARY KEY,
            emails INTEGER NOT NULL CHECK (emails >= 0),
            unread INTEGER NOT NULL CHECK (unread BETWEEN 0 AND emails),
            createdModseq INTEGER NOT NULL,
            updatedModseq INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE threadKey (
            key INTEGER NOT NULL,
            subject INTEGER NOT NULL,
            thread INTEGER NOT NULL,
            PRIMARY KEY (key, subject, thread)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX threadKeyByThread ON threadKey (thread);
        CREATE TABLE email (
            id INTEGER PRIMARY KEY,
            blob INTEGER NOT NULL REFERENCES blob (id),
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            thread INTEGER NOT NULL REFERENCES thread (id),
            receivedAt INTEGER NOT NULL,
            sentAt INTEGER,
            size INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            hasAttachment INTEGER NOT NULL CHECK (hasAttachment IN (0, 1)),
            createdModseq INTEGER NOT NULL,
            updatedModseq INTEGER NOT NULL CHECK (updatedModseq >= createdModseq),
            summary BLOB NOT NULL,
            structure BLOB
        ) STRICT;
        CREATE INDEX emailByBlob ON email (blob);
        CREATE INDEX emailByThread ON email (thread, receivedAt, id);
        CREATE INDEX emailByReceivedAt ON email (receivedAt, id, thread, flags);
        CREATE TABLE emailKeyword (
            email INTEGER NOT NULL REFERENCES email (id),
            keyword TEXT NOT NULL,
            PRIMARY KEY (email, keyword)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE mailbox (
            id INTEGER PRIMARY KEY,
            parent INTEGER REFERENCES mailbox (id),
            name TEXT NOT NULL,
            role TEXT UNIQUE,
            sortOrder INTEGER NOT NULL CHECK (sortOrder BETWEEN 0 AND 2147483647),
            isSubscribed INTEGER NOT NULL CHECK (isSubscribed IN (0, 1)),
            uidValidity INTEGER NOT NULL,
            uidNext INTEGER NOT NULL CHECK (uidNext >= 1),
            totalEmails INTEGER NOT NULL DEFAULT 0 CHECK (totalEmails >= 0),
            unreadEmails INTEGER NOT NULL DEFAULT 0 CHECK (unreadEmails BETWEEN 0 AND totalEmails),
            totalThreads INTEGER NOT NULL DEFAULT 0 CHECK (totalThreads BETWEEN 0 AND totalEmails),
            unreadThreads INTEGER NOT NULL DEFAULT 0 CHECK (unreadThreads BETWEEN 0 AND totalThreads),
            createdModseq INTEGER NOT NULL,
            updatedModseq INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX mailboxSibling ON mailbox (ifnull(parent, 0), name);
        CREATE TABLE emailMailbox (
            mailbox INTEGER NOT NULL REFERENCES mailbox (id),
            uid INTEGER NOT NULL CHECK (uid >= 1),
            email INTEGER NOT NULL REFERENCES email (id),
            thread INTEGER NOT NULL,
            sortKey INTEGER NOT NULL,
            flags INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            PRIMARY KEY (mailbox, uid)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX emailMailboxBySortKey ON emailMailbox (mailbox, sortKey, email, thread, flags);
        CREATE UNIQUE INDEX emailMailboxByEmail ON emailMailbox (email, mailbox);
        CREATE TABLE threadMailbox (
            thread INTEGER NOT NULL REFERENCES thread (id),
            mailbox INTEGER NOT NULL,
            total INTEGER NOT NULL CHECK (total > 0),
            unread INTEGER NOT NULL CHECK (unread BETWEEN 0 AND total),
            PRIMARY KEY (thread, mailbox)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE change (
            type INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            object INTEGER NOT NULL,
            kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
            PRIMARY KEY (type, modseq)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE changeTime (
            hour INTEGER PRIMARY KEY,
            modseq INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE expunged (
            mailbox INTEGER NOT NULL,
            modseq INTEGER NOT NULL,
            uid INTEGER NOT NULL,
            PRIMARY KEY (mailbox, modseq, uid)
        ) STRICT, WITHOUT ROWID;
        """
}
