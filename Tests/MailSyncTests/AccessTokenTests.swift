import MailModel
import MailStore
import OAuth2
import OutboundHTTP
import POP3
import Synchronization
import TestSupport
import Testing

@testable import MailSync

/// Access tokens are renewed ahead of their end, once however many want one, and a revoked grant is said so.
@Suite struct AccessTokenTests {
    /// A token endpoint that counts, and waits where a test wants it to.
    private final class Endpoint: HTTPFetcher {
        struct State {
            var requests: [String] = []
            var isRevoked = false
            var isDown = false
            var lifetime = 3600
            var rotates = false
            var gate: AsyncStream<Void>?
            var arrived: AsyncStream<Void>.Continuation?
        }

        private let state = Mutex(State())

        var requests: [String] { state.withLock { $0.requests } }
        func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

        func send(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
            let gate = state.withLock { state in
                state.requests.append(String(decoding: request.body, as: UTF8.self))
                state.arrived?.yield()
                return state.gate
            }
            if let gate { for await _ in gate { break } }
            let (answer, isDown) = state.withLock { ($0, $0.isDown) }
            if isDown { throw OutboundHTTPError(.unreachable, "login.example.org could not be reached.") }
            guard !answer.isRevoked else {
                return OutboundResponse(status: 400, body: Array(#"{"error":"invalid_grant"}"#.utf8))
            }
            let number = answer.requests.count
            let rotated = answer.rotates ? #","refresh_token":"refresh-\#(number + 1)""# : ""
            return OutboundResponse(
                status: 200,
                body: Array(
                    #"{"access_token":"access-\#(number)","token_type":"bearer","expires_in":\#(answer.lifetime)\#(rotated)}"#
                        .utf8))
        }
    }

    private static func grant(_ token: String = "refresh-1") -> MaildropGrant {
        MaildropGrant(
            provider: "google", tokenEndpoint: "https://login.example.org/token", clientID: "c",
            refreshToken: Secret(token))
    }

    private func fixture(_ endpoint: Endpoint, port: Int = 995) async throws -> (SyncFixture, Maildrop, Account) {
        let fixture = try await SyncFixture { $0.http = endpoint }
        let id = try await fixture.addMaildrop(port: port)
        let account = try await fixture.store.account(fixture.account)
        try await account.write { try $0.setGrant(Self.grant(), of: id) }
        return (fixture, try #require(try await account.read { try $0.maildrop(id) }), account)
    }

    private func token(_ fixture: SyncFixture, _ maildrop: Maildrop, _ account: Account) async throws -> String {
        let kept = try await account.read { try KeptSecret($0, maildrop.id) }
        let signIn = try await fixture.poller.signIn(maildrop, account, .unrestricted, kept)
        guard case .accessToken(let secret) = signIn.credential else { return "a password" }
        return secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func oneIsAskedForOnceAndKeptUntilFiveMinutesBeforeItsEnd() async throws {
        let endpoint = Endpoint()
        let (fixture, maildrop, account) = try await fixture(endpoint)
        #expect(maildrop.signInProvider == "google")
        #expect(!maildrop.hasPassword)
        #expect(try await token(fixture, maildrop, account) == "access-1")
        fixture.pass(.seconds(3299))
        #expect(try await token(fixture, maildrop, account) == "access-1")
        fixture.pass(.seconds(1))
        #expect(try await token(fixture, maildrop, account) == "access-2")
        #expect(endpoint.requests.count == 2)
    }

    @Test func oneThatLivesShortlyIsRenewedAtHalfItsLife() async throws {
        let endpoint = Endpoint()
        endpoint.change { $0.lifetime = 60 }
        let (fixture, maildrop, account) = try await fixture(endpoint)
        #expect(try await token(fixture, maildrop, account) == "access-1")
        fixture.pass(.seconds(29))
        #expect(try await token(fixture, maildrop, account) == "access-1")
        fixture.pass(.seconds(1))
        #expect(try await token(fixture, maildrop, account) == "access-2")
    }

    @Test func howeverManyWantItAtOnceItIsAskedForOnce() async throws {
        let endpoint = Endpoint()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let (arrivals, arrived) = AsyncStream.makeStream(of: Void.self)
        endpoint.change { state in
            state.gate = gate
            state.arrived = arrived
        }
        let (fixture, maildrop, account) = try await fixture(endpoint)
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await token(fixture, maildrop, account) } }
            for await _ in arrivals { break }
            open.yield()
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(tokens == ["access-1"])
        #expect(endpoint.requests.count == 1)
    }

    @Test func aNewRefreshTokenTakesTheOldOnesPlaceOnDisk() async throws {
        let endpoint = Endpoint()
        endpoint.change { $0.rotates = true }
        let (fixture, maildrop, account) = try await fixture(endpoint)
        _ = try await token(fixture, maildrop, account)
        fixture.pass(.seconds(3600))
        _ = try await token(fixture, maildrop, account)
        #expect(endpoint.requests.map { $0.contains("refresh_token=refresh-1&") } == [true, false])
        #expect(endpoint.requests.last?.contains("refresh_token=refresh-2&") == true)
        let kept = try await account.read { try $0.grant(of: maildrop.id)?.refreshToken }
        #expect(kept?.isEqualInConstantTime(to: Secret("refresh-3")) == true)
        await fixture.expectSound()
    }

    @Test func aRevokedGrantIsAStatusThatSaysWhatToRun() async throws {
        let endpoint = Endpoint()
        endpoint.change { $0.isRevoked = true }
        let (fixture, maildrop, _) = try await fixture(endpoint)
        let record = try await fixture.poll(maildrop.id).record
        #expect(record.error?.type == "authenticationFailed")
        #expect(record.error?.description.contains("restante maildrop set 'alice' --oauth google") == true)
        #expect(record.error?.description.contains("refresh-1") == false)
    }

    @Test func aProviderThatIsDownIsNoRefusal() async throws {
        let endpoint = Endpoint()
        endpoint.change { $0.isDown = true }
        let (fixture, maildrop, account) = try await fixture(endpoint)
        let record = try await fixture.poll(maildrop.id).record
        #expect(record.error?.type != nil)
        #expect(record.error?.type != "authenticationFailed")
        endpoint.change { $0.isDown = false }
        #expect(try await token(fixture, maildrop, account) == "access-2")
    }

    @Test func aNewSignInMakesOldTokensWorthless() async throws {
        let endpoint = Endpoint()
        let (fixture, maildrop, account) = try await fixture(endpoint)
        _ = try await token(fixture, maildrop, account)
        try await account.write { try $0.setGrant(Self.grant("refresh-9"), of: maildrop.id) }
        #expect(try await token(fixture, maildrop, account) == "access-2")
        #expect(endpoint.requests.last?.contains("refresh_token=refresh-9&") == true)
    }

    @Test func aPasswordTakesTheGrantsPlaceAndTheOtherWayRound() async throws {
        let (fixture, maildrop, account) = try await fixture(Endpoint())
        let id = maildrop.id
        try await account.write { writer in
            try writer.updateMaildrop(id, maildrop.settings, password: .set(Secret("secret")))
        }
        #expect(try await token(fixture, maildrop, account) == "a password")
        #expect(try await account.read { try $0.maildrop(id)?.signInProvider } == nil)
        try await account.write { try $0.setGrant(Self.grant(), of: id) }
        #expect(try await account.read { try $0.maildrop(id)?.hasPassword } == false)
        try await account.write { try $0.destroyMaildrop(id) }
        #expect(try await account.read { try $0.grant(of: id) } == nil)
        await fixture.expectSound()
    }
}
