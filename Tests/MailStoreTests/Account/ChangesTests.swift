import MailModel
import Testing

@testable import MailStore

@Suite struct ChangesTests {
    private func changes(
        _ account: Account, _ since: StateToken, max: Int? = nil
    ) async throws -> Changes<EmailID> {
        try await account.read { try $0.changes(of: .email, as: EmailID.self, since: since, max: max) }
    }

    private func code(_ account: Account, _ since: StateToken, max: Int? = nil) async -> MailStoreError.Code? {
        do {
            _ = try await changes(account, since, max: max)
            return nil
        } catch { return (error as? MailStoreError)?.code }
    }

    @Test func whatCameAndWentInBetweenIsNotTold() async throws {
        try await AccountFixture.run { _, account in
            let old = try await account.deliver([message(subject: "old")])[0]
            let since = try await account.state(.email)
            let ids = try await account.deliver([message(subject: "1"), message(subject: "2")])
            try await account.write { try $0.setKeywords([.seen], on: ids[0]) }
            try await account.write { try $0.destroyEmail(ids[1]) }
            try await account.write { try $0.setKeywords([.seen], on: old) }
            let result = try await changes(account, since)
            #expect(result.created == [ids[0]])
            #expect(result.updated == [old])
            #expect(result.destroyed.isEmpty)
            #expect(try await result.newState == account.state(.email))
        }
    }

    @Test func nothingNewIsNothingAndTheSameState() async throws {
        try await AccountFixture.run { _, account in
            try await account.deliver([message()])
            let state = try await account.state(.email)
            #expect(try await changes(account, state) == Changes(newState: state))
        }
    }

    @Test func aBatchCanBeFollowedOneByOne() async throws {
        try await AccountFixture.run { _, account in
            let since = try await account.state(.email)
            let ids = try await account.deliver((0..<10).map { message(subject: "\($0)") })
            var state = since
            var seen: [EmailID] = []
            var pages = 0
            while true {
                let page = try await changes(account, state, max: 1)
                seen += page.created
                state = page.newState
                pages += 1
                if !page.hasMore { break }
            }
            #expect(seen == ids)
            #expect(pages == 10)
            #expect(try await state == account.state(.email))
        }
    }

    @Test func statesThatCannotBeAnsweredSaySo() async throws {
        try await AccountFixture.run { _, account in
            try await account.deliver([message()])
            let state = try await account.state(.email)
            let foreign = StateToken(epoch: Epoch(rawValue: state.epoch.rawValue ^ 1), modseq: state.modseq)
            let future = StateToken(epoch: state.epoch, modseq: state.modseq.next)
            #expect(await code(account, foreign) == .cannotCalculateChanges)
            #expect(await code(account, future) == .cannotCalculateChanges)
            #expect(await code(account, state, max: 0) == .invalidProperty("maxChanges"))
            #expect(await code(account, state, max: -1) == .invalidProperty("maxChanges"))
        }
    }

    @Test func onlyCountsAreToldApart() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            let since = try await account.state(.mailbox)
            let id = try await account.deliver([message()])[0]
            func mailboxes() async throws -> Changes<MailboxID> {
                try await account.read { try $0.changes(of: .mailbox, as: MailboxID.self, since: since) }
            }
            #expect(try await mailboxes().updated == [inbox])
            #expect(try await mailboxes().updatedOnlyCounts)
            _ = try await account.write { try $0.updateMailboxes([inbox: MailboxUpdate(sortOrder: 3)]) }
            try await account.write { try $0.setKeywords([.seen], on: id) }
            #expect(try await mailboxes().updated == [inbox])
            #expect(try await !mailboxes().updatedOnlyCounts)
        }
    }

    @Test func theSameAgainIsNoChange() async throws {
        try await AccountFixture.run { fixture, account in
            let work = try #require(Keyword("work"))
            let id = try await account.deliver([message()], keywords: [.seen, work])[0]
            let email = try await account.email(id)
            let before = try await account.state(.email)
            let told = fixture.changes.count
            try await account.write { try $0.setKeywords(email.keywords, on: id) }
            try await account.write { try $0.setMailboxes(email.mailboxIDs, of: id) }
            let inbox = try await account.inbox()
            _ = try await account.write { try $0.updateMailboxes([inbox: MailboxUpdate(name: "Inbox")]) }
            #expect(try await account.state(.email) == before)
            #expect(fixture.changes.count == told)
        }
    }

    @Test func aWriteKnowsTheStateItWillHave() async throws {
        try await AccountFixture.run { fixture, account in
            let id = try await account.deliver([message()])[0]
            let states = try await account.write { writer in
                let old = try writer.reader.state(of: .email)
                try writer.setKeywords([.seen], on: id)
                return [old, try writer.reader.state(of: .email), try writer.reader.state(of: .mailbox)]
            }
            #expect(states[0] != states[1])
            #expect(try await account.state(.email) == states[1])
            #expect(try await account.state(.mailbox) == states[2])
            #expect(fixture.changes.last?.states == [.email: states[1], .mailbox: states[2]])
        }
    }

    @Test func changesAreRememberedForThirtyDays() async throws {
        try await AccountFixture.run { fixture, account in
            let beginning = try await account.state(.email)
            let mailboxes = try await account.state(.mailbox)
            let id = try await account.deliver([message()])[0]
            let first = try await account.state(.email)
            fixture.advance(seconds: 29 * 86_400)
            try await account.write { try $0.setKeywords([.flagged], on: id) }
            try await account.core.prune()
            #expect(await code(account, beginning) == nil)
            fixture.advance(seconds: 2 * 86_400)
            try await account.core.prune()
            #expect(await code(account, beginning) == .cannotCalculateChanges)
            #expect(try await changes(account, first).updated == [id])
            // Pruning moved no state: the mailboxes' last change is old, and whoever knows it knows everything.
            let state = try await account.state(.mailbox)
            #expect(state != mailboxes)
            let none = try await account.read { try $0.changes(of: .mailbox, as: MailboxID.self, since: state) }
            #expect(none == Changes(newState: state))
        }
    }
}
