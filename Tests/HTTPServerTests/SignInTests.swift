import HTTPTypes
import Hummingbird
import JSON
import MailModel
import MailStore
import Testing

@testable import HTTPServer

@Suite struct SignInTests {
    @Test(arguments: TestServer.Way.allCases)
    func aDeviceSignsInWithBasicAndWithBearer(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            for fields in [server.ada.phone.basic, server.ada.phone.bearer] {
                for path in ["/jmap/session", "/.well-known/jmap", "/.well-known/jmap/", "/jmap/api"] {
                    let response = try await client.execute(uri: path, method: .get, headers: fields)
                    #expect(response.status == .ok, "\(path)")
                    let session = try JSONParser.parse(Array(response.body.readableBytesView)).object
                    #expect(session?["username"] == .string("ada"))
                    #expect(session?["apiUrl"]?.string?.hasPrefix("http://localhost") == true)
                    #expect(response.headers[.cacheControl]?.contains("no-store") == true)
                }
            }
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func anybodyElseIsToldBothWays(way: TestServer.Way) async throws {
        let server = try await TestServer.open { $0.bounds.heldAnswers = 0 }
        try await server.test(way) { client in
            let wrong: [HTTPFields] = [
                [:], [.authorization: "Bearer nonsense"], [.authorization: "Digest x"],
                // Somebody else's name with a right secret.
                [.authorization: "Basic " + Array("bob:\(server.ada.phone.secret)".utf8).base64],
                // The user's password is for people, not for devices.
                [.authorization: "Basic " + Array("ada:\(TestServer.password)".utf8).base64],
            ]
            for fields in wrong {
                for path in ["/jmap/session", "/jmap/eventsource", "/jmap/download/a1/b/x"] {
                    let response = try await client.execute(uri: path, method: .get, headers: fields)
                    guard response.status != .tooManyRequests else { continue }
                    #expect(response.status == .unauthorized, "\(path)")
                    let ways = response.headers[values: .wwwAuthenticate]
                    #expect(ways.contains { $0.hasPrefix("Basic ") } && ways.contains { $0.hasPrefix("Bearer ") })
                    #expect(response.headers[.contentType] == "application/problem+json")
                }
            }
        }
    }

    @Test func failuresOfAnAddressAreRefusedPastTheLimitButARightSecretIsNot() async throws {
        let server = try await TestServer.open { $0.bounds.heldAnswers = 0 }
        try await server.test(.socket) { client in
            for number in 1...12 {
                let response = try await client.execute(
                    uri: "/jmap/session", method: .get, headers: [.authorization: "Bearer wrong\(number)"])
                #expect(response.status == (number <= 10 ? .unauthorized : .tooManyRequests), "\(number)")
                #expect((response.headers[.retryAfter] != nil) == (number > 10))
            }
            let response = try await client.execute(
                uri: "/jmap/session", method: .get, headers: server.ada.phone.bearer)
            #expect(response.status == .ok)
        }
    }

    @Test func aRevokedDeviceIsRefusedWithItsNextRequest() async throws {
        let server = try await TestServer.open()
        try await server.test(.socket) { client in
            let before = try await client.execute(uri: "/jmap/session", method: .get, headers: server.ada.phone.bearer)
            #expect(before.status == .ok)
            try await server.store.revokeDevice(server.ada.phone.device, of: server.ada.user.id)
            let after = try await client.execute(uri: "/jmap/session", method: .get, headers: server.ada.phone.bearer)
            #expect(after.status == .unauthorized)
            let other = try await client.execute(uri: "/jmap/session", method: .get, headers: server.ada.laptop.bearer)
            #expect(other.status == .ok)
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func thePublicURLIsWhereTheSessionPoints(way: TestServer.Way) async throws {
        let server = try await TestServer.open { $0.publicURL = BaseURL("https://mail.example.org/post") }
        try await server.test(way) { client in
            let response = try await client.execute(
                uri: "/.well-known/jmap", method: .get, headers: server.ada.phone.bearer)
            let session = try JSONParser.parse(Array(response.body.readableBytesView)).object
            #expect(session?["apiUrl"] == .string("https://mail.example.org/post/jmap/api"))
            #expect(
                session?["downloadUrl"]
                    == .string("https://mail.example.org/post/jmap/download/{accountId}/{blobId}/{name}?type={type}"))
        }
    }
}
