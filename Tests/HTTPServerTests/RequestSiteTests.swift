import HTTPTypes
import Hummingbird
import MailModel
import MailStore
import NIOCore
import Testing

@testable import HTTPServer

/// What pages that are not ours can do with the cookie of a browser that is signed in.
@Suite struct RequestSiteTests {
    private static let call = ByteBuffer(
        string: #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{},"c"]]}"#)

    /// Ways in which a browser says that another page, or none that can be named, sends a request.
    private static let others: [HTTPFields] = [
        [.secFetchSite: "cross-site"], [.secFetchSite: "same-site"], [.secFetchSite: "none"], [.origin: "null"],
        [.origin: "https://evil.example"], [.origin: "http://localhost.evil.example"], [.origin: "https://localhost"],
        [.secFetchSite: "cross-site", .origin: "http://localhost"], [:], [.secFetchSite: ""],
    ]

    @Test(arguments: others)
    func nothingIsChangedForAnotherPage(fields: HTTPFields) async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let cookie = try await WebSessionTests.signIn(client)
            var fields = WebSessionTests.carrying(cookie, fields)
            fields[.contentType] = "application/json"
            for path in ["/jmap/api", "/jmap/upload/\(server.ada.account)", "/jmap/eventsource"] {
                let answer = try await client.execute(uri: path, method: .post, headers: fields, body: Self.call)
                #expect(answer.status == .unauthorized, "\(path)")
            }
            for method in [HTTPRequest.Method.delete, .post] {
                let answer = try await client.execute(
                    uri: "/auth/session", method: method, headers: fields, body: WebSessionTests.body())
                #expect(answer.status == .forbidden)
                #expect(answer.headers[.setCookie] == nil)
            }
            #expect(try await server.store.sessions(of: server.ada.user.id).count == 1)
        }
    }

    @Test(
        arguments: [
            [.secFetchSite: "cross-site"], [.secFetchSite: "same-site"], [.origin: "null"],
            [.origin: "https://evil.example"],
        ] as [HTTPFields])
    func anotherPageDoesNotEvenRead(fields: HTTPFields) async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let cookie = try await WebSessionTests.signIn(client)
            for path in ["/jmap/session", "/jmap/eventsource", "/jmap/download/\(server.ada.account)/b/x"] {
                let answer = try await client.execute(
                    uri: path, method: .get, headers: WebSessionTests.carrying(cookie, fields))
                #expect(answer.status == .unauthorized, "\(path)")
            }
        }
    }

    @Test func anAllowedOriginStillSendsItsOwnCredentials() async throws {
        let page = "https://webmail.example.org"
        let server = try await TestServer.open { $0.allowedOrigins = AllowedOrigins([page]) ?? AllowedOrigins() }
        try await server.test(.router) { client in
            let cookie = try await WebSessionTests.signIn(client)
            var fields = WebSessionTests.carrying(cookie, [.origin: page, .secFetchSite: "cross-site"])
            #expect(
                try await client.execute(uri: "/jmap/session", method: .get, headers: fields).status == .unauthorized)
            fields[.authorization] = server.bob.phone.basicValue
            let answer = try await client.execute(uri: "/jmap/session", method: .get, headers: fields)
            #expect(answer.status == .ok && String(buffer: answer.body).contains("\"bob\""))
        }
    }

    @Test func anOlderBrowsersOwnPageIsKnownByItsOrigin() async throws {
        let server = try await TestServer.open { $0.publicURL = BaseURL("https://mail.example.org:443/post") }
        try await server.test(.router) { client in
            for (origin, status) in [
                ("https://mail.example.org", HTTPResponse.Status.ok), ("https://MAIL.example.org", .ok),
                ("https://mail.example.org:444", .forbidden), ("http://mail.example.org", .forbidden),
            ] {
                let answer = try await client.execute(
                    uri: "/auth/session", method: .post,
                    headers: [.origin: origin, .contentType: "application/json"], body: WebSessionTests.body())
                #expect(answer.status == status, "\(origin)")
            }
        }
    }
}
