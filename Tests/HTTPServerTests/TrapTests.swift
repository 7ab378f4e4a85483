import HTTPTypes
import JSON
import NIOCore
import Testing

@testable import HTTPServer

/// What clients stumble over on the way, by number of the list of traps. Those of the JMAP module are beside it.
@Suite struct TrapTests {
    private func session(
        _ client: TestClient, _ fields: HTTPFields, at path: String = "/jmap/session"
    ) async throws -> JSONObject? {
        let response = try await client.execute(uri: path, method: .get, headers: fields)
        #expect(response.status == .ok)
        return try JSONParser.parse(Array(response.body.readableBytesView)).object
    }

    @Test func trap1URLsAreAbsoluteAndOfThePublicBase() async throws {
        let server = try await TestServer.open { $0.publicURL = BaseURL("https://mail.example/box") }
        try await server.test(.socket) { client in
            let session = try await session(client, server.ada.phone.basic)
            for name in ["apiUrl", "uploadUrl", "downloadUrl", "eventSourceUrl"] {
                #expect(session?[name]?.string?.hasPrefix("https://mail.example/box/jmap/") == true, "\(name)")
            }
        }
    }

    @Test func trap2TheWellKnownAddressAnswersItself() async throws {
        let server = try await TestServer.open()
        try await server.test(.socket) { client in
            for path in ["/.well-known/jmap", "/.well-known/jmap/", "/jmap/session"] {
                #expect(try await session(client, server.ada.phone.basic, at: path)?["apiUrl"] != nil, "\(path)")
            }
            let api = try await client.execute(uri: "/jmap/api", method: .get, headers: server.ada.phone.basic)
            #expect(api.status == .ok)
        }
    }

    @Test func trap3UploadsAnswer200AndMaySayJSON() async throws {
        let server = try await TestServer.open()
        try await server.test(.socket) { client in
            var fields = server.ada.phone.basic
            fields[.contentType] = "application/json"
            let upload = try await client.execute(
                uri: "/jmap/upload/\(server.ada.account)/", method: .post, headers: fields,
                body: ByteBuffer(string: "no json"))
            #expect(upload.status == .ok)
            let session = try await client.execute(uri: "/jmap/session", method: .get, headers: fields)
            #expect(session.status == .ok)
        }
    }

    @Test func trap4DownloadsTakeEmptyNamesAndDisarmActiveTypes() async throws {
        let server = try await TestServer.open()
        try await server.test(.socket) { client in
            let upload = try await client.execute(
                uri: "/jmap/upload/\(server.ada.account)", method: .post, headers: server.ada.phone.basic,
                body: ByteBuffer(string: "<script>"))
            let blob = try JSONParser.parse(Array(upload.body.readableBytesView)).object?["blobId"]?.string ?? ""
            for name in ["", "a%2Fb%20c.html", "%F0%9F%A6%8A"] {
                let download = try await client.execute(
                    uri: "/jmap/download/\(server.ada.account)/\(blob)/\(name)?type=text/html", method: .get,
                    headers: server.ada.phone.basic)
                #expect(download.status == .ok, "\(name)")
                #expect(download.headers[.contentDisposition]?.hasPrefix("attachment") == true)
                #expect(download.headers[.xContentTypeOptions] == "nosniff")
                #expect(download.headers[.contentSecurityPolicy]?.contains("sandbox") == true)
                #expect(download.headers[.cacheControl]?.contains("immutable") == true)
            }
        }
    }

    @Test func trap5EventSourceVariablesAreQueryParameters() async throws {
        let server = try await TestServer.open()
        try await server.test(.socket) { client in
            let url = try await session(client, server.ada.phone.basic)?["eventSourceUrl"]?.string ?? ""
            #expect(url.hasSuffix("?types={types}&closeafter={closeafter}&ping={ping}"))
        }
    }

    @Test func trap8OnlyJSONIsReadAndProblemsAreProblems() async throws {
        let server = try await TestServer.open()
        try await server.test(.socket) { client in
            for (type, body) in [
                ("text/plain", "{}"), ("application/json", "{"), ("application/json", "{}"),
                ("application/json", #"{"using":["urn:x"],"methodCalls":[]}"#),
            ] {
                var fields = server.ada.phone.basic
                fields[.contentType] = type
                let response = try await client.execute(
                    uri: "/jmap/api", method: .post, headers: fields, body: ByteBuffer(string: body))
                #expect((400..<500).contains(response.status.code))
                #expect(response.headers[.contentType] == "application/problem+json")
            }
        }
    }

    @Test func trap38EventSourcesPingResumeAndCloseAsAsked() async throws {
        func query(_ text: String) throws -> EventSourceQuery {
            try EventSourceQuery(RequestTarget("/jmap/eventsource?" + text))
        }
        #expect(try query("types=*&closeafter=no&ping=0").ping == nil)
        #expect(try query("ping=1").ping.map { $0 <= .seconds(30) } == true)
        #expect(try query("ping=999999").ping.map { $0 >= .seconds(300) } == true)
        #expect(try query("closeafter=state").end == .afterState)
        let ping = String(decoding: ServerSentEvent.ping(.seconds(30)).octets, as: UTF8.self)
        #expect(ping.contains("{\"interval\":30}"))
        #expect(!ping.contains("id:"))
    }
}
