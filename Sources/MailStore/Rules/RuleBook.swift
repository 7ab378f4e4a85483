import MIME
import MailModel

/// The rules of an account that are on, in their order, ready to be held against message after message.
struct RuleBook: Sendable {
    let rules: [Rule]

    /// What mail must be like, in the form in which it is compared.
    struct Rule: Sendable {
        let from: String?
        let to: String?
        let subject: String?
        let list: String?
        let maildrop: MaildropID?
        let actions: MailRuleSettings.Actions
        let stops: Bool

        init(_ settings: MailRuleSettings) {
            let conditions = settings.conditions
            from = conditions.from.map(AddressKeys.key)
            to = conditions.to.map(AddressKeys.key)
            subject = conditions.subject.map(MessageFacts.subjectKey)
            list = conditions.list.flatMap { MessageList(listID: $0).id }
            maildrop = conditions.maildrop
            actions = settings.actions
            stops = settings.stops
        }
    }

    init(_ rules: [MailRule]) { self.rules = rules.map(\.settings).filter(\.isEnabled).map(Rule.init) }

    /// What is to be done with a message: all keywords of the rules that it meets, and the first place that one of them
    /// names.
    struct Verdict: Equatable {
        enum Place: Equatable {
            case mailbox(MailboxID)
            case junk
        }

        var place: Place?
        var keywords: [Keyword] = []
    }

    func verdict(on facts: inout MessageFacts, from maildrop: MaildropID) throws -> Verdict {
        var verdict = Verdict()
        for rule in rules where try facts.meet(rule, from: maildrop) {
            if verdict.place == nil {
                verdict.place = rule.actions.isJunk ? .junk : rule.actions.mailbox.map { .mailbox($0) }
            }
            verdict.keywords += rule.actions.keywords.sorted()
            if rule.actions.isJunk { verdict.keywords.append(.junk) }
            if rule.stops { break }
        }
        return verdict
    }
}

/// What rules ask of one message, each worked out when the first one asks.
struct MessageFacts {
    private let summary: MessageSummary
    private let findList: () throws -> MessageList
    private lazy var senders = AddressKeys([summary.from])
    private lazy var recipients = AddressKeys([summary.to, summary.cc])
    private lazy var subject = Array(Self.subjectKey(summary.subject ?? "").utf8)
    private var list: MessageList?

    init(_ summary: MessageSummary, list: @escaping () throws -> MessageList) {
        self.summary = summary
        findList = list
    }

    /// The cheapest question first.
    mutating func meet(_ rule: RuleBook.Rule, from maildrop: MaildropID) throws -> Bool {
        if let wanted = rule.maildrop, wanted != maildrop { return false }
        if let from = rule.from, !senders.contains(from) { return false }
        if let to = rule.to, !recipients.contains(to) { return false }
        if let text = rule.subject, !subject.contains(text.utf8) { return false }
        if let wanted = rule.list, try listID() != wanted { return false }
        return true
    }

    private mutating func listID() throws -> String? {
        if let list { return list.id }
        let found = try findList()
        list = found
        return found.id
    }

    /// What subjects are compared by: the case and the width of white space make no difference. More than
    /// `subjectLimit` characters nobody has to look through for each rule.
    static func subjectKey(_ text: String) -> String {
        let text = String(text.unicodeScalars.prefix(subjectLimit))
        return Casemap.key(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    static let subjectLimit = 4_000
}
