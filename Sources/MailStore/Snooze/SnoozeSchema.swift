/// What the migration `snooze` of mail.db does. Frozen.
enum SnoozeSchema {
    /// - `snoozed`: emails that are put away until a time, and the mailbox in which each waits. Whoever takes one out of that
    ///   mailbox, by whichever way, takes its row with it.
    /// - `snoozedFrom`: the mailboxes to which it comes back; none: the Inbox.
    static let sql = """
        CREATE TABLE snoozed (
            email INTEGER PRIMARY KEY,
            mailbox INTEGER NOT NULL,
            until INTEGER NOT NULL,
            FOREIGN KEY (email, mailbox) REFERENCES emailMailbox (email, mailbox) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX snoozedUntil ON snoozed (until, email);
        CREATE TABLE snoozedFrom (
            email INTEGER NOT NULL REFERENCES snoozed (email) ON DELETE CASCADE,
            mailbox INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
            PRIMARY KEY (email, mailbox)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX snoozedFromByMailbox ON snoozedFrom (mailbox, email);
        """
}

/// What must hold of snoozed emails; part of the account's check. That each is in the mailbox in which it waits, the foreign
/// keys say.
enum SnoozeRule {
    static let all = [
        AccountRule(
            "A snoozed email would come back to where it waits",
            "SELECT s.email FROM snoozed s JOIN snoozedFrom f ON f.email = s.email WHERE f.mailbox = s.mailbox")
    ]
}
