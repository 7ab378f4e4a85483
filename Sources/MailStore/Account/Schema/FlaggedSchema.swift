/// What the migration `flagged` of mail.db does. Frozen.
enum FlaggedSchema {
    /// What has `$flagged` (bit 2), by date, in the account and in each mailbox: a list that people keep short and look at
    /// often, in mailboxes that are long.
    static let sql = """
        CREATE INDEX emailFlagged ON email (receivedAt, id, thread, flags) WHERE flags & 4 <> 0;
        CREATE INDEX emailMailboxFlagged ON emailMailbox (mailbox, sortKey, email, thread, flags) WHERE flags & 4 <> 0;
        """
}
