import HTTPTypes
import Hummingbird
import JSON
import MailModel
import NIOCore
import Testing

@testable import HTTPServer

@Suite struct APITests {
    private static let echo = #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{"a":1},"c"]]}"#

    private func post(
        _ client: TestClient, _ body: String, as credential: TestServer.Credential,
        type: String? = "application/json; charset=utf-8"
    ) async throws -> (response: TestClient.Answer, object: JSONObject?) {
        var fields = credential.basic
        fields[.contentType] = type
        let response = try await client.execute(
            uri: "/jmap/api", method: .post, headers: fields, body: ByteBuffer(string: body))
        return (response, try JSONParser.parse(Array(response.body.readableBytesView)).object)
    }

    @Test(arguments: TestServer.Way.allCases)
    func aRequestIsAnswered(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            let (response, object) = try await post(client, Self.echo, as: server.ada.phone)
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            #expect(object?["methodResponses"]?.array?.count == 1)
            let session = try await client.execute(
                uri: "/jmap/session", method: .get, headers: server.ada.phone.bearer)
            let state = try JSONParser.parse(Array(session.body.readableBytesView)).object?["state"]
            #expect(object?["sessionState"] == state)
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func requestsThatCannotBeReadAreProblems(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            let cases: [(String, String?, String)] = [
                (Self.echo, "text/plain", "notJSON"), (Self.echo, nil, "notJSON"), ("{", "application/json", "notJSON"),
                (#"{"a":1,"a":2}"#, "application/json", "notJSON"), ("[]", "application/json", "notRequest"),
                (#"{"using":["x:y"],"methodCalls":[]}"#, "application/json", "unknownCapability"),
            ]
            for (body, type, kind) in cases {
                let (response, object) = try await post(client, body, as: server.ada.phone, type: type)
                #expect(response.status == .badRequest)
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(object?["type"] == .string("urn:ietf:params:jmap:error:" + kind), "\(body)")
                #expect(object?["status"] == .integer(400))
            }
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func aRequestHasAtMostItsOctets(way: TestServer.Way) async throws {
        let server = try await TestServer.open { $0.limits.jmap.requestOctets = 1000 }
        try await server.test(way) { client in
            let padding = String(repeating: " ", count: 1000 - Self.echo.utf8.count)
            let (atLimit, _) = try await post(client, Self.echo + padding, as: server.ada.phone)
            #expect(atLimit.status == .ok)
            let (over, object) = try await post(client, Self.echo + padding + " ", as: server.ada.phone)
            #expect(over.status == .badRequest)
            #expect(object?["limit"] == .string("maxSizeRequest"))
        }
    }

    @Test func aBodyOfUnknownLengthIsBoundedToo() async throws {
        let server = try await TestServer.open { $0.limits.jmap.requestOctets = 1000 }
        try await server.run { addresses in
            try await RawClient.connect(to: addresses[0].port) { connection in
                try await connection.send(
                    """
                    POST /jmap/api HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(server.ada.phone.secret)\r\n\
                    Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n
                    """)
                for _ in 0..<2 { try await connection.send("1f4\r\n" + String(repeating: " ", count: 500) + "\r\n") }
                try await connection.send("1\r\n \r\n")
                let answer = try await connection.read(until: "\"maxSizeRequest\"")
                #expect(answer.hasPrefix("HTTP/1.1 400 "))
            }
        }
    }

    @Test func aDeviceHasAtMostItsConcurrentRequests() async throws {
        let server = try await TestServer.open { $0.limits.jmap.concurrentRequests = 2 }
        try await server.run { addresses in
            let head = """
                POST /jmap/api HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(server.ada.phone.secret)\r\n\
                Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: \(Self.echo.utf8.count)\r\n\r\n
                """
            let port = addresses[0].port
            try await RawClient.connect(to: port) { one in
                try await one.send(head)
                _ = try await one.read(until: "100 Continue\r\n\r\n")
                try await RawClient.connect(to: port) { two in
                    try await two.send(head)
                    _ = try await two.read(until: "100 Continue\r\n\r\n")
                    // A request counts from when it is looked at, which may be after it was told to go on.
                    var isRefused = false
                    for _ in 0..<500 where !isRefused {
                        try await RawClient.connect(to: port) { three in
                            try await three.send(head.replacing("Expect: 100-continue\r\n", with: "") + Self.echo)
                            isRefused = try await three.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 400 ")
                            if isRefused { _ = try await three.read(until: "\"maxConcurrentRequests\"") }
                        }
                    }
                    #expect(isRefused)
                    try await two.send(Self.echo)
                    _ = try await two.read(until: "HTTP/1.1 200 ")
                }
            }
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func whatIsNotThereIsNotFoundAndMethodsAreNamed(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            for path in ["/nowhere", "/jmap", "/jmap/upload", "/%2e%2e/etc/passwd"] {
                let response = try await client.execute(uri: path, method: .get)
                #expect(response.status == .notFound, "\(path)")
            }
            let upload = try await client.execute(uri: "/jmap/upload/a1", method: .get)
            #expect(upload.status == .methodNotAllowed)
            #expect(upload.headers[.allow] == "POST")
            let session = try await client.execute(uri: "/jmap/session", method: .delete)
            #expect(session.headers[.allow] == "GET, HEAD")
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func operatorsAreAnsweredWithoutSignIn(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            for path in ["/livez", "/readyz", "/"] {
                let response = try await client.execute(uri: path, method: .get)
                #expect(response.status == .ok, "\(path)")
            }
            let head = try await client.execute(uri: "/", method: .head)
            #expect(head.status == .ok && head.body.readableBytes == 0)
        }
    }

    @Test func metricsAreForThisMachineAndForAdministrators() async throws {
        let server = try await TestServer.open()
        try await server.test(.socket) { client in
            let local = try await client.execute(uri: "/metrics", method: .get)
            #expect(String(buffer: local.body).contains("restante_event_sources 0\n"))
            let forwarded =
                HTTPField.Name("X-Forwarded-For").map { HTTPFields([HTTPField(name: $0, value: "192.0.2.1")]) } ?? [:]
            let outside = try await client.execute(uri: "/metrics", method: .get, headers: forwarded)
            #expect(outside.status == .unauthorized)
            var member = forwarded
            member[.authorization] = server.bob.phone.basicValue
            #expect(try await client.execute(uri: "/metrics", method: .get, headers: member).status == .notFound)
            var administrator = forwarded
            administrator[.authorization] = server.ada.phone.basicValue
            let answer = try await client.execute(uri: "/metrics", method: .get, headers: administrator)
            #expect(
                String(buffer: answer.body).contains(
                    "restante_http_requests_total{route=\"metrics\",status=\"401\"} 1\n"))
        }
    }
}
