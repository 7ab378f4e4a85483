/// What the migration `quota` of mail.db does. Frozen.
enum QuotaSchema {
    /// - `meta.messageOctets`: the sizes of all emails together, kept by whoever stores or destroys one.
    /// - `meta.octetsLimit`: the limit on them that clients were told of last; null: none.
    static let sql = """
        ALTER TABLE meta ADD COLUMN messageOctets INTEGER NOT NULL DEFAULT 0 CHECK (messageOctets >= 0);
        ALTER TABLE meta ADD COLUMN octetsLimit INTEGER;
        UPDATE meta SET messageOctets = (SELECT ifnull(sum(size), 0) FROM emailSort);
        """
}

/// What must hold of quotas; part of the account's check.
enum QuotaRule {
    static let all = [
        AccountRule(
            "The octets that an account's messages are said to have are not theirs",
            "SELECT id FROM meta WHERE messageOctets <> (SELECT ifnull(sum(size), 0) FROM email)")
    ]
}
