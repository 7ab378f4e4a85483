import MailModel
import MailStore
import POP3
import TestSupport
import Testing
import Transport

@testable import MailSync

/// Signing in, and what is remembered of it.
@Suite struct SignInTests {
    @Test(arguments: [
        ("plain", "PLAIN"), ("login", "LOGIN"), ("cram-md5", "CRAM-MD5"), ("scram-sha-1", "SCRAM-SHA-1"),
        ("scram-sha-256", "SCRAM-SHA-256"), ("plain login cram-md5 scram-sha-1 scram-sha-256", "SCRAM-SHA-256"),
    ])
    func dovecotIsSignedInToWithTheStrongestMechanism(announced: String, used: String) async throws {
        let server = try DovecotServer(extraConfiguration: "auth_mechanisms = \(announced)")
        try server.deliver([ScriptedMaildrop.message(1)])
        let fixture = try await SyncFixture(authority: server.certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: server.securePort, security: .tls)
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure == nil)
        #expect(result.session.signIn?.method.description == used)
        #expect(result.record.fetched == 1)
        #expect(!fixture.trace.joined().contains("alice-secret"))
        #expect(try await fixture.poll(maildrop).session.signIn?.method.description == used)
        let tested = await fixture.poller.test(maildrop, in: fixture.account)
        #expect(tested.contains { $0.description.contains(used) })
    }

    @Test func aMechanismThatDovecotAnnouncesAndCannotServeIsTriedOnce() async throws {
        let server = try DovecotServer(
            hashesPasswords: true, extraConfiguration: "auth_mechanisms = plain cram-md5 scram-sha-256")
        let fixture = try await SyncFixture(authority: server.certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: server.securePort, security: .tls)
        for _ in 0..<2 {
            let result = try await fixture.poll(maildrop)
            #expect(result.report.failure == nil)
            #expect(result.session.signIn?.method == .sasl(.plain))
        }
        let attempts = fixture.trace.filter { $0.hasPrefix("C: AUTH") }
        #expect(attempts.map { $0.split(separator: " ")[2] } == ["SCRAM-SHA-256", "PLAIN", "PLAIN"])
    }

    @Test func aServerThatSaysWhatItWasSentIsNotQuoted() async throws {
        for echoed in ["alice-secret", "YWxpY2Utc2VjcmV0"] {
            let server = try await ScriptedPOP3Server(.numbered(1)) { command, _ in
                command.hasPrefix("PASS") ? .line("-ERR what is \(echoed)?") : nil
            }
            let fixture = try await SyncFixture()
            let failure = try await fixture.poll(try await fixture.addMaildrop(port: server.port)).report.failure
            #expect(failure?.description.contains("<redacted>") == true)
            #expect(failure?.description.contains(echoed) == false)
            #expect(failure?.cause?.contains(echoed) == false)
        }
    }

    @Test(arguments: ["cram-md5", "scram-sha-1", "scram-sha-256"])
    func dovecotSaysWhenThePasswordIsWrong(mechanism: String) async throws {
        let server = try DovecotServer(extraConfiguration: "auth_mechanisms = \(mechanism)")
        let fixture = try await SyncFixture(authority: server.certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: server.securePort, security: .tls, password: "wrong")
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .authenticationFailed)
    }

    @Test func dovecotTakesAPOPWhenTheUserWantsIt() async throws {
        let server = try DovecotServer(extraConfiguration: "auth_mechanisms = plain apop")
        let fixture = try await SyncFixture(authority: server.certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: server.securePort, security: .tls) { $0.signIn = .apop }
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure == nil)
        #expect(result.session.signIn?.method == .apop)
    }

    @Test func aMechanismThatIsGoneIsNotReplacedByAWeakerOne() async throws {
        let strong = try DovecotServer(extraConfiguration: "auth_mechanisms = plain scram-sha-256")
        let fixture = try await SyncFixture(authority: strong.certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: strong.securePort, security: .tls)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        let account = try await fixture.store.account(fixture.account)
        #expect(try await account.read { try $0.serverMemory(of: maildrop).method } == "SCRAM-SHA-256")
        // What the server announced is taken away, as by somebody in between.
        try await account.write { writer in
            var memory = try writer.reader.serverMemory(of: maildrop)
            memory.method = "SCRAM-SHA-256-PLUS"
            memory.mechanisms.append("SCRAM-SHA-256-PLUS")
            try writer.setServerMemory(memory, of: maildrop)
        }
        let commands = fixture.trace.count
        let refused = try await fixture.poll(maildrop).report.failure
        #expect(refused?.kind == .signInDowngraded)
        #expect(refused?.description.contains("SCRAM-SHA-256-PLUS") == true)
        #expect(
            !fixture.trace.dropFirst(commands).contains {
                $0.contains("AUTH") || $0.contains("USER") && $0.hasPrefix("C:")
            })
        // Setting the password says that it was meant.
        try await account.write { writer in
            let settings = try #require(try writer.reader.maildrop(maildrop)).settings
            try writer.updateMaildrop(maildrop, settings, password: .set(Secret("alice-secret")))
        }
        #expect(try await fixture.poll(maildrop).report.failure == nil)
    }

    @Test func aServerThatFallsSilentAtCAPAIsPolledWithout() async throws {
        try await expectPolledWithoutCAPA(.stall(after: []))
    }

    @Test func aServerThatHangsUpAtCAPAIsPolledWithout() async throws {
        try await expectPolledWithoutCAPA(.bytesThenClose([]))
    }

    private func expectPolledWithoutCAPA(_ reply: ScriptedReply) async throws {
        let server = try await ScriptedPOP3Server(.numbered(3)) { command, _ in command == "CAPA" ? reply : nil }
        let fixture = try await SyncFixture { $0.limits.answer = .seconds(4) }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure == nil)
        #expect(result.record.fetched == 3)
        #expect(server.record.sessions == 2)
        // Once may be chance; after twice in a row the next poll knows, for a day.
        for sessions in [4, 5] {
            #expect(try await fixture.poll(maildrop).report.failure == nil)
            #expect(server.record.sessions == sessions)
        }
        #expect(server.commands("CAPA").count == 2)
        let findings = await fixture.poller.test(maildrop, in: fixture.account)
        #expect(!findings.contains { $0.severity == .failure })
        server.setScript(nil)
        fixture.pass(.seconds(86_400))
        #expect(try await fixture.poll(maildrop).session.capabilities?.pipelining == true)
        let asked = server.commands("CAPA").count
        #expect(try await fixture.poll(maildrop).session.capabilities?.pipelining == true)
        #expect(server.commands("CAPA").count == asked + 1)
    }

    @Test func aPasswordThatWorkedIsDoubtedBeforeItIsCalledWrong() async throws {
        let server = try await ScriptedPOP3Server(.numbered(2))
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        server.setScript { command, _ in
            command.hasPrefix("PASS") ? .line("-ERR Logon failure: unknown user name or bad password.") : nil
        }
        var kinds: [SyncFailure.Kind?] = []
        for pause in [0, 60, 240, 300] {
            fixture.pass(.seconds(pause))
            kinds.append(try await fixture.poll(maildrop).report.failure?.kind)
        }
        // The second came too soon after the first to count.
        #expect(kinds == [.throttled, .throttled, .throttled, .authenticationFailed])
        server.setScript(nil)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        server.setScript { command, _ in command.hasPrefix("PASS") ? .line("-ERR bad password") : nil }
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .throttled)
    }

    @Test func aPasswordThatNeverWorkedIsBelievedToBeWrongAtOnce() async throws {
        let server = try await ScriptedPOP3Server(.numbered(2)) { command, _ in
            command.hasPrefix("PASS") ? .line("-ERR bad password") : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .authenticationFailed)
    }

    @Test func theCodeForAWrongCredentialIsBelievedAtOnce() async throws {
        let server = try await ScriptedPOP3Server(.numbered(2))
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        server.setScript { command, _ in command.hasPrefix("PASS") ? .line("-ERR [AUTH] no") : nil }
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .authenticationFailed)
    }

    @Test func aCertificateThatChangedAndCannotBeVerifiedIsSaidSo() async throws {
        let certificates = try TestCertificates()
        let good = try await ScriptedPOP3Server(
            .numbered(1), start: .secure, certificate: try certificates.valid())
        let bad = try await ScriptedPOP3Server(
            .numbered(1), start: .secure, certificate: try certificates.selfSigned())
        let fixture = try await SyncFixture(authority: certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: good.port, security: .tls)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        let account = try await fixture.store.account(fixture.account)
        let memory = try await account.read { try $0.serverMemory(of: maildrop) }
        #expect(memory.certificate?.count == 32)
        // The same address shows another one: here, the port moves and the memory with it.
        try await account.write { writer in
            var settings = try #require(try writer.reader.maildrop(maildrop)).settings
            settings.port = bad.port
            try writer.updateMaildrop(maildrop, settings)
            try writer.setServerMemory(memory, of: maildrop)
        }
        let failure = try await fixture.poll(maildrop).report.failure
        #expect(failure?.kind == .certificateChanged)
        #expect(failure?.description.contains("somebody may be in between") == true)
        #expect(bad.record.commands.isEmpty)
    }

    @Test func startTLSThatIsGoneIsRefusedAndSaidSo() async throws {
        let certificates = try TestCertificates()
        let drop = ScriptedMaildrop.numbered(1)
        let server = try await ScriptedPOP3Server(drop, certificate: try certificates.valid())
        let fixture = try await SyncFixture(authority: certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: server.port, security: .starttls)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        server.setScript { command, _ in command == "CAPA" ? .bytes(Array("+OK\r\nUSER\r\n.\r\n".utf8)) : nil }
        let failure = try await fixture.poll(maildrop).report.failure
        #expect(failure?.kind == .tlsUnavailable)
        #expect(failure?.description.contains("TLS worked there before") == true)
        #expect(server.commands("USER").count == 1)
    }

    @Test func aServerThatHasCountedWhatWasFetchedIsLeftAlone() async throws {
        let server = try await ScriptedPOP3Server(.numbered(20)) { command, _ in
            command.hasPrefix("RETR") && (Int(command.dropFirst(5)) ?? 0) <= 10
                ? .line("-ERR Download exceed. msg=10") : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure?.kind == .throttled)
        #expect(result.record.fetched == 10)
        server.setScript(nil)
        fixture.pass(.seconds(86_400))
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        #expect(try await fixture.emails().count == 20)
    }
}
