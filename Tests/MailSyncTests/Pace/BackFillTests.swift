import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

@Suite struct BackFillPolicyTests {
    private let began = Timestamp(seconds: 1_000_000)

    private func isEnough(
        _ backFill: BackFill = BackFill(), messages: Int, octets: Int = 0, isFirst: Bool = false,
        begin: Duration = .zero,
        age: Duration, mayReturn: Bool = true
    ) -> Bool {
        backFill.isEnough(
            messages: messages, octets: octets, isFirst: isFirst, began: began, fetchingSince: began.adding(begin),
            now: began.adding(age)
        ) { mayReturn }
    }

    @Test func theFirstSessionIsShorterThanTheOthers() {
        #expect(isEnough(messages: 200, isFirst: true, age: .seconds(10)))
        #expect(!isEnough(messages: 199, isFirst: true, age: .seconds(10)))
        #expect(!isEnough(messages: 4999, age: .seconds(10)))
        #expect(isEnough(messages: 5000, age: .seconds(10)))
        #expect(isEnough(messages: 1, octets: 256 * 1024 * 1024, age: .seconds(10)))
    }

    @Test func whatIsFetchedWithinSecondsIsFetchedInOneSession() {
        #expect(!isEnough(messages: 100_000, isFirst: true, age: .milliseconds(9999)))
    }

    @Test func aSessionIsWorthTwentyTimesItsBeginning() {
        #expect(!isEnough(messages: 100_000, begin: .seconds(5), age: .seconds(99)))
        #expect(isEnough(messages: 100_000, begin: .seconds(5), age: .seconds(100)))
    }

    @Test func aSlowOneEndsAfterFiveMinutes() {
        #expect(!isEnough(messages: 3, age: .seconds(299)))
        #expect(isEnough(messages: 3, age: .seconds(300)))
    }

    @Test func itGoesOnWhileTheServerTakesNoOther() {
        #expect(!isEnough(messages: 100_000, age: .seconds(800), mayReturn: false))
    }
}

/// First fetches in several sessions.
@Suite struct BackFillTests {
    private func fixture(_ change: (inout MailSyncOptions) -> Void = { _ in }) async throws -> SyncFixture {
        try await SyncFixture { options in
            options.backFill = BackFill(first: 20, messages: 50, shortest: .zero)
            change(&options)
        }
    }

    private func sessions(_ server: ScriptedPOP3Server) -> [[Int]] {
        var sessions: [[Int]] = [[]]
        for command in server.record.commands {
            if command.hasPrefix("RETR ") { sessions[sessions.count - 1].append(Int(command.dropFirst(5)) ?? 0) }
            if command == "QUIT" { sessions.append([]) }
        }
        return sessions.dropLast()
    }

    @Test func theNewestComeFirstAndEverySessionEndsWithQuit() async throws {
        let server = try await ScriptedPOP3Server(.numbered(130))
        let fixture = try await fixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let first = try await fixture.poll(maildrop)
        #expect(first.report.fetched == 20)
        #expect(first.report.remaining == 110)
        #expect((first.report.stored, first.report.pending) == (20, 110))
        #expect(try await fixture.emails().count == 20)
        var counts: [Int] = []
        for _ in 0..<4 { counts.append(try await fixture.poll(maildrop).report.fetched) }
        #expect(counts == [50, 50, 10, 0])
        let numbers = sessions(server)
        #expect(numbers.map(\.count) == [20, 50, 50, 10, 0])
        #expect(numbers.joined().elementsEqual((1...130).reversed()))
        await fixture.expectSound()
    }

    @Test func whatArrivesMeanwhileComesBeforeWhatIsOld() async throws {
        let server = try await ScriptedPOP3Server(.numbered(60))
        let fixture = try await fixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages.append(.init(uniqueID: "new", bytes: ScriptedMaildrop.message(61))) }
        _ = try await fixture.poll(maildrop)
        #expect(sessions(server).last?.first == 61)
        #expect(try await fixture.emails().count == 61)
    }

    @Test func oneThatBrokeOffGoesOnWhereItWas() async throws {
        let server = try await ScriptedPOP3Server(.numbered(130)) { command, session in
            session == 2 && command == "RETR 90" ? .bytesThenClose(Array("+OK\r\nSubj".utf8)) : nil
        }
        let fixture = try await fixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        for _ in 0..<8 {
            fixture.pass(.seconds(600))
            _ = try await fixture.poll(maildrop)
        }
        let stored = try await fixture.storedMessages()
        #expect(stored.count == 130)
        #expect(Set(stored).count == 130)
        // What came whole before the break was not asked for again.
        #expect(server.commands("RETR").filter { $0 == "RETR 111" }.count == 1)
        await fixture.expectSound()
    }

    @Test func nobodyWaitsForLoginDelayBetweenTwoSessions() async throws {
        var drop = ScriptedMaildrop.numbered(300)
        drop.capabilities.append("LOGIN-DELAY 900")
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await fixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        // Each message takes ten seconds.
        server.setScript { command, _ in
            if command.hasPrefix("RETR ") { fixture.pass(.seconds(10)) }
            return nil
        }
        var polls: [MaildropPoller.Result] = []
        repeat { polls.append(try await fixture.poll(maildrop)) } while polls.last?.report.remaining ?? 0 > 0
        #expect(polls.count > 2)
        for (poll, next) in zip(polls, polls.dropFirst()) {
            let (signedIn, again) = (poll.floors.signedInAt, next.floors.signedInAt)
            #expect((again ?? fixture.now).since(signedIn ?? fixture.now) >= .seconds(900))
            // The next session may begin as soon as this one has ended.
            var history = PollPace.History()
            history.take(poll, isAttended: false)
            let due = PollPace().next(after: history, poll.floors, now: poll.record.endedAt, random: 0)
            #expect(due == PollPace.Next(at: poll.record.endedAt, cause: .backFill))
        }
        #expect(try await fixture.emails().count == 300)
    }

    @Test func aSessionThatMayNotBeFollowedByAnotherFetchesAll() async throws {
        var drop = ScriptedMaildrop.numbered(130)
        drop.capabilities.append("LOGIN-DELAY 900")
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await fixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.fetched == 130)
    }

    @Test func aHostWithoutSignInsLeftIsFetchedFromInOneSession() async throws {
        let server = try await ScriptedPOP3Server(.numbered(130))
        let fixture = try await fixture { options in
            options.hosts.rules = [HostRule(pattern: "localhost", signIns: 2, window: .seconds(3600))]
        }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        // A burst of one: the first sign-in takes it.
        #expect(try await fixture.poll(maildrop).report.fetched == 130)
        let second = try await fixture.poll(maildrop)
        #expect(second.postponedUntil != nil)
        #expect(server.record.sessions == 1)
    }

    @Test func aListingThatLooksTheSameDoesNotHideWhatIsLeft() async throws {
        let server = try await ScriptedPOP3Server(.numbered(60, size: 900))
        let fixture = try await fixture { $0.limits.message = 500 }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.fetched == 0)
        var options = fixture.options
        options.limits.message = 5000
        let poller = MaildropPoller(
            store: fixture.store, connector: fixture.connector, options: options, logger: fixture.poller.logger)
        fixture.pass(.seconds(86_400))
        var fetched: [Int] = []
        for _ in 0..<4 { fetched.append(try await poller.poll(maildrop, in: fixture.account)?.report.fetched ?? -1) }
        #expect(fetched.reduce(0, +) == 60)
    }

    @Test func aPollWithoutAServiceFetchesAll() async throws {
        let server = try await ScriptedPOP3Server(.numbered(130))
        let fixture = try await fixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let record = await fixture.poller.pollOnce(maildrop, in: fixture.account)
        #expect(record?.fetched == 130)
    }

    @Test func dovecotIsFetchedFromInChunksAndTakenUpAgainAfterAnEnd() async throws {
        let server = try DovecotServer()
        let messages = (1...160).map { ScriptedMaildrop.message($0, size: 300 + $0 * 11) }
        try server.deliver(messages)
        let fixture = try await fixture { $0.fullListingInterval = .seconds(1) }
        let pin = try server.certificates.sha256(of: server.certificate)
        let maildrop = try await fixture.addMaildrop(port: server.securePort, security: .tls) {
            $0.certificatePin = bytes(ofHex: pin)
        }
        #expect(try await fixture.poll(maildrop).report.fetched == 20)
        // The second session is cut off from our side as soon as it has stored something.
        let changes = fixture.store.changes(of: fixture.account)
        let poll = Task { try await fixture.poller.poll(maildrop, in: fixture.account) }
        for await _ in changes where try await fixture.emails().count > 20 { break }
        poll.cancel()
        _ = try await poll.value
        var polls = 0
        while try await fixture.emails().count < 160, polls < 10 {
            _ = try await fixture.poll(maildrop)
            polls += 1
        }
        let stored = try await fixture.storedMessages()
        #expect(stored.count == 160)
        let isByteForByte = Set(stored) == Set(messages)
        #expect(isByteForByte)
        #expect(try server.messageCount() == 160)
        await fixture.expectSound()
    }
}
