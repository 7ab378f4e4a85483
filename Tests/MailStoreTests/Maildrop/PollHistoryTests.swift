import MailModel
import Testing

@testable import MailStore

struct PollHistoryTests {
    private let folder: StoreFolder
    private let start = Timestamp(seconds: 1_700_000_000)

    init() throws { folder = try StoreFolder() }

    private func with(_ body: (MailStore, Account, MaildropID, Principal) async throws -> Void) async throws {
        try await folder.with { store async throws in
            let user = try await store.createUser(name: "ada", password: Secret("correct horse"))
            let account = try await store.account(user.account)
            let id = try await account.write { writer in
                guard let inbox = try writer.reader.mailbox(withRole: .inbox) else {
                    throw MailStoreError.notFound("Inbox")
                }
                return try writer.createMaildrop(
                    .init(name: "Work", host: "pop.example.com", username: "ada", mailbox: inbox.id))
            }
            try await body(store, account, id, store.principal(forCommandLine: user))
        }
    }

    private func poll(at seconds: Int64, error: String? = nil, fetched: Int = 0) -> PollRecord {
        PollRecord(
            beganAt: start.adding(seconds: seconds), endedAt: start.adding(seconds: seconds + 1),
            error: error.map { ($0, "Sentence.") }, listed: 5, fetched: fetched)
    }

    @Test func idlePollsAreNotWrittenUntilOneDoesSomething() async throws {
        try await with { store, account, maildrop, principal async throws in
            for minute in 0..<5 {
                try await store.recordPoll(poll(at: Int64(minute) * 60), of: maildrop, in: account.id)
            }
            #expect(try await account.read { try $0.polls(of: maildrop, limit: 10) }.isEmpty)
            let shown = try await store.polls(of: maildrop, in: account.id, for: principal, limit: 10)
            #expect(shown.map(\.idlePolls) == [5])
            try await store.recordPoll(poll(at: 300, fetched: 3), of: maildrop, in: account.id)
            let written = try await account.read { try $0.polls(of: maildrop, limit: 10) }
            #expect(written.map(\.fetched) == [3, 0] && written.map(\.idlePolls) == [0, 5])
        }
    }

    @Test func anHourOfIdlePollsIsOneRow() async throws {
        try await with { store, account, maildrop, _ async throws in
            for minute in 0...120 {
                try await store.recordPoll(poll(at: Int64(minute) * 60), of: maildrop, in: account.id)
            }
            let written = try await account.read { try $0.polls(of: maildrop, limit: 10) }
            #expect(written.map(\.idlePolls) == [61] || written.map(\.idlePolls) == [60, 61])
        }
    }

    @Test func theSummaryKnowsSinceWhenPollsFail() async throws {
        try await with { store, account, maildrop, _ async throws in
            #expect(try await account.read { try $0.pollSummary(of: maildrop) } == PollSummary())
            try await store.recordPoll(poll(at: 0, fetched: 1), of: maildrop, in: account.id)
            try await store.recordPoll(poll(at: 60, error: "unreachable"), of: maildrop, in: account.id)
            try await store.recordPoll(poll(at: 120, error: "authenticationFailed"), of: maildrop, in: account.id)
            let summary = try await account.read { try $0.pollSummary(of: maildrop) }
            #expect(summary.lastSuccessAt == start.adding(seconds: 1))
            #expect(summary.lastPollAt == start.adding(seconds: 121))
            #expect(
                summary.failure
                    == .init(
                        type: "authenticationFailed", description: "Sentence.", since: start.adding(seconds: 61)))
        }
    }

    @Test func recordsAreKeptThirtyDays() async throws {
        try await with { store, account, maildrop, _ async throws in
            try await store.recordPoll(poll(at: 0, fetched: 1), of: maildrop, in: account.id)
            try await store.recordPoll(poll(at: 30 * 86_400, fetched: 1), of: maildrop, in: account.id)
            #expect(try await account.read { try $0.polls(of: maildrop, limit: 10) }.count == 2)
            try await store.recordPoll(poll(at: 30 * 86_400 + 1, fetched: 1), of: maildrop, in: account.id)
            #expect(try await account.read { try $0.polls(of: maildrop, limit: 10) }.count == 2)
        }
    }

    @Test func theHistoryChangesNoState() async throws {
        try await with { store, account, maildrop, _ async throws in
            let before = try await account.read { try $0.modseq() }
            try await store.recordPoll(poll(at: 0, error: "unreachable"), of: maildrop, in: account.id)
            #expect(try await account.read { try $0.modseq() } == before)
        }
    }

    @Test func aRequestWithoutAPollingServiceSaysSo() async throws {
        try await with { store, account, maildrop, _ async throws in
            let error = await #expect(throws: MailStoreError.self) {
                try await store.requestPoll(maildrop, in: account.id)
            }
            #expect(error?.code == .closed)
        }
    }

    @Test func aRequestIsAnsweredByTheServiceThatPolls() async throws {
        try await with { store, account, maildrop, _ async throws in
            let requests = store.requests()
            let record = poll(at: 0, fetched: 2)
            async let answer = store.requestPoll(maildrop, in: account.id)
            for await request in requests {
                #expect(request.question.maildrop == maildrop && request.question.kind == .poll)
                request.answer(.polled(record))
                break
            }
            #expect(try await answer == record)
        }
    }

    @Test func hintsAreKeptAcrossARestartAndStaleAfterAChange() async throws {
        let due = start.adding(seconds: 300)
        try await with { store, account, maildrop, _ async throws in
            #expect(try await store.dueHints().isEmpty)
            store.noteDue([maildrop: due], of: account.id)
        }
        try await folder.with { store async throws in
            #expect(try await store.accountsWithStaleHints().isEmpty)
            let hint = try #require(try await store.dueHints().first)
            #expect(hint.dueAt == due)
            let account = try await store.account(hint.account)
            try await account.write { try $0.destroyMaildrop(hint.maildrop) }
        }
        try await folder.with { store async throws in
            #expect(try await store.accountsWithStaleHints().count == 1)
            #expect(try await store.dueHints().isEmpty)
        }
    }
}
