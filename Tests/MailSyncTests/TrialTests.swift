import MailModel
import MailStore
import TestSupport
import Testing
import Transport

@testable import MailSync

/// Settings that are tested before they are saved.
@Suite struct TrialTests {
    private func settings(_ port: Int, _ security: MaildropSecurity = .tls) -> MaildropSettings {
        MaildropSettings(
            name: "trial", host: "localhost", port: port, security: security, username: "alice",
            mailbox: MailboxID(rawValue: 1))
    }

    @Test func whatIsSeenIsToldBesideTheWords() async throws {
        let certificates = try TestCertificates()
        let pair = try certificates.valid()
        let server = try await ScriptedPOP3Server(.numbered(30), start: .secure, certificate: pair)
        let fixture = try await SyncFixture(authority: certificates.authority) { $0.sleeper = TestClock() }
        try await fixture.whileServiceRuns {
            let trial = MaildropTrial(settings(server.port), .given(Secret("alice-secret")))
            let report = try await fixture.store.tryPOP3(trial, in: fixture.account)
            #expect(report.hasSucceeded, "\(report.findings)")
            #expect(report.tlsVersion == "TLS 1.3" && report.tlsCipher?.hasPrefix("TLS_") == true)
            #expect(report.certificates.first?.sha256.count == 32)
            #expect(report.signInMethod != nil && report.capabilities.contains("UIDL"))
            #expect(report.messages == 30 && (report.octets ?? 0) > 0)
        }
        #expect(try await fixture.emails().isEmpty)
    }

    @Test func aWrongPasswordIsAFailureThatShowsTheCertificateAllTheSame() async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedPOP3Server(
            .numbered(1), start: .secure, certificate: try certificates.valid(),
            script: { command, _ in command.hasPrefix("PASS") ? .line("-ERR [AUTH] no") : nil })
        let fixture = try await SyncFixture(authority: certificates.authority)
        let trial = MaildropTrial(settings(server.port), .given(Secret("wrong")))
        let report = await fixture.poller.examine(trial, in: fixture.account)
        #expect(!report.hasSucceeded && report.findings.last?.step == "signIn")
        #expect(!report.certificates.isEmpty && report.signInMethod == nil && report.messages == nil)
    }

    @Test func withoutAPasswordTheServerIsLookedAtAndNotSignedInTo() async throws {
        let server = try await ScriptedPOP3Server(.numbered(1))
        let fixture = try await SyncFixture()
        let report = await fixture.poller.examine(
            MaildropTrial(settings(server.port, .plain), .nothing), in: fixture.account)
        #expect(!report.hasSucceeded)
        #expect(report.findings.map(\.step) == ["name", "connection", "signIn"])
    }

    /// Between the moment somebody asks and the test, a password for another server may have been saved.
    @Test func aSavedPasswordGoesOnlyWhereItIsSavedFor() async throws {
        let server = try await ScriptedPOP3Server(.numbered(1))
        let fixture = try await SyncFixture()
        let id = try await fixture.addMaildrop(port: try FreePort.any())
        let report = await fixture.poller.examine(
            MaildropTrial(settings(server.port, .plain), .kept(id)), in: fixture.account)
        #expect(report.findings.map(\.severity) == [.failure])
        #expect(server.record.sessions == 0)
    }
}
