import GRDB
public import MailModel

extension AccountWriter {
    /// - Throws: `invalidProperty`; `overLimit`.
    public func createMailRule(_ settings: MailRuleSettings) throws -> MailRuleID {
        let limit = core.options.limits.rules.perAccount
        let count = try db.first("SELECT count(*) FROM mailRule") { Int($0.int(0)) } ?? 0
        guard count < limit else {
            throw MailStoreError(.overLimit, "An account may have \(limit) rules: remove one first.")
        }
        let settings = try acceptable(settings, insteadOf: nil)
        return try transaction.verb {
            try db.run(
                """
                INSERT INTO mailRule (name, isEnabled, sortOrder, sender, recipient, subject, list, maildrop, mailbox,
                keywords, isJunk, stops) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                .text(settings.name), .int(settings.isEnabled ? 1 : 0), .int(try order(settings)),
                .text(settings.conditions.from), .text(settings.conditions.to), .text(settings.conditions.subject),
                .text(settings.conditions.list), .int(settings.conditions.maildrop?.rawValue),
                .int(settings.actions.mailbox?.rawValue), .text(settings.actions.keywordText),
                .int(settings.actions.isJunk ? 1 : 0), .int(settings.stops ? 1 : 0))
            let id = MailRuleID(rawValue: db.lastInsertedRowID)
            try noteRule(.created, id)
            return id
        }
    }

    /// Replaces what a rule says. The same again is no change. One whose mailbox is gone is a whole one again as soon as it
    /// says anew what it does.
    /// - Throws: `notFound`; `invalidProperty`.
    public func updateMailRule(_ id: MailRuleID, _ settings: MailRuleSettings) throws {
        guard let old = try reader.mailRules([id]).first else { throw MailStoreError.notFound("rule \(id)") }
        let settings = try acceptable(settings, insteadOf: old)
        guard settings != old.settings else { return }
        try transaction.verb {
            try db.run(
                """
                UPDATE mailRule SET name = ?, isEnabled = ?, sortOrder = ?, sender = ?, recipient = ?, subject = ?,
                list = ?, maildrop = ?, isMailboxGone = isMailboxGone AND NOT ?, mailbox = ?, keywords = ?, isJunk = ?,
                stops = ? WHERE id = ?
                """,
                .text(settings.name), .int(settings.isEnabled ? 1 : 0), .int(try order(settings)),
                .text(settings.conditions.from), .text(settings.conditions.to), .text(settings.conditions.subject),
                .text(settings.conditions.list), .int(settings.conditions.maildrop?.rawValue),
                .int(settings.actions == old.settings.actions ? 0 : 1), .int(settings.actions.mailbox?.rawValue),
                .text(settings.actions.keywordText), .int(settings.actions.isJunk ? 1 : 0),
                .int(settings.stops ? 1 : 0), .int(id.rawValue))
            try noteRule(.updated, id)
        }
    }

    /// - Throws: `notFound`.
    public func destroyMailRule(_ id: MailRuleID) throws {
        try transaction.verb {
            let count = try db.run("DELETE FROM mailRule WHERE id = ?", .int(id.rawValue))
            guard count == 1 else { throw MailStoreError.notFound("rule \(id)") }
            try noteRule(.destroyed, id)
        }
    }

    /// The settings as they are kept, if they can be: what they name is there, or is what the rule named before.
    private func acceptable(_ settings: MailRuleSettings, insteadOf old: MailRule?) throws -> MailRuleSettings {
        let settings = try MailRuleBounds.checked(settings, core.options.limits.rules)
        if let mailbox = settings.actions.mailbox, try !transaction.exists(mailbox) {
            throw MailRuleBounds.invalid("actions", "There is no mailbox \(mailbox) for mail to go to.")
        }
        if let maildrop = settings.conditions.maildrop, maildrop != old?.settings.conditions.maildrop,
            try reader.maildrop(maildrop) == nil
        {
            throw MailRuleBounds.invalid("conditions", "There is no maildrop \(maildrop).")
        }
        // A rule that lost what it did may still be renamed and moved.
        guard !settings.actions.isEmpty || old?.settings.actions.isEmpty == true else {
            throw MailRuleBounds.invalid("actions", "A rule does something: give mailboxId, keywords or isJunk.")
        }
        return settings
    }

    /// Where the rule stands: as it says, or after all others.
    private func order(_ settings: MailRuleSettings) throws -> Int {
        if let order = settings.sortOrder { return order }
        let last = try db.first("SELECT max(sortOrder) FROM mailRule") { $0.optionalInt(0) } ?? nil
        return min(last.map { Int($0) + 1 } ?? 0, MailRuleBounds.sortOrder.upperBound)
    }

    private func noteRule(_ kind: ChangeKind, _ id: MailRuleID) throws {
        core.rules.forget()
        try note(kind, .mailRule, id.rawValue)
    }

    /// A mailbox is about to go: rules that file into it leave mail where it would be without them.
    func forgetMailboxInRules(_ mailbox: MailboxID) throws {
        let rules = try db.all("SELECT id FROM mailRule WHERE mailbox = ?", .int(mailbox.rawValue)) {
            MailRuleID(rawValue: $0.int(0))
        }
        for rule in rules {
            try db.run("UPDATE mailRule SET mailbox = NULL, isMailboxGone = 1 WHERE id = ?", .int(rule.rawValue))
            try noteRule(.updated, rule)
        }
    }

    /// A maildrop was removed: the rules about it have a problem now.
    func noteRules(of maildrop: MaildropID) throws {
        let rules = try db.all("SELECT id FROM mailRule WHERE maildrop = ?", .int(maildrop.rawValue)) {
            MailRuleID(rawValue: $0.int(0))
        }
        for rule in rules { try noteRule(.updated, rule) }
    }
}

extension MailRuleSettings.Actions {
    fileprivate var keywordText: String { keywords.map(\.name).sorted().joined(separator: " ") }
}

extension MailStore {
    /// What rules may be here.
    public var ruleLimits: Limits.Rules { options.limits.rules }
}
