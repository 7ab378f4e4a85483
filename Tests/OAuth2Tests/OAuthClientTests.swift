import JSON
import MailModel
import OutboundHTTP
import TestSupport
import Testing

@testable import OAuth2

@Suite struct OAuthClientTests {
    private func refresh(
        _ server: AuthorizationServer, token: String = "refresh-1", policy: AddressPolicy = .unrestricted
    ) async throws -> TokenSet {
        let provider = try server.provider
        return try await OAuthClient(http: OutboundHTTP(), policy: policy).refresh(
            Secret(token), at: provider.tokenEndpoint, clientID: provider.clientID,
            clientSecret: provider.clientSecret, scope: "", provider: provider.name)
    }

    @Test func aRefreshTokenBringsAnAccessTokenAndPerhapsTheNextRefreshToken() async throws {
        let server = try await AuthorizationServer()
        let tokens = try await refresh(server)
        #expect((tokens.accessToken.shown, tokens.refreshToken?.shown) == ("access-2", "refresh-2"))
        let request = try #require(server.tokenRequests.first)
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        #expect(request.parameter("scope") == nil)
    }

    @Test func aRevokedTokenSaysThatASignInIsNeededAndQuotesTheProviderCleanly() async throws {
        let server = try await AuthorizationServer()
        let error = await #expect(throws: OAuthError.self) { try await refresh(server, token: "stolen") }
        #expect(error?.code == .signInNeeded)
        #expect(error?.message.contains("because  of invalid_grant") == true)
        #expect(error?.message.contains("stolen") == false)
    }

    @Test(arguments: [
        (ScriptedHTTPServer.Response(500, "oops"), OAuthError.Code.temporary), (.init(429, "{}"), .temporary),
        (.init(400, #"{"error":"temporarily_unavailable"}"#), .temporary), (.init(200, "<html>"), .malformed),
        (.init(200, "{}"), .malformed), (.init(200, #"{"access_token":"a\u0001b","token_type":"Bearer"}"#), .malformed),
        (.init(200, #"{"access_token":"","token_type":"Bearer"}"#), .malformed),
        (.init(200, #"{"access_token":"x","token_type":"mac"}"#), .malformed), (.init(403, "{}"), .refusedClient),
        (.init(401, #"{"error":"invalid_client"}"#), .refusedClient),
        (.init(200, String(repeating: "[", count: 100)), .malformed),
    ])
    func answersThatAreNoTokens(_ answer: ScriptedHTTPServer.Response, _ code: OAuthError.Code) async throws {
        let server = try await AuthorizationServer()
        server.change { $0.answers = [answer] }
        let error = await #expect(throws: OAuthError.self) { try await refresh(server) }
        #expect(error?.code == code)
    }

    @Test func aTokenAtTheLimitIsTakenAndALongerOneIsNot() {
        #expect(TokenAnswer.token(String(repeating: "t", count: TokenAnswer.longestToken)) != nil)
        #expect(TokenAnswer.token(String(repeating: "t", count: TokenAnswer.longestToken + 1)) == nil)
    }

    @Test func lifetimesAreBounded() {
        #expect(TokenAnswer.lifetime(.string("120")) == .seconds(120))
        #expect(TokenAnswer.lifetime(.integer(-5)) == .zero)
        #expect(TokenAnswer.lifetime(.integer(1 << 52)) == .seconds(365 * 86_400))
        #expect(TokenAnswer.lifetime(nil) == .seconds(3600))
    }

    @Test func tokensAreAskedForOverHTTPSOnlyButOnThisMachine() async throws {
        let endpoint = try #require(OutboundURL("http://login.example.org/token"))
        let error = await #expect(throws: OAuthError.self) {
            try await OAuthClient(http: OutboundHTTP(), policy: .unrestricted).refresh(
                Secret("r"), at: endpoint, clientID: "c", clientSecret: nil, scope: "", provider: "p")
        }
        #expect(error?.code == .refusedClient)
    }

    @Test func aMembersProviderCantBeInside() async throws {
        let server = try await AuthorizationServer()
        let error = await #expect(throws: OAuthError.self) { try await refresh(server, policy: .restricted()) }
        #expect(error?.code == .addressNotAllowed)
        #expect(server.http.requests.isEmpty)
    }

    @Test func theKnownProvidersAreWhole() throws {
        let google = try #require(OAuthProvider.google(clientID: "c", clientSecret: nil))
        #expect(google.deviceEndpoint == nil && google.popHost == "pop.gmail.com")
        let microsoft = try #require(OAuthProvider.microsoft(clientID: "c"))
        #expect(microsoft.deviceEndpoint != nil && microsoft.scopes.contains("offline_access"))
    }
}
