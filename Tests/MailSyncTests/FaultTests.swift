import MailModel
import MailStore
import Synchronization
import TestSupport
import Testing
import Transport

@testable import MailSync

/// Polls of servers that misbehave: a clear status, nothing lost, nothing twice, and the next poll goes on.
@Suite struct FaultTests {
    private let drop = ScriptedMaildrop.numbered(6)

    private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Polls until everything is stored, at most `polls` times, and checks that it is: once each.
    private func expectComplete(
        _ fixture: SyncFixture, _ maildrop: MaildropID, _ drop: ScriptedMaildrop, polls: Int = 1
    ) async throws {
        for _ in 0..<polls {
            fixture.pass(.seconds(3600))
            let result = try await fixture.poll(maildrop)
            #expect(result.report.failure == nil)
        }
        let stored = try await fixture.storedMessages()
        #expect(stored.count == drop.messages.count)
        #expect(Set(stored) == Set(drop.messages.map(\.bytes)))
        await fixture.expectSound()
    }

    @Test func aServerThatStopsInTheMiddleOfAMessage() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, session in
            session == 1 && command == "RETR 4" ? .bytesThenClose(Array("+OK\r\nSubject: hal".utf8)) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure?.kind == .connectionClosed)
        #expect(result.record.error?.description.contains("closed the connection") == true)
        // What came whole before is stored already.
        #expect(result.record.fetched == 2)
        try await expectComplete(fixture, maildrop, drop)
        #expect(server.commands("RETR").filter { $0 == "RETR 6" }.count == 1)
    }

    @Test func aServerThatFallsSilentInTheMiddleOfAMessage() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, session in
            session == 1 && command == "RETR 4" ? .stall(after: Array("+OK\r\nSubject: hal".utf8)) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        var hasty = fixture.options
        hasty.limits.answer = .seconds(2)
        let poller = MaildropPoller(
            store: fixture.store, connector: fixture.connector, options: hasty, logger: fixture.poller.logger)
        #expect(try await poller.poll(maildrop, in: fixture.account)?.report.failure?.kind == .timeout)
        server.setScript(nil)
        try await expectComplete(fixture, maildrop, drop)
    }

    @Test(arguments: ["GREETING", "CAPA", "USER alice", "STAT", "UIDL", "LIST", "RETR 5"])
    func garbageInPlaceOfAnAnswer(command garbled: String) async throws {
        let server = try await ScriptedPOP3Server(drop) { command, session in
            session == 1 && command == garbled ? .bytes([0, 0xFF, 0x80, 10] + Array("HTTP/1.1 400\r\n\r\n".utf8)) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let failure = try await fixture.poll(maildrop).report.failure
        #expect(failure?.kind == .protocolError)
        try await expectComplete(fixture, maildrop, drop)
    }

    @Test(arguments: ["GREETING", "STAT", "UIDL", "LIST"])
    func aLineWithoutEnd(command endless: String) async throws {
        let server = try await ScriptedPOP3Server(drop) { command, session in
            session == 1 && command == endless
                ? .endless(after: [], Array(repeating: UInt8(ascii: "x"), count: 60_000)) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .limitExceeded)
        try await expectComplete(fixture, maildrop, drop)
    }

    @Test func aMessageWithoutEnd() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "RETR 4"
                ? .endless(
                    after: Array("+OK\r\n".utf8), Array(String(repeating: "line after line\r\n", count: 1000).utf8))
                : nil
        }
        let fixture = try await SyncFixture { $0.limits.message = 100_000 }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let first = try await fixture.poll(maildrop)
        #expect(first.report.failure?.kind == .limitExceeded)
        // The next poll leaves it alone and brings the others.
        let second = try await fixture.poll(maildrop)
        #expect(second.report.failure == nil)
        #expect(try await fixture.emails().count == 5)
        let held = try await fixture.unstored(maildrop)
        #expect(held.map(\.state) == [.heldBack])
        #expect(held.map(\.uniqueID.description) == ["uid-4"])
        #expect(second.report.pending == 1)
        #expect(server.commands("RETR").filter { $0 == "RETR 4" }.count == 1)
        await fixture.expectSound()
    }

    @Test func aMessageOverTheLimitIsHeldBackAndComesWhenTheLimitAllowsIt() async throws {
        var drop = drop
        drop.messages[2].bytes = ScriptedMaildrop.message(3, size: 5000)
        let server = try await ScriptedPOP3Server(drop)
        let tight = try await SyncFixture { $0.limits.message = drop.messages[2].bytes.count - 1 }
        let maildrop = try await tight.addMaildrop(port: server.port)
        #expect(try await tight.poll(maildrop).report.failure == nil)
        #expect(try await tight.emails().count == 5)
        #expect(try await tight.unstored(maildrop).map(\.state) == [.heldBack])
        #expect(server.commands("RETR").count == 5)

        var options = tight.options
        options.limits.message = drop.messages[2].bytes.count
        let wide = MaildropPoller(
            store: tight.store, connector: tight.connector, options: options, logger: tight.poller.logger)
        tight.pass(.seconds(86_400))
        #expect(try await wide.poll(maildrop, in: tight.account)?.record.fetched == 1)
        #expect(try await tight.unstored(maildrop).isEmpty)
        await tight.expectSound()
    }

    @Test(arguments: [false, true]) func aListingAtItsLimitIsTakenAndOneOverIsRefused(_ isOver: Bool) async throws {
        let server = try await ScriptedPOP3Server(drop)
        let listing = (1...drop.messages.count).map { "\($0) uid-\($0)\r\n" }.joined()
        for change in [
            { (limits: inout Limits.POP3Client, over: Int) in limits.listingMessages = drop.messages.count - over },
            { (limits: inout Limits.POP3Client, over: Int) in limits.listingOctets = listing.utf8.count - over },
        ] {
            let fixture = try await SyncFixture { change(&$0.limits, isOver ? 1 : 0) }
            let maildrop = try await fixture.addMaildrop(port: server.port)
            let result = try await fixture.poll(maildrop)
            #expect(result.report.failure?.kind == (isOver ? .limitExceeded : nil))
            #expect(try await fixture.emails().count == (isOver ? 0 : drop.messages.count))
            await fixture.expectSound()
        }
    }

    @Test func aMessageThatTheServerRefusesStopsNoOther() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "RETR 4" ? .line("-ERR can't render that") : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure == nil)
        #expect(result.report.pending == 1)
        let parked = try await fixture.unstored(maildrop)
        #expect(parked.map(\.state) == [.parked])
        #expect(parked.first?.reason.contains("can't render that") == true)
        // Not asked for again before it is due, and then it is.
        _ = try await fixture.poll(maildrop)
        #expect(server.commands("RETR").count == 6)
        server.setScript(nil)
        try await expectComplete(fixture, maildrop, drop)
        #expect(try await fixture.unstored(maildrop).isEmpty)
    }

    @Test func aServerThatRefusesEveryMessageIsLeftAlone() async throws {
        let server = try await ScriptedPOP3Server(.numbered(40)) { command, _ in
            command.hasPrefix("RETR") ? .line("-ERR enough for today") : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let failure = try await fixture.poll(maildrop).report.failure
        #expect(failure?.kind == .refused)
        #expect(failure?.description.contains("enough for today") == true)
        server.setScript(nil)
        try await expectComplete(fixture, maildrop, .numbered(40))
    }

    @Test func aMessageThatAlwaysBreaksTheConnectionStopsNoOther() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "RETR 6" ? .bytesThenClose([]) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        for _ in 0..<3 { _ = try await fixture.poll(maildrop) }
        #expect(try await fixture.emails().count == 5)
        let parked = try await fixture.unstored(maildrop)
        #expect(parked.map(\.uniqueID.description) == ["uid-6"])
        // It waits longer each time, so that polls succeed in between.
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        server.setScript(nil)
        fixture.pass(.seconds(86_400))
        try await expectComplete(fixture, maildrop, drop)
    }

    @Test func aMessageThatResetsTheConnectionIsFoundThoughItTakesAnswersWithIt() async throws {
        var drop = ScriptedMaildrop.numbered(200)
        drop.gathersAnswers = true
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "RETR 50" ? .bytesThenClose([]) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        for _ in 0..<3 { _ = try await fixture.poll(maildrop) }
        #expect(try await fixture.emails().count == 199)
        #expect(try await fixture.unstored(maildrop).map(\.uniqueID.description) == ["uid-50"])
    }

    @Test func aMessageOfAServerThatEscapesNothingComesWhole() async throws {
        let text = "Subject: cut\r\n\r\nbefore\r\n.\r\nafter the dot\r\n..two\r\nend\r\n"
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "RETR 4" ? .bytes(Array("+OK\r\n\(text).\r\n".utf8)) : nil
        }
        let fixture = try await SyncFixture { $0.limits.messageSilence = .seconds(1) }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .protocolError)
        // Nothing was cut short.
        let whole = Set(drop.messages.map(\.bytes)).subtracting([drop.messages[3].bytes])
        #expect(Set(try await fixture.storedMessages()).isSubset(of: whole))
        #expect(try await fixture.unstored(maildrop).map(\.uniqueID.description) == ["uid-4"])
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        var messages = drop.messages.map(\.bytes)
        messages[3] = Array(text.utf8)
        #expect(Set(try await fixture.storedMessages()) == Set(messages))
        #expect(try await fixture.unstored(maildrop).isEmpty)
        await fixture.expectSound()
    }

    @Test func aMessageThatWasBlamedInVainComesAsItShould() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, session in
            session == 1 && command == "RETR 4"
                ? .bytes(Array("+OK\r\nSubject: x\r\n\r\n.\r\nnoise\r\n.\r\n".utf8)) : nil
        }
        let fixture = try await SyncFixture { $0.limits.messageSilence = .seconds(1) }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        // With every dot it is not what it was, so it is asked for once more in the usual way.
        try await expectComplete(fixture, maildrop, drop)
        #expect(server.commands("RETR").filter { $0 == "RETR 4" }.count == 3)
    }

    @Test(arguments: [
        ("UIDL", "+OK\r\n1 uid-1\r\n2 uid-2\r\n3 uid-3\r\n4 uid-4\r\n5 uid-5\r\n6 uid-6\r\n7 uid-7\r\n.\r\n"),
        ("UIDL", "+OK\r\n1 uid-1\r\n2 uid-2\r\n3 uid-3\r\n4 uid-4\r\n5\r\n6 uid-6\r\n.\r\n"),
        ("LIST", "+OK\r\n1 300\r\n2 300\r\n3 300\r\n.\r\n"),
        ("STAT", "+OK 7 2100\r\n"),
        ("STAT", "+OK 5 2100\r\n"),
    ])
    func listingsThatDisagree(command wrong: String, answer: String) async throws {
        let server = try await ScriptedPOP3Server(drop) { command, session in
            session == 1 && command == wrong ? .bytes(Array(answer.utf8)) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure?.kind == .listingMismatch)
        #expect(result.record.fetched >= 5)
        try await expectComplete(fixture, maildrop, drop)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
    }

    @Test func aServerThatAnnouncesUniqueIDsAndRefusesThemIsPolledAllTheSame() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "UIDL" ? .line("-ERR unknown command") : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        for fetched in [6, 0] { #expect(try await fixture.poll(maildrop).record.fetched == fetched) }
    }

    @Test(arguments: [
        ("-ERR [IN-USE] locked", SyncFailure.Kind.inUse), ("-ERR [SYS/TEMP] later", .serverTemporary),
        ("-ERR [SYS/PERM] never", .serverPermanent), ("-ERR [LOGIN-DELAY] slow down", .loginDelay),
        ("-ERR [AUTH] no", .authenticationFailed), ("-ERR no", .authenticationFailed),
    ])
    func refusalsToSignInAreToldApart(answer: String, kind: SyncFailure.Kind) async throws {
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command.hasPrefix("PASS") ? .line(answer) : nil
        }
        let fixture = try await SyncFixture()
        let result = try await fixture.poll(try await fixture.addMaildrop(port: server.port))
        #expect(result.report.failure?.kind == kind)
        #expect(!fixture.trace.joined().contains("alice-secret"))
    }

    @Test func nothingIsSaidInPlainTextUnlessTheMaildropSaysSo() async throws {
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port, security: .starttls)
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .tlsUnavailable)
        #expect(server.commands("USER").isEmpty)
        #expect(server.commands("AUTH").isEmpty)
    }

    @Test func anAnswerInjectedBeforeTLSEndsThePoll() async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedPOP3Server(drop, certificate: try certificates.valid()) { command, _ in
            command == "STLS" ? .bytes(Array("+OK begin\r\n+OK injected\r\n".utf8)) : nil
        }
        let fixture = try await SyncFixture(authority: certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: server.port, security: .starttls)
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .injection)
        #expect(server.commands("USER").isEmpty)
    }

    @Test func anExpiredCertificateIsRefusedAndAcceptedWhenPinned() async throws {
        let certificates = try TestCertificates()
        let pair = try certificates.expired()
        let server = try await ScriptedPOP3Server(drop, start: .secure, certificate: pair)
        let fixture = try await SyncFixture(authority: certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: server.port, security: .tls)
        let refused = try await fixture.poll(maildrop).report.failure
        #expect(refused?.kind == .certificateRejected)
        #expect(refused?.description.contains("expired") == true)

        let pin = bytes(ofHex: try certificates.sha256(of: pair))
        let pinned = try await SyncFixture()
        let other = try await pinned.addMaildrop(port: server.port, security: .tls) { $0.certificatePin = pin }
        #expect(try await pinned.poll(other).record.fetched == 6)
        let findings = await pinned.poller.test(other, in: pinned.account)
        #expect(findings.contains { $0.severity == .warning && $0.description.contains("expired") })
    }

    @Test func aMaildropThatIsRemovedDuringAPollKeepsNothingHalf() async throws {
        let fixture = try await SyncFixture()
        let removal = Mutex<(@Sendable () -> Void)?>(nil)
        let server = try await ScriptedPOP3Server(.numbered(200)) { command, _ in
            if command == "RETR 100" { removal.withLock { $0 }?() }
            return nil
        }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let account = try await fixture.store.account(fixture.account)
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        removal.withLock { $0 = { ask.finish() } }
        async let removed: Void = {
            for await _ in asked {}
            try await account.write { try $0.destroyMaildrop(maildrop) }
        }()
        _ = try await fixture.poll(maildrop)
        try await removed
        await fixture.expectSound()
    }
}
