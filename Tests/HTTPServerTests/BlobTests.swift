import HTTPTypes
import Hummingbird
import JSON
import MailModel
import NIOCore
import Testing

@testable import HTTPServer

@Suite struct BlobTests {
    private func upload(
        _ client: TestClient, _ octets: [UInt8], to account: String, as credential: TestServer.Credential,
        type: String = "text/plain"
    ) async throws -> (response: TestClient.Answer, object: JSONObject?) {
        var fields = credential.bearer
        fields[.contentType] = type
        let response = try await client.execute(
            uri: "/jmap/upload/\(account)", method: .post, headers: fields, body: ByteBuffer(bytes: octets))
        return (response, try JSONParser.parse(Array(response.body.readableBytesView)).object)
    }

    @Test(arguments: TestServer.Way.allCases, [0, 1, 200_000])
    func whatIsUploadedIsDownloaded(way: TestServer.Way, size: Int) async throws {
        let octets = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let server = try await TestServer.open()
        try await server.test(way) { client in
            let account = server.ada.account
            let (response, object) = try await upload(client, octets, to: account, as: server.ada.phone)
            #expect(response.status == .ok)
            #expect(object?["accountId"] == .string(account))
            #expect(object?["size"] == .integer(Int64(size)))
            #expect(object?["type"] == .string("text/plain"))
            let blob = try #require(object?["blobId"]?.string)
            let download = try await client.execute(
                uri: "/jmap/download/\(account)/\(blob)/a%20b.html?type=text/html", method: .get,
                headers: server.ada.laptop.bearer)
            #expect(download.status == .ok)
            #expect(Array(download.body.readableBytesView) == octets)
            #expect(download.headers[.contentType] == "text/html")
            #expect(download.headers[.contentLength] == String(size))
            #expect(download.headers[.contentDisposition] == "attachment; filename=\"a b.html\"")
            #expect(download.headers[.xContentTypeOptions] == "nosniff")
            #expect(download.headers[.cacheControl] == "private, immutable, max-age=31536000")
            #expect(download.headers[.contentSecurityPolicy]?.contains("sandbox") == true)
            #expect(download.headers[.crossOriginResourcePolicy] == "same-origin")
        }
    }

    /// A page that something was smuggled into must not find its script here.
    @Test(arguments: [
        "text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript", "application/javascript",
        "Text/JavaScript;charset=utf-8", "application/x-ecmascript", "text/jscript", "text/livescript", "image/png",
    ])
    func nothingOfAMessageIsShownAsOursOrRun(type: String) async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let (_, object) = try await upload(client, [1, 2], to: server.ada.account, as: server.ada.phone)
            let blob = try #require(object?["blobId"]?.string)
            let answer = try await client.execute(
                uri: "/jmap/download/\(server.ada.account)/\(blob)/x?type=\(PercentCoding.encoded(type.utf8))",
                method: .get, headers: server.ada.phone.bearer)
            #expect(answer.headers[.contentDisposition]?.hasPrefix("attachment") == true)
            #expect(answer.headers[.contentSecurityPolicy] == "sandbox; default-src 'none'")
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            let isScript = type.lowercased().contains("script")
            #expect(answer.headers[.contentType] == (isScript ? "application/octet-stream" : type))
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func anEmptyNameAndAStrangeTypeAreAccepted(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            let (_, object) = try await upload(client, [1, 2], to: server.ada.account, as: server.ada.phone)
            let blob = try #require(object?["blobId"]?.string)
            let path = "/jmap/download/\(server.ada.account)/\(blob)/"
            for query in ["", "?type=", "?type=text%2Fhtml%0D%0AX-Evil:%201", "?type=%7Btype%7D"] {
                let response = try await client.execute(
                    uri: path + query, method: .get, headers: server.ada.phone.bearer)
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "application/octet-stream", "\(query)")
                #expect(response.headers[.contentDisposition] == "attachment")
                #expect(HTTPField.Name("X-Evil").flatMap { response.headers[$0] } == nil)
            }
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func anUploadHasAtMostItsOctets(way: TestServer.Way) async throws {
        let server = try await TestServer.open { $0.limits.jmap.uploadOctets = 100_000 }
        try await server.test(way) { client in
            let octets = [UInt8](repeating: 7, count: 100_000)
            let (atLimit, _) = try await upload(client, octets, to: server.ada.account, as: server.ada.phone)
            #expect(atLimit.status == .ok)
            let (over, object) = try await upload(client, octets + [7], to: server.ada.account, as: server.ada.phone)
            #expect(over.status == .contentTooLarge)
            #expect(object?["limit"] == .string("maxSizeUpload"))
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func anothersBlobsAnswerAsAbsentOnes(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            let (_, object) = try await upload(client, [1, 2, 3], to: server.ada.account, as: server.ada.phone)
            let blob = try #require(object?["blobId"]?.string)
            let absent = "b" + String(repeating: "0", count: 64)
            let bob = server.bob
            let paths = [
                "/jmap/download/\(bob.account)/\(absent)/x", "/jmap/download/\(bob.account)/\(blob)/x",
                "/jmap/download/\(server.ada.account)/\(blob)/x", "/jmap/download/a999/\(blob)/x",
                "/jmap/download/\(bob.account)/../x", "/jmap/download/\(bob.account)/\(blob)-1/x",
            ]
            var answers: Set<String> = []
            for path in paths {
                let response = try await client.execute(uri: path, method: .get, headers: bob.phone.bearer)
                #expect(response.status == .notFound, "\(path)")
                answers.insert(String(buffer: response.body))
            }
            for account in [server.ada.account, "a999", "x"] {
                let (response, _) = try await upload(client, [1], to: account, as: bob.phone)
                #expect(response.status == .notFound, "\(account)")
                answers.insert(String(buffer: response.body))
            }
            #expect(answers.count == 1, "\(answers)")
        }
    }
}
