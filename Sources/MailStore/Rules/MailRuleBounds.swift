import MailModel

/// What a rule may be; the numbers are configured (`Limits.Rules`).
public enum MailRuleBounds {
    public static let sortOrder = 0...Int(Int32.max)
    /// Keywords that one rule sets.
    public static let keywords = 20

    /// The settings as they are kept.
    /// - Throws: `invalidProperty` for whatever can't be.
    static func checked(_ settings: MailRuleSettings, _ limits: Limits.Rules) throws -> MailRuleSettings {
        var settings = settings
        try check(text: settings.name, "name", limits)
        if let order = settings.sortOrder, !sortOrder.contains(order) {
            throw invalid("sortOrder", "sortOrder is a whole number from 0 to \(sortOrder.upperBound).")
        }
        settings.conditions = try checked(settings.conditions, limits)
        try check(settings.actions)
        return settings
    }

    private static func checked(
        _ conditions: MailRuleSettings.Conditions, _ limits: Limits.Rules
    ) throws -> MailRuleSettings.Conditions {
        var conditions = conditions
        for path: WritableKeyPath<MailRuleSettings.Conditions, String?> in [\.from, \.to, \.subject, \.list] {
            guard let text = conditions[keyPath: path] else { continue }
            try check(text: text, "conditions", limits)
            let kept = String(text.trimmingSpace)
            guard !kept.isEmpty else { throw invalid("conditions", "A condition has something to look for.") }
            conditions[keyPath: path] = kept
        }
        for address in [conditions.from, conditions.to] {
            guard let address, !isAddress(address) else { continue }
            throw invalid("conditions", "\"\(address)\" is neither an address nor a domain of the form @example.org.")
        }
        if let list = conditions.list {
            guard let id = MessageList(listID: list).id else {
                throw invalid("conditions", "\"\(list)\" is no identifier of a list.")
            }
            conditions.list = id
        }
        guard !conditions.isEmpty else {
            throw invalid("conditions", "A rule without conditions would take all mail: give at least one.")
        }
        return conditions
    }

    /// `name@domain`, or `@domain` for everybody there.
    private static func isAddress(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@"), text.index(after: at) < text.endIndex else { return false }
        return !text.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "<" || $0 == ">" || $0 == "," }
    }

    private static func check(_ actions: MailRuleSettings.Actions) throws {
        guard actions.mailbox == nil || !actions.isJunk else {
            throw invalid("actions", "Junk goes to the mailbox for it: a rule has mailboxId or isJunk.")
        }
        guard actions.keywords.count <= keywords else {
            throw invalid("actions", "\(actions.keywords.count) keywords are over the limit of \(keywords) a rule.")
        }
        guard !actions.keywords.contains(.draft) else {
            throw invalid("actions", "Mail that comes is no draft.")
        }
    }

    private static func check(text: String, _ property: String, _ limits: Limits.Rules) throws {
        guard text.utf8.count <= limits.valueOctets else {
            throw invalid(
                property, "A text of \(text.utf8.count) octets is over the limit of \(limits.valueOctets).")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw invalid(property, "A rule's texts have no control characters.")
        }
    }

    static func invalid(_ property: String, _ sentence: String) -> MailStoreError {
        MailStoreError(.invalidProperty(property), sentence)
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmingSpace: SubSequence {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        guard let last = lastIndex(where: { !isSpace($0) }) else { return self[startIndex..<startIndex] }
        return self[...last].drop(while: isSpace)
    }
}
