import MailModel
import MailStore
import TestSupport
import Testing

@testable import Submission

/// A submission server is tested without anything being sent.
@Suite struct SendingTestTests {
    private func settings(
        _ port: Int, _ security: MaildropSecurity, _ credential: SubmissionSettings.Credential = .same,
        host: String = "localhost"
    ) -> MaildropSettings {
        var settings = MaildropSettings(
            name: "trial", host: "pop.example.org", username: "ada@example.org", mailbox: MailboxID(rawValue: 1))
        settings.submission = SubmissionSettings(
            host: host, port: port, security: security, credential: credential,
            username: credential == .own ? "ada@example.org" : nil)
        return settings
    }

    private func tried(_ trial: MaildropTrial, _ fixture: SendingFixture) async throws -> MaildropTestReport {
        let store = try fixture.store
        return try await store.trySending(trial, in: try await fixture.theAccount().id)
    }

    @Test(arguments: SubmissionServer.Mode.allCases) func aGoodServerIsReportedWhole(_ mode: SubmissionServer.Mode)
        async throws
    {
        let server = try await SubmissionServer.start(mode)
        let fixture = try await SendingFixture()
        let settings = settings(server.port, mode == .implicit ? .tls : .starttls)
        let report: MaildropTestReport = try await fixture.serving(authority: server.certificates.authority) {
            try await tried(MaildropTrial(settings, .given(Secret("sesame"))), fixture)
        }
        #expect(report.hasSucceeded, "\(report.findings)")
        #expect(report.certificates.first?.sha256.count == 32 && report.tlsVersion?.hasPrefix("TLS 1.") == true)
        #expect(report.signInMethod != nil && report.capabilities.contains { $0.hasPrefix("AUTH ") })
        #expect(report.messages == nil && server.count == 0)
    }

    @Test func aWrongPasswordAndNoneAreFailuresOfTheSignIn() async throws {
        let server = try await SubmissionServer.start(.implicit)
        let fixture = try await SendingFixture()
        let settings = settings(server.port, .tls, .own)
        let reports: [MaildropTestReport] = try await fixture.serving(authority: server.certificates.authority) {
            [
                try await tried(MaildropTrial(settings, .nothing, sending: .given(Secret("wrong"))), fixture),
                try await tried(MaildropTrial(settings, .nothing), fixture),
            ]
        }
        for report in reports {
            #expect(!report.hasSucceeded && report.findings.last?.step == "signIn", "\(report.findings)")
            #expect(!report.certificates.isEmpty)
        }
    }

    @Test func aPortWhereNobodyListensIsSaidSo() async throws {
        let fixture = try await SendingFixture()
        let settings = settings(try FreePort.any(), .tls, host: "127.0.0.1")
        let report: MaildropTestReport = try await fixture.serving {
            try await tried(MaildropTrial(settings, .given(Secret("sesame"))), fixture)
        }
        #expect(report.findings.map(\.step) == ["name", "connection"])
        #expect(report.findings.last?.severity == .failure)
    }

    @Test func aSavedPasswordGoesOnlyWhereItIsSavedFor() async throws {
        let server = try await SubmissionServer.start(.implicit)
        let fixture = try await SendingFixture()
        let id = try await fixture.addMaildrop(port: try FreePort.any(), security: .tls, host: "localhost")
        let settings = settings(server.port, .tls)
        let report: MaildropTestReport = try await fixture.serving(authority: server.certificates.authority) {
            try await tried(MaildropTrial(settings, .kept(id)), fixture)
        }
        #expect(report.findings.last?.description.contains("changed meanwhile") == true)
    }
}
