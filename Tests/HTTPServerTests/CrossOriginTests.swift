import HTTPTypes
import NIOCore
import Testing

@testable import HTTPServer

/// Pages of other origins, in a browser.
@Suite struct CrossOriginTests {
    private static let page = "https://webmail.example.org"
    private static let preflight: HTTPFields = [
        .origin: page, .accessControlRequestMethod: "POST", .accessControlRequestHeaders: "authorization,content-type",
    ]

    private static func open() async throws -> TestServer {
        let origins = try #require(AllowedOrigins([page + "/", "http://localhost:3000"]))
        return try await TestServer.open { $0.allowedOrigins = origins }
    }

    @Test(arguments: TestServer.Way.allCases)
    func trap10ABrowserAsksBeforeItSendsAndIsAnsweredWithoutSignIn(way: TestServer.Way) async throws {
        let server = try await Self.open()
        try await server.test(way) { client in
            for path in [
                "/jmap/api", "/.well-known/jmap", "/jmap/upload/a1", "/jmap/download/a1/b/x", "/jmap/eventsource",
            ] {
                let answer = try await client.execute(uri: path, method: .options, headers: Self.preflight)
                #expect(answer.status == .noContent, "\(path)")
                #expect(answer.headers[.accessControlAllowOrigin] == Self.page)
                #expect(answer.headers[.vary] == "Origin")
                let allowed = answer.headers[.accessControlAllowHeaders]?.lowercased() ?? ""
                for name in ["authorization", "content-type", "accept", "last-event-id"] {
                    #expect(allowed.contains(name), "\(name)")
                }
                #expect(answer.headers[.accessControlAllowMethods] == "GET, POST, DELETE, OPTIONS")
                #expect(answer.headers[.accessControlMaxAge] != nil)
                #expect(answer.headers[.accessControlAllowCredentials] == nil)
            }
        }
    }

    @Test func anAllowedPageMayReadAnswersAndRefusals() async throws {
        let server = try await Self.open()
        try await server.test(.router) { client in
            for fields in [server.ada.phone.bearer, [:]] as [HTTPFields] {
                var fields = fields
                fields[.origin] = Self.page
                let answer = try await client.execute(uri: "/jmap/session", method: .get, headers: fields)
                #expect(answer.headers[.accessControlAllowOrigin] == Self.page)
                #expect(answer.headers[.vary] == "Origin")
                #expect(answer.headers[.accessControlAllowCredentials] == nil)
            }
        }
    }

    @Test(arguments: [
        "https://evil.example", "null", "https://webmail.example.org.evil.example", "http://webmail.example.org", "",
    ])
    func otherPagesMayNot(origin: String) async throws {
        let server = try await Self.open()
        try await server.test(.router) { client in
            var fields = Self.preflight
            fields[.origin] = origin
            let asked = try await client.execute(uri: "/jmap/api", method: .options, headers: fields)
            #expect(asked.status == .methodNotAllowed)
            #expect(asked.headers[.accessControlAllowOrigin] == nil)
            fields[.authorization] = server.ada.phone.bearer[.authorization]
            let answer = try await client.execute(uri: "/jmap/session", method: .get, headers: fields)
            #expect(answer.headers[.accessControlAllowOrigin] == nil)
            #expect(answer.headers[.vary] == "Origin")
        }
    }

    @Test func withoutAListNothingIsSaidOfOrigins() async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let asked = try await client.execute(uri: "/jmap/api", method: .options, headers: Self.preflight)
            #expect(asked.status == .methodNotAllowed)
            #expect(asked.headers[.vary] == nil)
        }
    }

    @Test func onlyTheAPIIsForOtherPages() async throws {
        let server = try await Self.open()
        try await server.test(.router) { client in
            for path in ["/metrics", "/", "/livez"] {
                let answer = try await client.execute(uri: path, method: .options, headers: Self.preflight)
                #expect(answer.status == .methodNotAllowed, "\(path)")
            }
        }
    }

    @Test func originsAreSchemeAndHost() {
        #expect(AllowedOrigins([]) != nil)
        for text in ["*", "webmail.example.org", "https://webmail.example.org/app", "ftp://x", "https://", "null"] {
            #expect(AllowedOrigins([text]) == nil, "\(text)")
        }
    }
}
