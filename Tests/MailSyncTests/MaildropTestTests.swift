import MailModel
import MailStore
import TestSupport
import Testing
import Transport

@testable import MailSync

/// What `maildrop test` reports.
@Suite struct MaildropReportTests {
    private func findings(
        _ maildrop: ScriptedMaildrop = .numbered(30), security: MaildropSecurity = .tls, host: String = "localhost",
        certificate: (TestCertificates) throws -> TestCertificates.Pair = { try $0.valid() },
        script: ScriptedPOP3Server.Script? = nil
    ) async throws -> [MaildropFinding] {
        let certificates = try TestCertificates()
        let server = try await ScriptedPOP3Server(
            maildrop, start: security == .tls ? .secure : .plain,
            certificate: security == .plain ? nil : try certificate(certificates), script: script)
        let fixture = try await SyncFixture(authority: certificates.authority)
        let id = try await fixture.addMaildrop(port: server.port, security: security, host: host)
        return await fixture.poller.test(id, in: fixture.account)
    }

    private func says(_ findings: [MaildropFinding], _ step: String, _ words: String) -> Bool {
        findings.contains { $0.step == step && $0.description.contains(words) }
    }

    @Test(arguments: [MaildropSecurity.tls, .starttls])
    func aGoodServerIsReportedWhole(_ security: MaildropSecurity) async throws {
        let findings = try await findings(security: security)
        #expect(!findings.contains { $0.severity == .failure })
        #expect(says(findings, "name", "127.0.0.1") || says(findings, "name", "::1"))
        #expect(says(findings, "connection", "answers"))
        #expect(says(findings, "tls", "TLS 1.3 with TLS_"))
        #expect(says(findings, "tls", "more days"))
        #expect(says(findings, "tls", "SHA-256 is"))
        #expect(says(findings, "signIn", "alice is signed in"))
        #expect(says(findings, "capabilities", "Announced: "))
        #expect(says(findings, "capabilities", "USER and PASS"))
        #expect(says(findings, "listing", "STAT: 30 messages"))
        #expect(says(findings, "listing", "UIDL: "))
        #expect(says(findings, "listing", "LIST: "))
        #expect(says(findings, "stability", "newest 20 messages are the same"))
    }

    @Test func uniqueIDsThatChangeFromSessionToSessionAreNoticed() async throws {
        let findings = try await findings(script: { command, session in
            command.hasPrefix("UIDL ") ? .line("+OK \(command.dropFirst(5)) s\(session)-\(command.dropFirst(5))") : nil
        })
        let finding = try #require(findings.first { $0.step == "stability" })
        #expect(finding.severity == .warning)
        #expect(finding.description.contains("20 of 20"))
        #expect(finding.advice != nil)
    }

    @Test func whatTheServerCantIsSaidWithWhatToDo() async throws {
        var maildrop = ScriptedMaildrop.numbered(3)
        maildrop.capabilities = ["USER", "UIDL", "EXPIRE 30", "LOGIN-DELAY 900"]
        let findings = try await findings(
            maildrop, security: .plain,
            script: { command, _ in
                command.hasPrefix("TOP") || command.hasPrefix("LIST") ? .line("-ERR no") : nil
            })
        for (step, words) in [
            ("tls", "not protected"), ("capabilities", "PIPELINING"), ("capabilities", "30 days"),
            ("capabilities", "900 seconds"),
        ] {
            let finding = findings.first { $0.step == step && $0.description.contains(words) }
            #expect(finding?.severity == .warning && finding?.advice != nil, "\(words)")
        }
        #expect(says(findings, "listing", "TOP is refused"))
        #expect(says(findings, "listing", "LIST of one message is refused"))
    }

    @Test func aCertificateThatIsNotBelievedIsDescribedBeforeItIsRefused() async throws {
        let findings = try await findings(certificate: { try $0.expired() })
        #expect(findings.contains { $0.severity == .warning && $0.description.contains("expired") && $0.advice != nil })
        #expect(findings.last?.severity == .failure)
        #expect(findings.last?.step == "tls")
    }

    @Test func aServerWithoutUniqueIDsIsAFailure() async throws {
        let findings = try await findings(script: { command, _ in command.hasPrefix("UIDL") ? .line("-ERR no") : nil })
        #expect(findings.last?.severity == .failure)
        #expect(findings.last?.description.contains("UIDL") == true)
    }

    @Test func aNameThatIsNoneAndAPortWhereNobodyListensAreToldApart() async throws {
        let fixture = try await SyncFixture()
        let port = try FreePort.any()
        let unknown = try await fixture.addMaildrop(port: port, host: "no.such.host.invalid", name: "a")
        let deaf = try await fixture.addMaildrop(port: port, host: "127.0.0.1", name: "b")
        #expect(await fixture.poller.test(unknown, in: fixture.account).map(\.step) == ["name"])
        #expect(await fixture.poller.test(deaf, in: fixture.account).map(\.step) == ["name", "connection"])
    }
}
