public import MailModel

extension AccountReader {
    /// The rules in the order in which they look (nil), or those of `ids` that exist, in the order asked for.
    public func mailRules(_ ids: [MailRuleID]? = nil) throws -> [MailRule] {
        let columns = """
            SELECT r.id, r.name, r.isEnabled, r.sortOrder, r.sender, r.recipient, r.subject, r.list, r.maildrop, r.mailbox,
            r.keywords, r.isJunk, r.stops, r.isMailboxGone,
            r.maildrop IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM maildrop d WHERE d.id = r.maildrop AND d.removedAt IS NULL)
            FROM mailRule r
            """
        guard let ids else { return try db.all(columns + " ORDER BY r.sortOrder, r.id", body: Self.rule) }
        return try ids.compactMap { id in
            try db.first(columns + " WHERE r.id = ?", .int(id.rawValue), body: Self.rule)
        }
    }

    private static func rule(_ row: borrowing SQLRow) -> MailRule {
        let conditions = MailRuleSettings.Conditions(
            from: row.optionalText(4), to: row.optionalText(5), subject: row.optionalText(6), list: row.optionalText(7),
            maildrop: row.optionalInt(8).map { MaildropID(rawValue: $0) })
        let actions = MailRuleSettings.Actions(
            mailbox: row.optionalInt(9).map { MailboxID(rawValue: $0) },
            keywords: Set(row.text(10).split(separator: " ").compactMap { Keyword($0) }), isJunk: row.int(11) != 0)
        return MailRule(
            id: MailRuleID(rawValue: row.int(0)),
            settings: MailRuleSettings(
                name: row.text(1), isEnabled: row.int(2) != 0, sortOrder: Int(row.int(3)), conditions: conditions,
                actions: actions, stops: row.int(12) != 0),
            problem: row.int(14) != 0 ? .maildropRemoved : row.int(13) != 0 ? .mailboxDestroyed : nil)
    }
}
