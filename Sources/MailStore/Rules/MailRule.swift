public import MailModel

/// What is done with mail of one kind as a maildrop brings it (docs/jmap-rules.md).
public struct MailRule: Hashable, Sendable {
    public let id: MailRuleID
    public var settings: MailRuleSettings
    /// Why the rule can't do all that it says; nil when it can.
    public let problem: Problem?

    public enum Problem: String, Sendable {
        /// The mailbox that it filed into was destroyed: mail stays where it would be without the rule.
        case mailboxDestroyed
        /// The maildrop that it is about was removed: nothing meets it any more.
        case maildropRemoved
    }
}

/// What a user may set of a rule.
public struct MailRuleSettings: Hashable, Sendable {
    /// What the user calls it; may be empty.
    public var name: String
    public var isEnabled: Bool
    /// Rules with lower numbers look first, equal ones by their ids. Nil in a new rule: after all that there are.
    public var sortOrder: Int?
    public var conditions: Conditions
    public var actions: Actions
    /// Whether the rules after it leave alone what meets it.
    public var stops: Bool

    /// All that are set must hold; at least one is.
    public struct Conditions: Hashable, Sendable {
        /// An address of From, or every address of a domain as `@example.org`.
        public var from: String?
        /// The same of To and Cc.
        public var to: String?
        /// A text that the subject contains, whatever the case.
        public var subject: String?
        /// The identifier of a mailing list (RFC 2919).
        public var list: String?
        /// Where it was polled.
        public var maildrop: MaildropID?

        public init(
            from: String? = nil, to: String? = nil, subject: String? = nil, list: String? = nil,
            maildrop: MaildropID? = nil
        ) {
            self.from = from
            self.to = to
            self.subject = subject
            self.list = list
            self.maildrop = maildrop
        }

        var isEmpty: Bool { self == Conditions() }
    }

    public struct Actions: Hashable, Sendable {
        /// The mailbox that it goes to, in place of the maildrop's.
        public var mailbox: MailboxID?
        public var keywords: Set<Keyword>
        /// It gets `$junk` and goes to the mailbox of that role, if there is one.
        public var isJunk: Bool

        public init(mailbox: MailboxID? = nil, keywords: Set<Keyword> = [], isJunk: Bool = false) {
            self.mailbox = mailbox
            self.keywords = keywords
            self.isJunk = isJunk
        }

        var isEmpty: Bool { self == Actions() }
    }

    public init(
        name: String = "", isEnabled: Bool = true, sortOrder: Int? = nil, conditions: Conditions, actions: Actions,
        stops: Bool = false
    ) {
        self.name = name
        self.isEnabled = isEnabled
        self.sortOrder = sortOrder
        self.conditions = conditions
        self.actions = actions
        self.stops = stops
    }
}
