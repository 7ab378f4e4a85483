import Logging
import MailModel
import OutboundHTTP
import Synchronization
import TestSupport
import Testing

@testable import OAuth2

@Suite struct SignInTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private let client = OAuthClient(http: OutboundHTTP(), policy: .unrestricted)

    // RFC 7636 appendix B.
    @Test func theChallengeIsTheVerifiersHash() {
        let pkce = PKCE(verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        #expect(pkce.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(PKCE().verifier.count == 43)
        #expect(PKCE().verifier != PKCE().verifier)
    }

    private func signIn(
        _ server: AuthorizationServer, browse: @escaping @Sendable (String) async -> Void
    ) async throws -> TokenSet {
        let (urls, sink) = AsyncStream.makeStream(of: String.self)
        let browser = Task {
            for await url in urls { await browse(url) }
        }
        defer { browser.cancel() }
        return try await BrowserSignIn(try server.provider, client: client, logger: logger, patience: .seconds(60))
            .run { url, _ in sink.yield(url) }
    }

    @Test func aBrowserBringsACodeThatIsExchangedForTokens() async throws {
        let server = try await AuthorizationServer()
        let tokens = try await signIn(server) { url in
            #expect(url.hasPrefix("http://127.0.0.1:\(server.http.port)/authorize?tenant=x&response_type=code"))
            let page = try? await server.browse(url)
            #expect(page?.status == 200)
        }
        #expect(tokens.accessToken.shown == "access-2")
        #expect(tokens.refreshToken?.shown == "refresh-2")
        #expect(tokens.lifetime == .seconds(3600))
    }

    @Test func aCodeWithAnotherStateIsNotTaken() async throws {
        let server = try await AuthorizationServer()
        let tokens = try await signIn(server) { url in
            let forged = try? await server.browse(url, state: "forged")
            #expect(forged?.status == 404)
            #expect(server.tokenRequests.isEmpty)
            _ = try? await server.browse(url)
        }
        #expect(tokens.accessToken.shown == "access-2")
    }

    @Test func aRefusalInTheBrowserIsSaidSo() async throws {
        let server = try await AuthorizationServer()
        let error = await #expect(throws: OAuthError.self) {
            try await signIn(server) { _ = try? await server.browse($0, error: "access_denied") }
        }
        #expect(error?.code == .signInNeeded)
        #expect(server.tokenRequests.isEmpty)
    }

    @Test func nobodyInTheBrowserEndsInTime() async throws {
        let server = try await AuthorizationServer()
        let error = await #expect(throws: OAuthError.self) {
            try await BrowserSignIn(
                try server.provider, client: client, logger: logger, patience: .milliseconds(20)
            ).run { _, _ in }
        }
        #expect(error?.code == .expired)
    }

    @Test(arguments: [
        ("GET /?code=c&state=s HTTP/1.1\r\n\r\n", RedirectReceiver.Outcome.code("c")),
        ("GET /?state=s&code=a%2Fb HTTP/1.1\r\n\r\n", .code("a/b")),
        (
            "GET /?error=access_denied&error_description=no&state=s HTTP/1.1\r\n\r\n",
            .refused("access_denied", description: "no")
        ),
    ])
    func readsTheRedirect(_ head: String, _ outcome: RedirectReceiver.Outcome) {
        #expect(RedirectReceiver.read(head, "s") == outcome)
    }

    @Test(arguments: [
        "GET /favicon.ico HTTP/1.1\r\n\r\n", "GET /?code=c HTTP/1.1\r\n\r\n", "GET /?code=c&state=t HTTP/1.1\r\n\r\n",
        "GET /?state=s HTTP/1.1\r\n\r\n", "GET /?code=&state=s HTTP/1.1\r\n\r\n",
        "POST /?code=c&state=s HTTP/1.1\r\n\r\n",
        "", "\r\n\r\n", "GET", "GET /?code=c&state=s\r\n\r\n",
    ])
    func takesNothingElseForTheRedirect(_ head: String) { #expect(RedirectReceiver.read(head, "s") == nil) }
}

@Suite struct DeviceSignInTests {
    private let client = OAuthClient(http: OutboundHTTP(), policy: .unrestricted)

    /// Runs a sign-in whose pauses pass as soon as they begin; gives the pauses, too.
    private func run(_ server: AuthorizationServer) async throws -> (TokenSet, DeviceSignIn.Prompt?, [Duration]) {
        let clock = HastyClock()
        let shown = Mutex<DeviceSignIn.Prompt?>(nil)
        let tokens = try await DeviceSignIn(try server.provider, client: client, clock: clock).run { prompt in
            shown.withLock { $0 = prompt }
        }
        return (tokens, shown.withLock { $0 }, clock.pauses)
    }

    @Test func waitsAsLongAsItIsToldAndSlowsDownWhenItIsTold() async throws {
        let server = try await AuthorizationServer()
        server.change {
            $0.answers = ["authorization_pending", "slow_down", "authorization_pending"].map(AuthorizationServer.error)
        }
        let (tokens, prompt, pauses) = try await run(server)
        #expect(prompt == .init(userCode: "WDJB-MJHT", verificationURL: "https://example.org/device"))
        #expect(tokens.accessToken.shown == "access-2")
        #expect(pauses == [5, 5, 10, 10].map { .seconds($0) })
        #expect(server.tokenRequests.allSatisfy { $0.parameter("device_code") == "dev-1" })
    }

    @Test(arguments: [
        ("access_denied", OAuthError.Code.signInNeeded), ("expired_token", .expired),
        ("invalid_client", .refusedClient),
    ])
    func aRefusalEndsIt(_ answer: String, _ code: OAuthError.Code) async throws {
        let server = try await AuthorizationServer()
        server.change { $0.answers = [AuthorizationServer.error(answer)] }
        let error = await #expect(throws: OAuthError.self) { try await run(server) }
        #expect(error?.code == code)
        #expect(server.tokenRequests.count == 1)
    }

    @Test func aServerThatStumblesIsAskedAgainLessOften() async throws {
        let server = try await AuthorizationServer()
        server.change { $0.answers = [.init(503, "busy"), .init(502, "")] }
        let (_, _, pauses) = try await run(server)
        #expect(pauses == [5, 10, 20].map { .seconds($0) })
    }

    @Test func itEndsWhenTheCodeHasExpired() async throws {
        let server = try await AuthorizationServer()
        server.change { $0.answers = Array(repeating: AuthorizationServer.error("authorization_pending"), count: 1000) }
        let error = await #expect(throws: OAuthError.self) { try await run(server) }
        #expect(error?.code == .expired)
        #expect(server.tokenRequests.count == 180)
    }

    /// Sleeps not at all, and remembers for how long it should have.
    private final class HastyClock: Clock, Sendable {
        typealias Instant = ContinuousClock.Instant
        private let slept = Mutex<[Duration]>([])
        private let start = ContinuousClock.now

        var pauses: [Duration] { slept.withLock { $0 } }
        var now: Instant { start }
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            slept.withLock { $0.append(start.duration(to: deadline)) }
        }
    }
}
