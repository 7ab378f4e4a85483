import MIME
import MailModel
import Testing

@testable import MailStore

/// Which messages meet which rules, and what is done when several do.
@Suite struct RuleBookTests {
    typealias Conditions = MailRuleSettings.Conditions
    typealias Actions = MailRuleSettings.Actions

    private static let maildrop = MaildropID(rawValue: 3)

    private static func verdict(_ rules: [MailRuleSettings], _ header: String) throws -> RuleBook.Verdict {
        let octets = Array((header.replacing("\n", with: "\r\n") + "\r\n\r\nText\r\n").utf8)
        return try octets.withUnsafeBytes { bytes in
            let summary = MessageSummary.summarise(MessageStructure.parse(bytes), bytes)
            var facts = MessageFacts(summary) { MessageList(bytes, limits: Limits.MIME()) }
            let kept = try rules.map { try MailRuleBounds.checked($0, Limits.Rules()) }
            let book = RuleBook(
                kept.enumerated().map {
                    MailRule(id: MailRuleID(rawValue: Int64($0 + 1)), settings: $1, problem: nil)
                })
            return try book.verdict(on: &facts, from: maildrop)
        }
    }

    private static func isMet(_ conditions: Conditions, _ header: String) throws -> Bool {
        let settings = MailRuleSettings(conditions: conditions, actions: Actions(keywords: [.flagged]))
        return try verdict([settings], header).keywords == [.flagged]
    }

    @Test(arguments: [
        (Conditions(from: "ann@example.org"), "From: Ann <ANN@Example.Org>", true),
        (Conditions(from: "ann@example.org"), "From: Ann\n <ann@example.org>", true),
        (Conditions(from: "ann@example.org"), "From: joann@example.org", false),
        (Conditions(from: "ann@example.org"), "From: \"ann@example.org\" <eve@example.com>", false),
        (Conditions(from: "ann@example.org"), "From: bob@example.org, ann@example.org", true),
        (Conditions(from: "ann@example.org"), "From: Team: bob@example.org, ann@example.org;", true),
        (Conditions(from: "ann@example.org"), "From: undisclosed-recipients:;", false),
        (Conditions(from: "ann@example.org"), "From: eve@example.com\nFrom: ann@example.org", true),
        (Conditions(from: "ann@example.org"), "Sender: ann@example.org", false),
        (Conditions(from: "ann@example.org"), "Subject: no From at all", false),
        (Conditions(from: "@example.org"), "From: =?utf-8?q?J=C3=BCrgen?= <j@EXAMPLE.org>", true),
        (Conditions(from: "@example.org"), "From: ann@mail.example.org", false),
        (Conditions(from: "@example.org"), "From: ann@example.org.evil.example", false),
        (Conditions(from: "@example.org"), "From: nobody", false),
        (Conditions(from: "@bücher.example"), "From: a@xn--bcher-kva.example", true),
        (Conditions(from: "a@xn--bcher-kva.example"), "From: a@BÜCHER.example", true),
        (Conditions(from: "@xn--99999999.example"), "From: a@xn--99999999.example", true),
        (Conditions(from: " ann@example.org "), "From: ann@example.org", true),
        (Conditions(to: "me+shop@example.org"), "To: x@example.com, Me <me+shop@example.org>", true),
        (Conditions(to: "me+shop@example.org"), "To: x@example.com\nCc: me+shop@example.org", true),
        (Conditions(to: "me+shop@example.org"), "To: x@example.com\nBcc: me+shop@example.org", false),
        (Conditions(subject: "rechnung"), "Subject: Ihre RECHNUNG 4711", true),
        (Conditions(subject: "Größe"), "Subject: =?utf-8?q?Die_GR=C3=96=C3=9FE?=", true),
        (Conditions(subject: "two words"), "Subject: these\n two\n  words", true),
        (Conditions(subject: "two words"), "Subject: two other words", false),
        (Conditions(subject: "x"), "From: a@b.example", false),
        (Conditions(list: "dev.lists.example.org"), "List-Id: Developers <DEV.lists.example.org>", true),
        (
            Conditions(list: "<dev.lists.example.org>"),
            "List-Id: =?utf-8?q?F=C3=BCr_<alle>?=\n <dev.lists.example.org>", true
        ),
        (Conditions(list: "dev.lists.example.org"), "List-ID: dev.lists.example.org", true),
        (Conditions(list: "dev.lists.example.org"), "List-Id: <old.dev.lists.example.org>", false),
        (Conditions(list: "dev.lists.example.org"), "From: dev.lists.example.org", false),
        (Conditions(maildrop: MaildropID(rawValue: 3)), "Subject: anything", true),
        (Conditions(maildrop: MaildropID(rawValue: 4)), "Subject: anything", false),
        (Conditions(from: "a@b.example", subject: "news"), "From: a@b.example\nSubject: News", true),
        (Conditions(from: "a@b.example", subject: "news"), "From: a@b.example\nSubject: Old", false),
    ])
    func aRuleIsMetWhenAllItsConditionsHold(_ conditions: Conditions, _ header: String, _ isMet: Bool) throws {
        #expect(try Self.isMet(conditions, header) == isMet)
    }

    @Test func aSubjectIsLookedThroughUpToALimit() throws {
        for (before, isMet) in [(MessageFacts.subjectLimit - 3, true), (MessageFacts.subjectLimit - 2, false)] {
            let subject = "Subject: " + String(repeating: "x", count: before) + "end"
            #expect(try Self.isMet(Conditions(subject: "end"), subject) == isMet)
        }
    }

    private static func rule(_ actions: Actions, from: String = "@b.example", stops: Bool = false) -> MailRuleSettings {
        MailRuleSettings(conditions: Conditions(from: from), actions: actions, stops: stops)
    }

    @Test func keywordsAddUpAndTheFirstPlaceCounts() throws {
        let (one, two) = (MailboxID(rawValue: 8), MailboxID(rawValue: 9))
        var off = Self.rule(Actions(mailbox: MailboxID(rawValue: 7)))
        off.isEnabled = false
        let rules = [
            off, Self.rule(Actions(keywords: [.flagged])), Self.rule(Actions(mailbox: one), from: "x@b.example"),
            Self.rule(Actions(mailbox: two)), Self.rule(Actions(keywords: [.seen], isJunk: true)),
        ]
        let verdict = try Self.verdict(rules, "From: x@b.example")
        #expect(verdict.place == .mailbox(one))
        #expect(verdict.keywords == [.flagged, .seen, .junk])
        #expect(try Self.verdict(rules, "From: y@b.example").place == .mailbox(two))
        #expect(try Self.verdict(rules, "From: y@c.example") == RuleBook.Verdict())
    }

    @Test func nobodyLooksAfterARuleThatStops() throws {
        let rules = [
            Self.rule(Actions(keywords: [.seen]), from: "x@b.example", stops: true),
            Self.rule(Actions(isJunk: true)),
        ]
        #expect(try Self.verdict(rules, "From: x@b.example").keywords == [.seen])
        #expect(try Self.verdict(rules, "From: x@b.example").place == nil)
        #expect(try Self.verdict(rules, "From: y@b.example").place == .junk)
    }

    @Test(arguments: [
        ("bcher-kva", "bücher"), ("ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"), ("-> $1.00 <--", "-> $1.00 <-"),
        ("80akhbyknj4f", "испытание"),
    ])
    func theEncodedFormOfADomainIsRead(_ label: String, _ text: String) {
        #expect(Punycode.decode(label) == text)
    }

    @Test(arguments: [
        "99999999", "bcher-kv!", "a-9", "ü-kva", String(repeating: "z", count: 63), String(repeating: "a", count: 64),
        "-zzzzzzzz9",
    ])
    func whatIsNoEncodedFormStandsForNothing(_ label: String) {
        #expect(Punycode.decode(label) == nil)
    }
}
