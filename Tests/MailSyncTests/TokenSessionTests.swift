import MailModel
import NIOCore
import POP3
import Synchronization
import TestSupport
import Testing
import Transport

@testable import MailSync

/// Access tokens on a real server.
@Suite struct TokenSessionTests {
    private func signIn(
        _ server: DovecotServer, token: String
    ) async throws -> (method: SignInMethod?, trace: [String], failure: SyncFailure?) {
        let lines = Mutex<[String]>([])
        let connector = Connector(trust: .file(server.certificates.authority))
        let target = ConnectionTarget(host: "localhost", port: server.securePort, start: .secure)
        let trace = WireTrace { line in lines.withLock { $0.append(line) } }
        let result = try await connector.withConnection(to: target, trace: trace) { connection in
            var configuration = ClientConfiguration(
                security: .implicitTLS, userName: "alice", credential: .accessToken(Secret(token)))
            configuration.host = "localhost"
            configuration.port = server.securePort
            let session = POP3Session(connection, configuration)
            do throws(SyncFailure) {
                try await session.signIn()
                try await session.quit()
                return (session.signInMethod, nil as SyncFailure?)
            } catch {
                return (nil, error)
            }
        }
        return (result.0, lines.withLock { $0 }, result.1)
    }

    @Test(arguments: [SASLMechanism.oauthBearer, .xoauth2])
    func aTokenThatDoesNotFitTheLineFollowsTheChallenge(mechanism: SASLMechanism) async throws {
        let server = try DovecotServer(
            extraConfiguration: DovecotServer.tokens.replacing(
                "auth_mechanisms = oauthbearer xoauth2", with: "auth_mechanisms = \(mechanism.rawValue.lowercased())"))
        let token = try server.token()
        let result = try await signIn(server, token: token)
        #expect(result.failure == nil)
        #expect(result.method == .sasl(mechanism))
        #expect(result.trace.contains("C: AUTH \(mechanism.rawValue)"))
        #expect(!result.trace.joined().contains(token.prefix(20)))
    }

    @Test(arguments: [SASLMechanism.oauthBearer, .xoauth2])
    func aTokenThatHasEndedIsRefused(mechanism: SASLMechanism) async throws {
        let server = try DovecotServer(
            extraConfiguration: DovecotServer.tokens.replacing(
                "auth_mechanisms = oauthbearer xoauth2", with: "auth_mechanisms = \(mechanism.rawValue.lowercased())"))
        let result = try await signIn(server, token: try server.token(seconds: -60))
        #expect(result.failure?.kind == .authenticationFailed)
        #expect(result.method == nil)
    }
}
