import MailModel
import MailStore
import OutboundHTTP
import Synchronization
import TestSupport
import Testing
import Transport

@testable import MailSync

/// Polls of a maildrop that signs in with access tokens.
@Suite struct TokenPollTests {
    /// Gives out one token after the other.
    private final class Issuer: HTTPFetcher {
        private let count = Mutex(0)
        var issued: Int { count.withLock { $0 } }

        func send(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
            let number = count.withLock { count in
                count += 1
                return count
            }
            let answer = #"{"access_token":"token-\#(number)","token_type":"Bearer","expires_in":3600}"#
            return OutboundResponse(status: 200, body: Array(answer.utf8))
        }
    }

    private struct Setting {
        let server: ScriptedPOP3Server
        let fixture: SyncFixture
        let maildrop: MaildropID
        let issuer: Issuer
    }

    private func with(tokens: Set<String>, _ body: (Setting) async throws -> Void) async throws {
        let certificates = try TestCertificates()
        var maildrop = ScriptedMaildrop.numbered(2)
        maildrop.capabilities = ["UIDL", "SASL XOAUTH2", "RESP-CODES"]
        maildrop.tokens = tokens
        let server = try await ScriptedPOP3Server(maildrop, start: .secure, certificate: try certificates.valid())
        let issuer = Issuer()
        let fixture = try await SyncFixture(authority: certificates.authority) { $0.http = issuer }
        let id = try await fixture.addMaildrop(port: server.port, security: .tls)
        try await fixture.store.account(fixture.account).write { writer in
            try writer.setGrant(
                MaildropGrant(
                    provider: "microsoft", tokenEndpoint: "https://login.example.org/token", clientID: "c",
                    refreshToken: Secret("refresh")), of: id)
        }
        try await body(Setting(server: server, fixture: fixture, maildrop: id, issuer: issuer))
    }

    @Test func aTokenSignsInAndServesThePollsOfAnHour() async throws {
        try await with(tokens: ["token-1"]) { setting async throws in
            #expect(try await setting.fixture.poll(setting.maildrop).record.fetched == 2)
            #expect(try await setting.fixture.poll(setting.maildrop).record.error == nil)
            #expect(setting.issuer.issued == 1)
            #expect(!setting.fixture.trace.contains { $0.contains("token-1") })
        }
    }

    @Test func aKeptTokenThatIsRefusedIsRenewedInTheSamePoll() async throws {
        try await with(tokens: ["token-1"]) { setting async throws in
            _ = try await setting.fixture.poll(setting.maildrop)
            setting.server.change { $0.tokens = ["token-2"] }
            #expect(try await setting.fixture.poll(setting.maildrop).record.error == nil)
            #expect(setting.issuer.issued == 2)
        }
    }

    @Test func aFreshTokenThatIsRefusedIsAFailedSignInThatSaysWhatToDo() async throws {
        try await with(tokens: []) { setting async throws in
            let error = try #require(try await setting.fixture.poll(setting.maildrop).record.error)
            #expect(error.type == "authenticationFailed")
            #expect(error.description.contains("restante maildrop set 'alice' --oauth microsoft"))
            #expect(error.description.contains("no such token"))
            #expect(setting.issuer.issued == 1)
        }
    }
}
