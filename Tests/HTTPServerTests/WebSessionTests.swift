import HTTPTypes
import Hummingbird
import JSON
import MailModel
import MailStore
import NIOCore
import Testing

@testable import HTTPServer

/// A browser that signs in with a password.
@Suite struct WebSessionTests {
    static let own: HTTPFields = [.secFetchSite: "same-origin", .contentType: "application/json"]

    static func body(_ name: String = "ada", _ password: String = TestServer.password) -> ByteBuffer {
        ByteBuffer(string: #"{"username":"\#(name)","password":"\#(password)"}"#)
    }

    /// Signs in and returns the cookie as a request carries it.
    static func signIn(_ client: TestClient, _ fields: HTTPFields = [:]) async throws -> String {
        var headers = own
        headers.append(contentsOf: fields)
        let answer = try await client.execute(uri: "/auth/session", method: .post, headers: headers, body: body())
        #expect(answer.status == .ok)
        return String(try #require(answer.headers[.setCookie]).prefix { $0 != ";" })
    }

    static func carrying(_ cookie: String, _ fields: HTTPFields = [:]) -> HTTPFields {
        var all: HTTPFields = [.cookie: "theme=dark; " + cookie]
        all.append(contentsOf: fields)
        return all
    }

    @Test(arguments: TestServer.Way.allCases)
    func aPasswordBringsACookieThatOpensTheAPI(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            let answer = try await client.execute(
                uri: "/auth/session", method: .post, headers: Self.own, body: Self.body())
            #expect(answer.status == .ok)
            let object = try JSONParser.parse(Array(answer.body.readableBytesView)).object
            #expect(object?["username"] == .string("ada"))
            let session = try #require(try await server.store.sessions(of: server.ada.user.id).first)
            #expect(object?["sessionId"] == .string(session.id.description))
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.hasPrefix("restante=") && !cookie.contains("Secure"))
            for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age=7776000"] {
                #expect(cookie.contains(attribute))
            }
            #expect(!cookie.contains("Domain"))
            let fields = Self.carrying(String(cookie.prefix { $0 != ";" }), Self.own)
            let opened = try await client.execute(uri: "/jmap/session", method: .get, headers: fields)
            #expect(opened.status == .ok)
            let call = try await client.execute(
                uri: "/jmap/api", method: .post, headers: fields,
                body: ByteBuffer(
                    string: #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{},"c"]]}"#))
            #expect(call.status == .ok)
            let upload = try await client.execute(
                uri: "/jmap/upload/\(server.ada.account)", method: .post, headers: fields,
                body: ByteBuffer(string: "octets"))
            #expect(upload.status == .ok)
            let blob = try #require(
                try JSONParser.parse(Array(upload.body.readableBytesView)).object?["blobId"]?.string)
            let download = try await client.execute(
                uri: "/jmap/download/\(server.ada.account)/\(blob)/x?type=text/plain", method: .get,
                headers: Self.carrying(String(cookie.prefix { $0 != ";" }), [.secFetchSite: "none"]))
            #expect(download.status == .ok && String(buffer: download.body) == "octets")
        }
    }

    @Test func overTLSTheCookieIsOfTheHostAlone() async throws {
        let server = try await TestServer.open { $0.publicURL = BaseURL("https://mail.example.org") }
        try await server.test(.router) { client in
            let answer = try await client.execute(
                uri: "/auth/session", method: .post,
                headers: [.origin: "https://mail.example.org", .contentType: "application/json"], body: Self.body())
            let cookie = try #require(answer.headers[.setCookie])
            #expect(cookie.hasPrefix("__Host-restante=") && cookie.hasSuffix("; Secure"))
            // The name that serves in the clear is not one here: other hosts of the domain could have set it.
            let value = cookie.dropFirst("__Host-".count).prefix { $0 != ";" }
            let refused = try await client.execute(
                uri: "/jmap/session", method: .get, headers: [.cookie: String(value)])
            #expect(refused.status == .unauthorized)
        }
    }

    @Test func signingOutEndsTheSessionAndTakesTheCookieAway() async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let cookie = try await Self.signIn(client)
            let fields = Self.carrying(cookie, Self.own)
            for _ in 0..<2 {
                let out = try await client.execute(uri: "/auth/session", method: .delete, headers: fields)
                #expect(out.status == .noContent)
                #expect(out.headers[.setCookie]?.hasPrefix("restante=; Max-Age=0;") == true)
            }
            #expect(try await server.store.sessions(of: server.ada.user.id).isEmpty)
            let after = try await client.execute(uri: "/jmap/session", method: .get, headers: fields)
            #expect(after.status == .unauthorized)
        }
    }

    @Test func signingInAgainEndsTheSessionThatTheBrowserHad() async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let first = try await Self.signIn(client)
            let second = try await Self.signIn(client, [.cookie: first])
            #expect(first != second)
            #expect(try await server.store.sessions(of: server.ada.user.id).count == 1)
        }
    }

    @Test func ourOwnPagesAreNotShownTheBrowsersFormForPasswords() async throws {
        let server = try await TestServer.open { $0.bounds.heldAnswers = 0 }
        try await server.test(.router) { client in
            let wrong = try await client.execute(
                uri: "/auth/session", method: .post, headers: Self.own, body: Self.body("ada", "wrong"))
            let late = try await client.execute(
                uri: "/jmap/session", method: .get, headers: Self.carrying("restante=gone", Self.own))
            for answer in [wrong, late] {
                #expect(answer.status == .unauthorized)
                #expect(answer.headers[values: .wwwAuthenticate] == ["Cookie realm=\"Restante\""])
                #expect(answer.headers[.setCookie] == nil)
            }
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func guessingIsRefusedAfterTheFailuresOfWhicheverWayIn(way: TestServer.Way) async throws {
        let server = try await TestServer.open { $0.bounds.heldAnswers = 0 }
        try await server.test(way) { client in
            for number in 1...5 {
                _ = try await client.execute(
                    uri: "/jmap/session", method: .get, headers: [.authorization: "Bearer wrong\(number)"])
                _ = try await client.execute(
                    uri: "/auth/session", method: .post, headers: Self.own, body: Self.body("ada", "wrong\(number)"))
            }
            let right = try await client.execute(
                uri: "/auth/session", method: .post, headers: Self.own, body: Self.body())
            #expect(right.status == .tooManyRequests && right.headers[.retryAfter] != nil)
        }
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"username":"ada"}"#, #"{"username":1,"password":2}"#, "{",
        #"{"username":"ada","password":"\#(String(repeating: "x", count: 9000))"}"#,
    ])
    func whatIsNoSignInIsSaidToBeNone(body: String) async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let answer = try await client.execute(
                uri: "/auth/session", method: .post, headers: Self.own, body: ByteBuffer(string: body))
            #expect(answer.status == .badRequest)
        }
    }

    @Test func onlyPostAndDeleteAreAnswered() async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            for method in [HTTPRequest.Method.get, .head, .put, .options] {
                let answer = try await client.execute(uri: "/auth/session", method: method, headers: Self.own)
                #expect(answer.status == .methodNotAllowed)
                #expect(answer.headers[.allow] == "POST, DELETE")
            }
        }
    }
}
