import Foundation
import MailModel
import OutboundHTTP
import Synchronization
import TestSupport
import Testing

@testable import OAuth2

/// An authorization server of the tests' own: it remembers what it gave out, and checks what it gets.
final class AuthorizationServer: Sendable {
    struct State {
        /// What the token endpoint answers next, before what it would by itself.
        var answers: [ScriptedHTTPServer.Response] = []
        var code: (challenge: String, redirect: String)?
        var refreshTokens: Set<String> = ["refresh-1"]
        var issued = 1
    }

    let http: ScriptedHTTPServer
    private let state: Box

    /// A reference that the server's handler can hold before there is a server.
    private final class Box: Sendable {
        let state = Mutex(State())
    }

    init() async throws {
        let box = Box()
        state = box
        http = try await ScriptedHTTPServer { request in Self.answer(request, box) }
    }

    func change(_ body: (inout State) -> Void) { state.state.withLock { body(&$0) } }

    var provider: OAuthProvider {
        get throws {
            let base = "http://127.0.0.1:\(http.port)"
            return OAuthProvider(
                name: "testmail", authorizationEndpoint: OutboundURL(base + "/authorize?tenant=x"),
                deviceEndpoint: OutboundURL(base + "/device"),
                tokenEndpoint: try #require(OutboundURL(base + "/token")), clientID: "client-7",
                clientSecret: Secret("not-so-secret"), scopes: ["mail", "offline_access"])
        }
    }

    /// Requests to the token endpoint.
    var tokenRequests: [ScriptedHTTPServer.Request] { http.requests.filter { $0.target == "/token" } }

    /// A person signs in with a browser at the URL that was shown: the browser is sent to the redirect with a code.
    func browse(_ url: String, error: String? = nil, state wrongState: String? = nil) async throws -> OutboundResponse {
        let query = try #require(url.split(separator: "?").last)
        let parameters = Dictionary(FormCoding.decode(query).map { ($0.name, $0.value) }) { $1 }
        let redirect = try #require(parameters["redirect_uri"])
        let challenge = try #require(parameters["code_challenge"])
        #expect(parameters["code_challenge_method"] == "S256")
        #expect(parameters["response_type"] == "code")
        #expect(parameters["client_id"] == "client-7")
        #expect(parameters["scope"] == "mail offline_access")
        state.state.withLock { $0.code = (challenge, redirect) }
        let answer =
            error.map { [(name: "error", value: $0)] } ?? [(name: "code", value: "code-1")]
        let back = answer + [(name: "state", value: wrongState ?? parameters["state"] ?? "")]
        let target = try #require(OutboundURL(redirect)?.adding(back))
        return try await OutboundHTTP().send(OutboundRequest(.get, target, policy: .unrestricted))
    }

    private static func answer(_ request: ScriptedHTTPServer.Request, _ box: Box) -> ScriptedHTTPServer.Response {
        box.state.withLock { state in
            if request.target == "/device" {
                guard request.parameter("client_id") == "client-7" else { return error("invalid_client") }
                return .init(
                    #"{"device_code":"dev-1","user_code":"WDJB-MJHT","verification_uri":"https://example.org/device","#
                        + #""expires_in":900,"interval":5}"#)
            }
            guard request.target == "/token", request.method == "POST" else { return .init(404, "no") }
            if !state.answers.isEmpty { return state.answers.removeFirst() }
            return tokens(request, &state)
        }
    }

    private static func tokens(
        _ request: ScriptedHTTPServer.Request, _ state: inout State
    ) -> ScriptedHTTPServer.Response {
        guard request.parameter("client_id") == "client-7", request.parameter("client_secret") == "not-so-secret" else {
            return error("invalid_client")
        }
        switch request.parameter("grant_type") {
        case "authorization_code":
            guard let code = state.code, request.parameter("code") == "code-1",
                request.parameter("redirect_uri")?.removingPercentEncoding == code.redirect,
                let verifier = request.parameter("code_verifier"), PKCE(verifier: verifier).challenge == code.challenge
            else { return error("invalid_grant") }
            state.code = nil
        case "refresh_token":
            guard let token = request.parameter("refresh_token"), state.refreshTokens.contains(token) else {
                return error("invalid_grant")
            }
        case let grant?:
            guard grant.removingPercentEncoding == "urn:ietf:params:oauth:grant-type:device_code",
                request.parameter("device_code") == "dev-1"
            else { return error("unsupported_grant_type") }
        case nil:
            return error("invalid_request")
        }
        state.issued += 1
        state.refreshTokens = ["refresh-\(state.issued)"]
        return .init(
            #"{"access_token":"access-\#(state.issued)","token_type":"Bearer","expires_in":"3600","#
                + #""refresh_token":"refresh-\#(state.issued)"}"#)
    }

    static func error(_ code: String) -> ScriptedHTTPServer.Response {
        .init(400, #"{"error":"\#(code)","error_description":"because\u0007 of \#(code)"}"#)
    }
}

extension Secret {
    /// For comparing in tests.
    var shown: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
