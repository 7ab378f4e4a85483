import HTTPTypes
import Hummingbird
import JSON
import MailModel
import MailStore
import NIOCore
import TestSupport
import Testing
import WebAuthn

@testable import HTTPServer

/// A browser that signs in with a passkey.
@Suite struct PasskeyTests {
    private static let here = "https://mail.example.org"

    private static func open(
        configure: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) async throws -> TestServer {
        try await TestServer.open {
            $0.publicURL = BaseURL(here)
            $0.bounds.heldAnswers = 0
            configure(&$0)
        }
    }

    private static func object(_ answer: TestClient.Answer) throws -> JSONObject {
        try #require(try JSONParser.parse(Array(answer.body.readableBytesView)).object)
    }

    /// Adds a passkey of Ada's as the settings do; what authenticators know her by.
    private static func add(
        _ authenticator: SoftwareAuthenticator, _ client: TestClient, _ server: TestServer
    ) async throws -> [UInt8] {
        let cookie = try await WebSessionTests.signIn(client)
        func call(_ method: String, _ arguments: String) async throws -> JSONObject {
            let answer = try await client.execute(
                uri: "/jmap/api", method: .post, headers: WebSessionTests.carrying(cookie, WebSessionTests.own),
                body: ByteBuffer(
                    string: """
                        {"using":["urn:ietf:params:jmap:core","https://restante.example/ns/jmap/admin"],\
                        "methodCalls":[["\(method)",{"accountId":"\(server.ada.account)",\(arguments)},"c"]]}
                        """))
            return try #require(try object(answer)["methodResponses"]?.array?.first?.array?[1].object)
        }
        let options = try #require(
            try await call("Passkey/challenge", #""currentPassword":"\#(TestServer.password)""#)["publicKey"]?.object)
        let made = try authenticator.register(try #require(options["challenge"]?.string))
        let answer = try await call(
            "Passkey/set",
            """
            "create":{"k":{"name":"laptop","response":{"clientDataJSON":"\(Base64URL.encode(made.clientDataJSON))",\
            "attestationObject":"\(Base64URL.encode(made.attestationObject))"}}}
            """)
        #expect(answer["created"]?.object?["k"] != nil)
        return Base64URL.decode(options["user"]?.object?["id"]?.string ?? "") ?? []
    }

    private static func challenge(
        _ client: TestClient, _ fields: HTTPFields = WebSessionTests.own
    ) async throws -> TestClient.Answer {
        try await client.execute(uri: "/auth/passkey/challenge", method: .post, headers: fields)
    }

    /// The body of a sign-in.
    private static func body(
        _ authenticator: SoftwareAuthenticator, _ handle: [UInt8], _ client: TestClient
    ) async throws -> ByteBuffer {
        let options = try #require(try object(try await challenge(client))["publicKey"]?.object)
        let answer = try authenticator.signIn(try #require(options["challenge"]?.string))
        return ByteBuffer(
            string: """
                {"id":"\(Base64URL.encode(authenticator.id))","type":"public-key","response":{\
                "clientDataJSON":"\(Base64URL.encode(answer.clientDataJSON))",\
                "authenticatorData":"\(Base64URL.encode(answer.authenticatorData))",\
                "signature":"\(Base64URL.encode(answer.signature))","userHandle":"\(Base64URL.encode(handle))"}}
                """)
    }

    private static func signIn(
        _ client: TestClient, _ body: ByteBuffer, _ fields: HTTPFields = WebSessionTests.own
    ) async throws -> TestClient.Answer {
        try await client.execute(uri: "/auth/passkey", method: .post, headers: fields, body: body)
    }

    @Test(arguments: TestServer.Way.allCases)
    func aPasskeyBringsACookieThatOpensTheAPI(way: TestServer.Way) async throws {
        let server = try await Self.open()
        try await server.test(way) { client in
            let authenticator = SoftwareAuthenticator()
            let handle = try await Self.add(authenticator, client, server)
            let body = try await Self.body(authenticator, handle, client)
            let answer = try await Self.signIn(client, body)
            #expect(answer.status == .ok)
            #expect(try Self.object(answer)["username"] == .string("ada"))
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.hasPrefix("__Host-restante=") && cookie.contains("; HttpOnly; SameSite=Strict; Secure"))
            let fields = WebSessionTests.carrying(String(cookie.prefix { $0 != ";" }), WebSessionTests.own)
            let opened = try await client.execute(uri: "/jmap/session", method: .get, headers: fields)
            #expect(opened.status == .ok)
            // The same answer once more, as somebody might who has heard it.
            let again = try await Self.signIn(client, body)
            #expect(again.status == .unauthorized && again.headers[.setCookie] == nil)
            #expect(again.headers[values: .wwwAuthenticate] == ["Cookie realm=\"Restante\""])
            // Signing in again in the same browser ends the session that it had.
            let second = try await Self.signIn(client, try await Self.body(authenticator, handle, client), fields)
            #expect(second.status == .ok)
            let after = try await client.execute(uri: "/jmap/session", method: .get, headers: fields)
            #expect(after.status == .unauthorized)
        }
    }

    @Test func whateverIsWrongTheAnswerIsTheSame() async throws {
        let server = try await Self.open()
        try await server.test(.router) { client in
            let right = SoftwareAuthenticator()
            let handle = try await Self.add(right, client, server)
            var (elsewhere, framed, other, absent) = (right, right, right, right)
            elsewhere.origin = "https://evil.example"
            framed.more = #","crossOrigin":true"#
            other.relyingParty = "evil.example"
            absent.flags = SoftwareAuthenticator.userPresent
            let forged = SoftwareAuthenticator(.newP256, id: right.id)
            var answers: Set<String> = []
            for (authenticator, handle) in [
                (elsewhere, handle), (framed, handle), (other, handle), (absent, handle), (forged, handle),
                (SoftwareAuthenticator(), handle), (right, [1, 2, 3]),
            ] {
                let answer = try await Self.signIn(client, try await Self.body(authenticator, handle, client))
                #expect(answer.status == .unauthorized && answer.headers[.setCookie] == nil)
                #expect(answer.headers[.contentType] == "application/problem+json")
                answers.insert(String(buffer: answer.body))
            }
            #expect(answers.count == 1)
            #expect(try await Self.signIn(client, try await Self.body(right, handle, client)).status == .ok)
        }
    }

    @Test func anothersPageSignsNobodyIn() async throws {
        let server = try await Self.open()
        try await server.test(.router) { client in
            let authenticator = SoftwareAuthenticator()
            let handle = try await Self.add(authenticator, client, server)
            let sites: [HTTPFields] = [
                [.secFetchSite: "cross-site"], [.secFetchSite: "same-site"], [.secFetchSite: "none"],
                [.origin: "https://evil.example"], [:],
            ]
            for var fields in sites {
                fields[.contentType] = "application/json"
                let body = try await Self.body(authenticator, handle, client)
                #expect(try await Self.signIn(client, body, fields).status == .forbidden, "\(fields)")
                #expect(try await Self.challenge(client, fields).status == .forbidden, "\(fields)")
            }
            let form = try await Self.signIn(
                client, try await Self.body(authenticator, handle, client),
                [.secFetchSite: "same-origin", .contentType: "text/plain"])
            #expect(form.status == .badRequest)
        }
    }

    @Test(arguments: [
        "", "[]", "{}", "{", #"{"id":"AA"}"#, #"{"id":"AA","response":{}}"#, #"{"id":7,"response":7}"#,
        #"{"id":"AA","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA"}}"#,
        #"{"id":"%","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}"#,
        #"{"id":"\#(String(repeating: "A", count: 33_000))"}"#,
    ])
    func whatIsNoSignInIsSaidToBeNone(body: String) async throws {
        let server = try await Self.open()
        try await server.test(.router) { client in
            let answer = try await Self.signIn(client, ByteBuffer(string: body))
            #expect(answer.status == .badRequest)
        }
    }

    @Test func tooManyAreNotLookedAtWithWhicheverWayTheyFailed() async throws {
        let server = try await Self.open()
        try await server.test(.router) { client in
            let authenticator = SoftwareAuthenticator()
            let handle = try await Self.add(authenticator, client, server)
            for number in 1...5 {
                _ = try await client.execute(
                    uri: "/auth/session", method: .post, headers: WebSessionTests.own,
                    body: WebSessionTests.body("ada", "wrong\(number)"))
                _ = try await Self.signIn(client, try await Self.body(SoftwareAuthenticator(), handle, client))
            }
            let right = try await Self.signIn(client, try await Self.body(authenticator, handle, client))
            #expect(right.status == .tooManyRequests && right.headers[.retryAfter] != nil)
        }
    }

    /// Where passkeys are: the page offers them where its own origin is named.
    @Test(arguments: [
        ("https://mail.example.org", "https://mail.example.org"),
        ("https://Mail.Example.org:443/mail", "https://mail.example.org"),
        ("https://mail.example.org:8443", "https://mail.example.org:8443"), ("http://mail.example.org", nil),
        ("https://192.0.2.1", nil), ("http://localhost:8080", "http://localhost:8080"),
    ])
    func thePageIsToldWhereThereArePasskeys(publicURL: String, origin: String?) async throws {
        let server = try await Self.open { $0.publicURL = BaseURL(publicURL) }
        try await server.test(.router) { client in
            let answer = try await client.execute(uri: "/auth/passkey", method: .get)
            #expect(answer.status == .ok)
            #expect(try Self.object(answer)["origin"] == (origin.map { .string($0) } ?? .null))
            let options = try await Self.challenge(client)
            #expect(options.status == (origin == nil ? .forbidden : .ok))
            if origin == nil {
                #expect(try await Self.signIn(client, ByteBuffer(string: "{}")).status == .forbidden)
            }
        }
    }

    /// Without `publicURL` it is the host that the page itself came from.
    @Test(arguments: [("localhost", 1), ("127.0.0.1", 0), ("mail.home", 0)])
    func withoutAPublicURLLocalhostHasThem(host: String, count: Int) async throws {
        let server = try await TestServer.open()
        try await server.run { addresses in
            let port = try #require(addresses.first).port
            let raw = try await RawClient.connect(to: port) { conversation in
                try await conversation.send(
                    "GET /auth/passkey HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n\r\n")
                return await conversation.readToEnd()
            }
            #expect(raw.contains(#"{"origin":"http://\#(host):\#(port)"}"#) == (count == 1), "\(raw)")
            #expect(raw.contains(#"{"origin":null}"#) == (count == 0), "\(raw)")
        }
    }

    @Test func thePageMayUsePasskeysAndNoFrameMay() {
        #expect(PageFields.permissionsPolicy.contains("publickey-credentials-get=(self)"))
        #expect(PageFields.permissionsPolicy.contains("publickey-credentials-create=(self)"))
        #expect(PageFields.permissionsPolicy.contains("camera=()"))
    }
}
