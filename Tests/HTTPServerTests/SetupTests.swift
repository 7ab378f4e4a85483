import HTTPTypes
import Hummingbird
import JSON
import MailModel
import MailStore
import NIOCore
import Testing

@testable import HTTPServer

/// The first user, made in a browser.
@Suite struct SetupTests {
    private static func body(_ token: Secret, _ name: String = "ada", _ password: String = "correct horse")
        -> ByteBuffer
    {
        let token = token.withBytes { String(decoding: $0, as: UTF8.self) }
        return ByteBuffer(string: #"{"token":"\#(token)","username":"\#(name)","password":"\#(password)"}"#)
    }

    private static func post(
        _ client: TestClient, _ body: ByteBuffer, _ fields: HTTPFields = WebSessionTests.own
    ) async throws -> TestClient.Answer {
        try await client.execute(uri: "/auth/setup", method: .post, headers: fields, body: body)
    }

    private static func object(_ response: TestClient.Answer) throws -> JSONObject? {
        try JSONParser.parse(Array(response.body.readableBytesView)).object
    }

    /// A server without users.
    private static func empty(
        configure: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) async throws -> TestServer {
        let server = try await TestServer.open {
            $0.bounds.heldAnswers = 0
            configure(&$0)
        }
        try await server.store.removeUser(server.bob.user)
        try await server.store.removeUser(server.ada.user)
        return server
    }

    /// Over a socket, where the peer is this machine.
    @Test func theFirstUserIsMadeAndSignedIn() async throws {
        let server = try await Self.empty()
        try await server.test(.socket) { client in
            let before = try await client.execute(uri: "/auth/setup", method: .get)
            #expect(before.status == .ok && String(buffer: before.body) == #"{"isNeeded":true}"#)
            let token = try #require(try await server.store.makeSetupToken())
            let answer = try await Self.post(client, Self.body(token))
            #expect(answer.status == .ok)
            #expect(try Self.object(answer)?["username"] == .string("ada"))
            let cookie = String(try #require(answer.headers[.setCookie]).prefix { $0 != ";" })
            let session = try await client.execute(
                uri: "/jmap/session", method: .get, headers: [.cookie: cookie, .secFetchSite: "same-origin"])
            #expect(session.status == .ok)
            let after = try await client.execute(uri: "/auth/setup", method: .get)
            #expect(String(buffer: after.body) == #"{"isNeeded":false}"#)
            let again = try await Self.post(client, Self.body(token, "eve"))
            #expect(again.status == .forbidden && again.headers[.setCookie] == nil)
            #expect(try await server.store.users().count == 1)
        }
    }

    @Test func aWrongTokenIsRefusedAndTooManyAreNotLookedAt() async throws {
        let server = try await Self.empty()
        try await server.test(.socket) { client in
            let token = try #require(try await server.store.makeSetupToken())
            for _ in 0..<Limits.SignIn().failuresPerMinute {
                let answer = try await Self.post(client, Self.body(Secret("wrong")))
                #expect(answer.status == .forbidden)
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            let late = try await Self.post(client, Self.body(token))
            #expect(late.status == .tooManyRequests && late.headers[.retryAfter] != nil)
            #expect(try await server.store.users().isEmpty)
        }
    }

    @Test func whatCanBeChosenOtherwiseIsSaidInASentence() async throws {
        let server = try await Self.empty()
        try await server.test(.socket) { client in
            let token = try #require(try await server.store.makeSetupToken())
            let short = try await Self.post(client, Self.body(token, "ada", "short"))
            #expect(short.status == .badRequest)
            #expect(try Self.object(short)?["detail"]?.string?.contains("8 to 1024") == true)
            let name = try await Self.post(client, Self.body(token, "a b"))
            #expect(name.status == .badRequest)
            for body in ["", "[]", "{}", #"{"token":1,"username":"a","password":"b"}"#] {
                #expect(try await Self.post(client, ByteBuffer(string: body)).status == .badRequest, "\(body)")
            }
            #expect(try await Self.post(client, Self.body(token)).status == .ok)
        }
    }

    @Test func anothersPageSetsNothingUp() async throws {
        let server = try await Self.empty()
        try await server.test(.socket) { client in
            let token = try #require(try await server.store.makeSetupToken())
            let sites: [HTTPFields] = [
                [.secFetchSite: "cross-site"], [.secFetchSite: "same-site"], [.secFetchSite: "none"],
                [.origin: "https://evil.example"], [:],
            ]
            for var fields in sites {
                fields[.contentType] = "application/json"
                let answer = try await Self.post(client, Self.body(token), fields)
                #expect(answer.status == .forbidden, "\(fields)")
            }
            let form = try await Self.post(
                client, Self.body(token), [.secFetchSite: "same-origin", .contentType: "text/plain"])
            #expect(form.status == .badRequest)
            #expect(try await server.store.users().isEmpty)
        }
    }

    /// Behind a proxy on this machine, trusted or not, the browser may be anywhere.
    @Test(arguments: [
        ("http", true, 403), ("http", false, 403), ("https", true, 200), ("https", false, 403),
    ])
    func thePasswordCrossesNoNetworkInTheClear(scheme: String, isTrusted: Bool, status: Int) async throws {
        let server = try await Self.empty {
            if isTrusted { $0.trustedProxies = TrustedProxies(["127.0.0.1"]) ?? TrustedProxies() }
        }
        try await server.test(.socket) { client in
            let token = try #require(try await server.store.makeSetupToken())
            var fields = WebSessionTests.own
            fields[.forwardedFor] = "192.0.2.7"
            fields[.forwardedProto] = scheme
            let answer = try await Self.post(client, Self.body(token), fields)
            #expect(answer.status.code == status)
        }
    }

    /// Without a socket nobody knows where the request is from.
    @Test(arguments: [("http://mail.example.org", 403), ("https://mail.example.org", 200)])
    func fromElsewhereTheSchemeDecides(publicURL: String, status: Int) async throws {
        let server = try await Self.empty { $0.publicURL = BaseURL(publicURL) }
        try await server.test(.router) { client in
            let token = try #require(try await server.store.makeSetupToken())
            #expect(try await Self.post(client, Self.body(token)).status.code == status)
        }
    }
}
