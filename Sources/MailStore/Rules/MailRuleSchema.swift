/// What the migration `mail rules` of mail.db does. Frozen.
enum MailRuleSchema {
    /// - `sender`, `recipient`, `subject`, `list`, `maildrop`: conditions; NULL: none.
    /// - `mailbox`: where mail goes; NULL: where it would go anyway. `isMailboxGone`: it was destroyed.
    /// - `keywords`: with spaces between them.
    ///
    /// Ids are never given out twice.
    static let sql = """
        CREATE TABLE mailRule (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            isEnabled INTEGER NOT NULL CHECK (isEnabled IN (0, 1)),
            sortOrder INTEGER NOT NULL CHECK (sortOrder BETWEEN 0 AND 2147483647),
            sender TEXT,
            recipient TEXT,
            subject TEXT,
            list TEXT,
            maildrop INTEGER,
            mailbox INTEGER REFERENCES mailbox (id),
            isMailboxGone INTEGER NOT NULL DEFAULT 0 CHECK (isMailboxGone IN (0, 1)),
            keywords TEXT NOT NULL,
            isJunk INTEGER NOT NULL CHECK (isJunk IN (0, 1)),
            stops INTEGER NOT NULL CHECK (stops IN (0, 1)),
            CHECK (coalesce(sender, recipient, subject, list, maildrop) IS NOT NULL),
            CHECK (mailbox IS NULL OR isMailboxGone = 0)
        ) STRICT;
        """
}
