import MailModel
import MailStore
import POP3
import TestSupport
import Testing

@testable import MailSync

@Suite struct IngestPipelineTests {
    private func fetched(_ number: Int) throws -> FetchedMessage {
        let octets = ScriptedMaildrop.message(number)
        return FetchedMessage(
            message: ListedMessage(
                number: try #require(MessageNumber(number)), uniqueID: try #require(UniqueID("uid-\(number)".utf8)),
                ordinal: 0, octets: octets.count),
            source: .octets(octets), fetchedAt: Timestamp(seconds: 1_748_736_000))
    }

    @Test func mailGoesOnIntoTheInboxWhenItsMailboxGoesBetweenTwoBatches() async throws {
        let fixture = try await SyncFixture()
        let account = try await fixture.store.account(fixture.account)
        let lists = try await account.write { try $0.createMailbox(NewMailbox(name: "Lists")) }
        let id = try await fixture.addMaildrop(port: 995) { $0.mailbox = lists }
        let maildrop = try #require(try await account.read { try $0.maildrop(id) })
        let (stored, signal) = AsyncStream.makeStream(of: Void.self)
        let pipeline = IngestPipeline(
            account: account, maildrop: maildrop, mailbox: lists, seenBefore: nil, listedAt: fixture.now, messages: 2,
            clock: ContinuousClock(), stored: { _, _, _ in signal.yield() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for stage in pipeline.stages { group.addTask { try await stage() } }
            try await pipeline.take(try fetched(1))
            for await _ in stored { break }
            try await account.write { try $0.destroyMailbox(lists, emails: .remove) }
            try await pipeline.take(try fetched(2))
            pipeline.finish(PollClosing())
            try await group.waitForAll()
        }
        #expect(pipeline.failure == nil)
        let inbox = try await account.read { try $0.mailbox(withRole: .inbox)?.totalEmails }
        #expect(inbox == 1)
        #expect(try await account.read { try $0.knownMessages(of: id) }.count == 2)
        await fixture.expectSound()
    }

    @Test func mailGoesWhereTheAccountsRulesFileIt() async throws {
        let fixture = try await SyncFixture()
        let account = try await fixture.store.account(fixture.account)
        let id = try await fixture.addMaildrop(port: 995)
        let maildrop = try #require(try await account.read { try $0.maildrop(id) })
        let lists = try await account.write { writer in
            let lists = try writer.createMailbox(NewMailbox(name: "Lists"))
            let rule = MailRuleSettings(conditions: .init(maildrop: id), actions: .init(mailbox: lists))
            _ = try writer.createMailRule(rule)
            return lists
        }
        let pipeline = IngestPipeline(
            account: account, maildrop: maildrop, mailbox: maildrop.settings.mailbox, seenBefore: nil,
            listedAt: fixture.now, messages: 1, clock: ContinuousClock(), stored: { _, _, _ in })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for stage in pipeline.stages { group.addTask { try await stage() } }
            try await pipeline.take(try fetched(1))
            pipeline.finish(PollClosing())
            try await group.waitForAll()
        }
        #expect(try await fixture.emails().map(\.mailboxIDs) == [[lists]])
        await fixture.expectSound()
    }
}
