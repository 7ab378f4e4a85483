import GRDB
import MailModel
import Testing

@testable import MailStore

/// Rules as they are kept, and what they do with mail that comes.
@Suite struct MailRuleTests {
    typealias Conditions = MailRuleSettings.Conditions
    typealias Actions = MailRuleSettings.Actions

    /// An account with a maildrop and a mailbox of the user's.
    private static func with(
        _ body: (AccountFixture, Account, MaildropID, MailboxID) async throws -> Void
    ) async throws {
        try await AccountFixture.run { fixture, account in
            let inbox = try await account.inbox()
            let (maildrop, bills) = try await account.write { writer in
                let maildrop = try writer.createMaildrop(
                    .init(name: "Work", host: "pop.example.com", username: "ada", mailbox: inbox))
                return (maildrop, try writer.createMailbox(NewMailbox(name: "Bills")))
            }
            try await body(fixture, account, maildrop, bills)
        }
    }

    private static func create(
        _ account: Account, _ conditions: Conditions, _ actions: Actions
    ) async throws -> MailRuleID {
        try await account.write {
            try $0.createMailRule(MailRuleSettings(conditions: conditions, actions: actions))
        }
    }

    /// As a poll does.
    private static func poll(_ account: Account, _ maildrop: MaildropID?, _ messages: [[UInt8]]) async throws -> [Email]
    {
        let inbox = try await account.inbox()
        var batch: [Arrival] = []
        for octets in messages {
            batch.append(
                Arrival(
                    try await account.prepare(.octets(octets)), mailboxIDs: [inbox], receivedAt: AccountFixture.start))
        }
        let ids = try await account.ingest(batch, from: maildrop)
        return try await account.read { try $0.emails(ids) }
    }

    @Test func mailOfAMaildropIsFiledAndMarkedAsItIsStored() async throws {
        try await Self.with { fixture, account, maildrop, bills in
            _ = try await Self.create(
                account, Conditions(from: "@shop.example"), Actions(mailbox: bills, keywords: [.flagged]))
            let heard = fixture.changes.count
            let emails = try await Self.poll(
                account, maildrop, [message(from: "a@shop.example"), message(from: "ann@example.org")])
            let inbox = try await account.inbox()
            #expect(emails.map(\.mailboxIDs) == [[bills], [inbox]])
            #expect(emails.map(\.keywords) == [[.flagged], []])
            // One commit, and nothing more is said of it than of any mail.
            #expect(fixture.changes.count == heard + 1)
            #expect(fixture.changes.last?.states[.emailDelivery] != nil)
            #expect(fixture.changes.last?.states[.mailRule] == nil)
            #expect(try await account.mailbox(bills).unreadThreads == 1)
        }
    }

    @Test func noRuleLooksAtWhatNoMaildropBrings() async throws {
        try await Self.with { fixture, account, maildrop, bills in
            _ = try await Self.create(account, Conditions(from: "@example.org"), Actions(mailbox: bills))
            let inbox = try await account.inbox()
            #expect(try await Self.poll(account, nil, [message()]).map(\.mailboxIDs) == [[inbox]])
            let prepared = try await account.prepare(.octets(message(subject: "Imported")))
            let id = try await account.write {
                try $0.addEmail(Arrival(prepared, mailboxIDs: [inbox], receivedAt: AccountFixture.start))
            }
            #expect(try await account.email(id).mailboxIDs == [inbox])
        }
    }

    @Test func mailThatWasImportedBeforeStaysWhereItIs() async throws {
        try await Self.with { fixture, account, maildrop, bills in
            _ = try await Self.create(account, Conditions(from: "@example.org"), Actions(mailbox: bills))
            let archive = try await account.role(.archive).id
            account.prepareForFiles()
            let prepared = try await account.prepare(.octets(message(id: "1@x")))
            _ = try await account.importFiles([
                FileMessage(
                    prepared, mailboxIDs: [archive], addedMailboxIDs: [], keywords: [],
                    receivedAt: AccountFixture.start, place: "a")
            ])
            let emails = try await Self.poll(account, maildrop, [message(id: "1@x")])
            #expect(emails.map(\.mailboxIDs) == [[archive]])
        }
    }

    private struct Undone: Error {}

    /// Where a message from example.org goes.
    private static func place(_ account: Account, _ maildrop: MaildropID) async throws -> Set<MailboxID>? {
        try await poll(account, maildrop, [message()]).first?.mailboxIDs
    }

    @Test func rulesAreReadAgainWhenTheyChangeAndAfterAReopening() async throws {
        try await Self.with { fixture, account, maildrop, bills in
            let inbox = try await account.inbox()
            let id = try await Self.create(account, Conditions(from: "@example.org"), Actions(mailbox: bills))
            #expect(try await Self.place(account, maildrop) == [bills])
            // What is undone was never there.
            await #expect(throws: Undone.self) {
                try await account.write { writer in
                    try writer.destroyMailRule(id)
                    throw Undone()
                }
            }
            #expect(try await Self.place(account, maildrop) == [bills])
            let reopened = try await fixture.reopen()
            #expect(try await Self.place(reopened, maildrop) == [bills])
            try await reopened.write { try $0.destroyMailRule(id) }
            #expect(try await Self.place(reopened, maildrop) == [inbox])
        }
    }

    @Test func aListIsFoundInMessagesThatWerePreparedBeforeAndAfterTheRule() async throws {
        try await Self.with { fixture, account, maildrop, bills in
            let octets = Array("List-Id: <news.example.org>\r\nSubject: 1\r\n\r\nText\r\n".utf8)
            let before = try await account.prepare(.octets(octets))
            let later = try await account.prepare(.octets(octets + octets), .later)
            _ = try await Self.create(account, Conditions(list: "<News.example.org>"), Actions(mailbox: bills))
            let inbox = try await account.inbox()
            let ids = try await account.ingest(
                [before, later].map { Arrival($0, mailboxIDs: [inbox], receivedAt: AccountFixture.start) },
                from: maildrop)
            for id in ids { #expect(try await account.email(id).mailboxIDs == [bills]) }
            #expect(account.core.rules.wantsLists)
            #expect(try await account.prepare(.octets(octets)).list?.id == "news.example.org")
            #expect(try await Self.poll(account, maildrop, [octets]).map(\.mailboxIDs) == [[bills]])
        }
    }

    @Test func mailStaysInTheInboxWhenTheMailboxOfItsRuleIsGone() async throws {
        try await Self.with { fixture, account, maildrop, bills in
            let id = try await Self.create(
                account, Conditions(from: "@example.org"), Actions(mailbox: bills, keywords: [.seen]))
            let state = try await account.state(.mailRule)
            try await account.write { try $0.destroyMailbox(bills, emails: .remove) }
            let rule = try #require(try await account.read { try $0.mailRules([id]).first })
            #expect(rule.problem == .mailboxDestroyed)
            #expect(rule.settings.actions == Actions(keywords: [.seen]))
            let changes = try await account.read { try $0.changes(of: .mailRule, as: MailRuleID.self, since: state) }
            #expect(changes.updated == [id])
            let emails = try await Self.poll(account, maildrop, [message()])
            #expect(emails.map(\.mailboxIDs) == [[try await account.inbox()]])
            #expect(emails.map(\.keywords) == [[.seen]])
            // Renaming says nothing new of what it does; another place does.
            var settings = rule.settings
            settings.name = "Lost"
            try await account.write { [settings] in try $0.updateMailRule(id, settings) }
            #expect(try await account.read { try $0.mailRules().map(\.problem) } == [.mailboxDestroyed])
            settings.actions.mailbox = try await account.role(.archive).id
            try await account.write { [settings] in try $0.updateMailRule(id, settings) }
            #expect(try await account.read { try $0.mailRules().map(\.problem) } == [nil])
        }
    }

    @Test func aRuleAboutAMaildropThatWasRemovedSaysSo() async throws {
        try await Self.with { fixture, account, maildrop, bills in
            let id = try await Self.create(account, Conditions(maildrop: maildrop), Actions(mailbox: bills))
            #expect(try await Self.poll(account, maildrop, [message()]).map(\.mailboxIDs) == [[bills]])
            let state = try await account.state(.mailRule)
            try await account.write { try $0.destroyMaildrop(maildrop) }
            #expect(try await account.read { try $0.mailRules().map(\.problem) } == [.maildropRemoved])
            #expect(try await account.state(.mailRule) != state)
            // It may be turned off, and named by no other rule.
            try await account.write { writer in
                var settings = try #require(try writer.reader.mailRules([id]).first).settings
                settings.isEnabled = false
                try writer.updateMailRule(id, settings)
            }
            #expect(
                await account.code {
                    _ = try $0.createMailRule(
                        MailRuleSettings(conditions: Conditions(maildrop: maildrop), actions: Actions(isJunk: true)))
                } == .invalidProperty("conditions"))
        }
    }

    @Test func junkGoesToItsMailboxOrStaysMarkedWhereItIs() async throws {
        try await Self.with { fixture, account, maildrop, _ in
            _ = try await Self.create(account, Conditions(from: "@example.org"), Actions(isJunk: true))
            let junk = try await account.role(.junk).id
            #expect(try await Self.poll(account, maildrop, [message()]).map(\.mailboxIDs) == [[junk]])
            _ = try await account.write { try $0.updateMailboxes([junk: MailboxUpdate(role: .some(nil))]) }
            let emails = try await Self.poll(account, maildrop, [message(subject: "Two")])
            #expect(emails.map(\.mailboxIDs) == [[try await account.inbox()]])
            #expect(emails.map(\.keywords) == [[.junk]])
        }
    }

    @Test func rulesNeverGiveAnEmailMoreKeywordsThanItMayHave() async throws {
        try await Self.with { fixture, account, maildrop, _ in
            for rule in 0..<6 {
                let keywords = (0..<MailRuleBounds.keywords).compactMap { Keyword("k\(rule)-\($0)") }
                _ = try await Self.create(
                    account, Conditions(from: "@example.org"), Actions(keywords: Set(keywords)))
            }
            let emails = try await Self.poll(account, maildrop, [message()])
            #expect(emails.map(\.keywords.count) == [EmailRules.keywords])
        }
    }

    @Test func aWholeBatchIsFiled() async throws {
        try await Self.with { fixture, account, maildrop, bills in
            for number in 0..<50 {
                _ = try await Self.create(
                    account, Conditions(from: "s\(number)@example.org"), Actions(mailbox: bills))
            }
            let emails = try await Self.poll(
                account, maildrop,
                (0..<Account.ingestMessages).map { message(subject: "\($0)", from: "s\($0 % 100)@example.org") })
            #expect(emails.count { $0.mailboxIDs == [bills] } == 150)
        }
    }

    // MARK: Bounds

    private static let good = MailRuleSettings(
        conditions: Conditions(from: "ann@example.org"), actions: Actions(keywords: [.seen]))

    @Test func anAccountMayHaveSoManyRulesAndNoMore() async throws {
        try await AccountFixture.run { fixture, account in
            let limit = Limits.Rules().perAccount
            try await account.write { writer in
                for _ in 0..<limit { _ = try writer.createMailRule(Self.good) }
            }
            #expect(try await account.read { try $0.mailRules().map(\.settings.sortOrder) } == Array(0..<limit))
            #expect(await account.code { _ = try $0.createMailRule(Self.good) } == .overLimit)
        }
    }

    @Test func aTextMayHaveSoManyOctetsAndNoMore() async throws {
        try await AccountFixture.run { fixture, account in
            let limit = Limits.Rules().valueOctets
            let paths: [any WritableKeyPath<Conditions, String?> & Sendable] = [\.from, \.to, \.subject, \.list]
            for path in paths {
                for (octets, code) in [(limit, nil), (limit + 1, MailStoreError.Code.invalidProperty("conditions"))] {
                    let text = "@" + String(repeating: "x", count: octets - 1)
                    #expect(
                        await account.code { writer in
                            var settings = Self.good
                            settings.conditions[keyPath: path] = text
                            _ = try writer.createMailRule(settings)
                        } == code)
                }
            }
            for (octets, code) in [(limit, nil), (limit + 1, MailStoreError.Code.invalidProperty("name"))] {
                #expect(
                    await account.code { writer in
                        var settings = Self.good
                        settings.name = String(repeating: "x", count: octets)
                        _ = try writer.createMailRule(settings)
                    } == code)
            }
        }
    }

    @Test func aRuleThatCantBeIsRefusedWithItsProperty() async throws {
        try await AccountFixture.run { fixture, account in
            let inbox = try await account.inbox()
            let many = Set((0...MailRuleBounds.keywords).compactMap { Keyword("k\($0)") })
            let bad: [(String, Conditions, Actions)] = [
                ("conditions", Conditions(), Actions(isJunk: true)),
                ("conditions", Conditions(from: "ann"), Actions(isJunk: true)),
                ("conditions", Conditions(from: "ann@"), Actions(isJunk: true)),
                ("conditions", Conditions(to: "Ann <ann@example.org>"), Actions(isJunk: true)),
                ("conditions", Conditions(subject: "  "), Actions(isJunk: true)),
                ("conditions", Conditions(subject: "a\nb"), Actions(isJunk: true)),
                ("conditions", Conditions(list: "<>"), Actions(isJunk: true)),
                ("conditions", Conditions(maildrop: MaildropID(rawValue: 77)), Actions(isJunk: true)),
                ("actions", Self.good.conditions, Actions()),
                ("actions", Self.good.conditions, Actions(mailbox: inbox, isJunk: true)),
                ("actions", Self.good.conditions, Actions(mailbox: MailboxID(rawValue: 777))),
                ("actions", Self.good.conditions, Actions(keywords: [.draft])),
                ("actions", Self.good.conditions, Actions(keywords: many)),
            ]
            for (property, conditions, actions) in bad {
                #expect(
                    await account.code {
                        _ = try $0.createMailRule(MailRuleSettings(conditions: conditions, actions: actions))
                    } == .invalidProperty(property), "\(conditions) \(actions)")
            }
            for order in [-1, 1 << 31] {
                #expect(
                    await account.code { writer in
                        var settings = Self.good
                        settings.sortOrder = order
                        _ = try writer.createMailRule(settings)
                    } == .invalidProperty("sortOrder"))
            }
            #expect(try await account.read { try $0.mailRules().isEmpty })
        }
    }

    @Test func theSameAgainIsNoChange() async throws {
        try await AccountFixture.run { fixture, account in
            let id = try await account.write { try $0.createMailRule(Self.good) }
            let state = try await account.state(.mailRule)
            let settings = try #require(try await account.read { try $0.mailRules([id]).first }).settings
            try await account.write { try $0.updateMailRule(id, settings) }
            #expect(try await account.state(.mailRule) == state)
        }
    }
}
