import Logging
import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// The service over a whole store.
@Suite struct ServiceTests {
    /// Waits for a status that fulfils a condition, from one change to the next.
    private func status(
        _ id: MaildropID, _ fixture: SyncFixture, where condition: (MaildropStatus) -> Bool
    ) async throws -> MaildropStatus {
        let changes = fixture.store.changes(of: fixture.account)
        let account = try await fixture.store.account(fixture.account)
        let maildrop = try #require(try await account.read { try $0.maildrop(id) })
        var now = fixture.store.status(of: maildrop, in: fixture.account)
        if condition(now) { return now }
        for await _ in changes {
            now = fixture.store.status(of: maildrop, in: fixture.account)
            if condition(now) { break }
        }
        return now
    }

    @Test func aNewMaildropIsPolledAtOnceAndOneThatFailsStopsNoOther() async throws {
        let good = try await ScriptedPOP3Server(.numbered(30))
        let bad = try await ScriptedPOP3Server(.numbered(3)) { command, _ in
            command.hasPrefix("PASS") ? .line("-ERR [AUTH] no") : nil
        }
        let fixture = try await SyncFixture { $0.sleeper = TestClock() }
        try await fixture.whileServiceRuns {
            let failing = try await fixture.addMaildrop(port: bad.port, host: "127.0.0.1", name: "bad")
            let working = try await fixture.addMaildrop(port: good.port) { $0.pollInterval = .seconds(300) }
            let fine = try await status(working, fixture) { $0.state == .idle && $0.lastSuccessAt != nil }
            #expect((fine.held, fine.stored, fine.pending) == (30, 30, 0))
            #expect(fine.nextPollAt.map { $0.since(fixture.now) } == .seconds(300))
            #expect(fine.nextPollCause == .interval)
            #expect(fine.capabilities.contains("PIPELINING"))
            let broken = try await status(failing, fixture) { $0.state == .failing }
            #expect(broken.error?.type == "authenticationFailed")
            #expect(broken.error?.since == fixture.now)
        }
        #expect(try await fixture.emails().count == 30)
    }

    @Test func whatIsRequestedBeforeTheServiceRunsIsDoneOnceItDoes() async throws {
        let server = try await ScriptedPOP3Server(.numbered(2))
        let fixture = try await SyncFixture { $0.sleeper = TestClock() }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let service = fixture.makeService()
        let asked = fixture.store.requests()
        let request = Task { try await fixture.store.requestTest(maildrop, in: fixture.account) }
        for await _ in asked { break }
        try await fixture.whileServiceRuns(service) {
            let steps = try await request.value.map(\.step)
            #expect(steps.contains("listing"))
        }
    }

    @Test func aRequestedPollIsAnsweredWithItsRecord() async throws {
        let server = try await ScriptedPOP3Server(.numbered(2))
        let fixture = try await SyncFixture { $0.sleeper = TestClock() }
        try await fixture.whileServiceRuns {
            let maildrop = try await fixture.addMaildrop(port: server.port)
            _ = try await status(maildrop, fixture) { $0.lastSuccessAt != nil }
            server.change { $0.messages.append(.init(uniqueID: "new", bytes: ScriptedMaildrop.message(3))) }
            let record = try await fixture.store.requestPoll(maildrop, in: fixture.account)
            #expect(record.fetched == 1)
            let findings = try await fixture.store.requestTest(maildrop, in: fixture.account)
            #expect(findings.map(\.step).contains("listing"))
            #expect(findings.allSatisfy { $0.severity != .failure })
        }
    }

    @Test func aMaildropIsPolledAgainWhenItsTimeHasCome() async throws {
        let server = try await ScriptedPOP3Server(.numbered(1))
        let clock = TestClock()
        let fixture = try await SyncFixture { $0.sleeper = clock }
        try await fixture.whileServiceRuns {
            let maildrop = try await fixture.addMaildrop(port: server.port) { $0.pollInterval = .seconds(300) }
            _ = try await status(maildrop, fixture) { $0.lastSuccessAt != nil }
            server.change { $0.messages.append(.init(uniqueID: "new", bytes: ScriptedMaildrop.message(2))) }
            await clock.waitForSleepers()
            fixture.pass(.seconds(300))
            clock.advance(by: .seconds(300))
            let next = try await status(maildrop, fixture) { $0.stored == 2 }
            #expect(next.held == 2)
        }
    }

    @Test func aDisabledMaildropIsNotPolledAndARemovedOneLeavesTheBoard() async throws {
        let server = try await ScriptedPOP3Server(.numbered(1))
        let fixture = try await SyncFixture { $0.sleeper = TestClock() }
        try await fixture.whileServiceRuns {
            let maildrop = try await fixture.addMaildrop(port: server.port) { $0.enabled = false }
            let shown = try await status(maildrop, fixture) { $0.state == .disabled }
            #expect(shown.nextPollAt == nil)
            #expect(server.record.sessions == 0)
        }
    }

    @Test func aMonstrousLoginDelayIsADayAndStopsNothing() async throws {
        var drop = ScriptedMaildrop.numbered(1)
        drop.capabilities.append("LOGIN-DELAY 9999999999999999")
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture { $0.sleeper = TestClock() }
        try await fixture.whileServiceRuns {
            let maildrop = try await fixture.addMaildrop(port: server.port)
            let fine = try await status(maildrop, fixture) { $0.lastSuccessAt != nil }
            #expect(fine.nextPollAt.map { $0.since(fixture.now) } == .seconds(86_401))
            #expect(fine.notices.map(\.type) == ["loginDelay"])
        }
    }

    @Test func aMaildropThatCannotBeReadForATimeStaysAndIsPolledAgain() async throws {
        let server = try await ScriptedPOP3Server(.numbered(1))
        let fixture = try await SyncFixture { $0.sleeper = TestClock() }
        try await fixture.whileServiceRuns {
            let id = try await fixture.addMaildrop(port: server.port)
            _ = try await status(id, fixture) { $0.lastSuccessAt != nil }
            let maildrop = try #require(
                try await fixture.store.account(fixture.account).read { try $0.maildrop(id) })
            server.change { $0.messages.append(.init(uniqueID: "new", bytes: ScriptedMaildrop.message(2))) }
            let show = try await fixture.hideAccount()
            let record = try await fixture.store.requestPoll(id, in: fixture.account)
            #expect(record.error?.type == "storage")
            let shown = fixture.store.status(of: maildrop, in: fixture.account)
            #expect(shown.state == .failing && shown.error?.type == "storage")
            #expect(shown.nextPollAt.map { $0.since(fixture.now) } == .seconds(60))
            try show()
            #expect(try await fixture.store.requestPoll(id, in: fixture.account).fetched == 1)
        }
    }

    @Test func anAccountThatCannotBeReadAtTheStartIsReadLater() async throws {
        let server = try await ScriptedPOP3Server(.numbered(2))
        let clock = TestClock()
        let fixture = try await SyncFixture { $0.sleeper = clock }
        let id = try await fixture.addMaildrop(port: server.port)
        let show = try await fixture.hideAccount()
        try await fixture.whileServiceRuns {
            await clock.waitForSleepers()
            try show()
            #expect(server.record.sessions == 0)
            clock.advance(by: .seconds(60))
            _ = try await status(id, fixture) { $0.stored == 2 }
        }
    }

    @Test func whatTheHistoryKnowsIsShownAfterAStart() async throws {
        let server = try await ScriptedPOP3Server(.numbered(1)) { command, _ in
            command.hasPrefix("PASS") ? .line("-ERR [AUTH] no") : nil
        }
        let fixture = try await SyncFixture { $0.sleeper = TestClock() }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        let since = fixture.now
        fixture.pass(.seconds(600))
        try await fixture.whileServiceRuns {
            let shown = try await status(maildrop, fixture) { $0.error != nil }
            #expect(shown.error?.since == since)
        }
    }

    @Test func aFirstFetchGoesOnSessionAfterSessionAndWhoAskedHearsOfAll() async throws {
        let server = try await ScriptedPOP3Server(.numbered(130))
        let fixture = try await SyncFixture { options in
            options.sleeper = TestClock()
            options.backFill = BackFill(first: 20, messages: 50, shortest: .zero)
        }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let account = fixture.account
        try await fixture.whileServiceRuns {
            let shown = try await status(maildrop, fixture) { $0.stored == 130 }
            #expect((shown.held, shown.pending) == (130, 0))
            server.change { drop in
                drop.messages += (131...200).map { .init(uniqueID: "new-\($0)", bytes: ScriptedMaildrop.message($0)) }
            }
            let record = try await fixture.store.requestPoll(maildrop, in: account)
            #expect(record.fetched == 70)
        }
        #expect(server.commands("QUIT").count == server.record.sessions)
    }

    @Test func askingBeforeLoginDelayHasPassedIsToldWhen() async throws {
        var drop = ScriptedMaildrop.numbered(2)
        drop.capabilities.append("LOGIN-DELAY 600")
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture { $0.sleeper = TestClock() }
        try await fixture.whileServiceRuns {
            let maildrop = try await fixture.addMaildrop(port: server.port) { $0.pollInterval = .seconds(3600) }
            _ = try await status(maildrop, fixture) { $0.lastSuccessAt != nil }
            let error = await #expect(throws: MailStoreError.self) {
                try await fixture.store.requestPoll(maildrop, in: fixture.account)
            }
            #expect(error?.code == .tooSoon)
            #expect(error?.message.contains("\(fixture.now.adding(seconds: 601))") == true)
            let shown = try await status(maildrop, fixture) { $0.nextPollCause == .loginDelay }
            #expect(shown.nextPollAt == fixture.now.adding(seconds: 601))
            #expect(server.record.sessions == 1)
        }
    }

    @Test func whatTheHostHasNoSignInForWaitsAndSaysSo() async throws {
        let server = try await ScriptedPOP3Server(.numbered(2))
        let fixture = try await SyncFixture { options in
            options.sleeper = TestClock()
            options.hosts.rules = [HostRule(pattern: "localhost", signIns: 2, window: .seconds(600))]
        }
        try await fixture.whileServiceRuns {
            let first = try await fixture.addMaildrop(port: server.port)
            _ = try await status(first, fixture) { $0.lastSuccessAt != nil }
            let error = await #expect(throws: MailStoreError.self) {
                _ = try await fixture.store.requestTest(first, in: fixture.account)
            }
            #expect(error?.code == .tooSoon)
        }
        #expect(server.record.sessions == 1)
    }

    @Test func aDeviceThatComesBringsThePollForward() async throws {
        let server = try await ScriptedPOP3Server(.numbered(2))
        let fixture = try await SyncFixture { $0.sleeper = TestClock() }
        try await fixture.whileServiceRuns {
            let maildrop = try await fixture.addMaildrop(port: server.port)
            let alone = try await status(maildrop, fixture) { $0.lastSuccessAt != nil }
            #expect(alone.nextPollCause == .rhythm)
            let attendance = fixture.store.attend(fixture.account)
            defer { withExtendedLifetime(attendance) {} }
            var attended = alone
            // The service hears of it at some time between two of these.
            for _ in 0..<100 where attended.nextPollCause != .device {
                _ = try await fixture.store.requestTest(maildrop, in: fixture.account)
                attended = try await status(maildrop, fixture) { _ in true }
            }
            #expect(attended.nextPollCause == .device)
            let times = try (#require(attended.nextPollAt), #require(alone.nextPollAt))
            #expect(times.0 < times.1)
        }
    }
}
