import MailModel
import MailStore
import TestSupport
import Testing
import Transport

@testable import MailSync

@Suite struct DovecotPollTests {
    @Test(arguments: [MaildropSecurity.tls, .starttls])
    func everyMessageIsStoredOnceByteForByteAndNothingIsDeleted(security: MaildropSecurity) async throws {
        let server = try DovecotServer()
        let messages = (1...300).map { ScriptedMaildrop.message($0, size: ($0 * 7919) % 90_000) }
        try server.deliver(messages)
        let fixture = try await SyncFixture(authority: server.certificates.authority)
        let maildrop = try await fixture.addMaildrop(
            port: security == .tls ? server.securePort : server.port, security: security)

        let first = try await fixture.poll(maildrop)
        #expect(first.report.failure == nil)
        #expect(first.record.fetched == 300)
        let stored = try await fixture.storedMessages()
        #expect(stored.count == 300)
        let isByteForByte = Set(stored) == Set(messages)
        #expect(isByteForByte)
        #expect(try server.messageCount() == 300)

        let second = try await fixture.poll(maildrop)
        #expect(second.report.failure == nil)
        #expect(second.record.fetched == 0)
        let commands = fixture.trace.filter { $0.hasPrefix("C: ") }
        #expect(commands.filter { $0.hasPrefix("C: RETR") }.count == 300)
        #expect(!commands.contains { $0.hasPrefix("C: DELE") })
        #expect(!fixture.trace.joined().contains("alice-secret"))
        await fixture.expectSound()
    }

    @Test func anIdlePollStaysWithin300OctetsAfterSignIn() async throws {
        let server = try DovecotServer()
        try server.deliver((1...20).map { ScriptedMaildrop.message($0) })
        let fixture = try await SyncFixture(authority: server.certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: server.securePort, security: .tls)
        _ = try await fixture.poll(maildrop)
        let idle = try await fixture.poll(maildrop)
        // The whole session, greeting, CAPA and sign-in included.
        #expect(idle.session.octetsRead + idle.session.octetsWritten <= 450)
        #expect(fixture.trace.suffix(8).contains("C: QUIT"))
    }

    @Test func aWrongPasswordIsSaidSo() async throws {
        let server = try DovecotServer()
        let fixture = try await SyncFixture(authority: server.certificates.authority)
        let maildrop = try await fixture.addMaildrop(port: server.securePort, security: .tls, password: "wrong")
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure?.kind == .authenticationFailed)
    }

    @Test func aPinIsEnoughAndAnotherIsNot() async throws {
        let server = try DovecotServer()
        let fixture = try await SyncFixture()
        let pin = try server.certificates.sha256(of: server.certificate)
        let good = try await fixture.addMaildrop(port: server.securePort, security: .tls) { settings in
            settings.certificatePin = bytes(ofHex: pin)
        }
        let result = try await fixture.poll(good)
        #expect(result.report.failure == nil)
        #expect(result.session.certificate?.hexSHA256 == pin)
    }
}

func bytes(ofHex text: String) -> [UInt8] {
    stride(from: 0, to: text.utf8.count, by: 2).compactMap { UInt8(text.dropFirst($0).prefix(2), radix: 16) }
}
