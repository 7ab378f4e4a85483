import HTTPTypes
import Hummingbird
import HummingbirdCore
import JSON
import MailModel
import MailStore
import NIOCore
import Synchronization
import Testing

@testable import HTTPServer

/// Bodies that take their time, towards us and from us.
@Suite struct SlowBodyTests {
    private func head(_ server: TestServer, _ path: String, length: Int) -> String {
        """
        POST \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(server.ada.phone.secret)\r\n\
        Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: \(length)\r\n\r\n
        """
    }

    @Test(arguments: ["/jmap/api", "/jmap/upload/"])
    func whatARevokedDeviceGoesOnSendingIsNotDone(path: String) async throws {
        let server = try await TestServer.open()
        try await server.run { addresses in
            let place = path.hasSuffix("/") ? path + server.ada.account : path
            let body = #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{},"c"]]}"#
            let answer = try await RawClient.connect(to: addresses[0].port) { connection in
                try await connection.send(head(server, place, length: body.utf8.count))
                _ = try await connection.read(until: "100 Continue\r\n\r\n")
                try await connection.send(String(body.prefix(10)))
                try await server.store.revokeDevice(server.ada.phone.device, of: server.ada.user.id)
                try await connection.send(String(body.dropFirst(10)))
                return try await connection.read(until: "\r\n\r\n")
            }
            #expect(answer.hasPrefix("HTTP/1.1 401 "))
        }
    }

    @Test func aRevokedDevicesDownloadEnds() async throws {
        let server = try await TestServer.open()
        let size = 40_000_000
        try await server.run { addresses in
            let port = addresses[0].port
            let blob = try await RawClient.connect(to: port) { connection in
                try await connection.send(head(server, "/jmap/upload/" + server.ada.account, length: size))
                _ = try await connection.read(until: "100 Continue\r\n\r\n")
                try await connection.send(String(repeating: "a", count: size))
                return try await connection.read(until: "}").split(separator: "\"").first {
                    $0.hasPrefix("b") && $0.count > 60
                }
            }
            let name = try #require(blob)
            let path = "/jmap/download/\(server.ada.account)/\(name)/x"
            let received = try await RawClient.connect(to: port) { connection in
                try await connection.send(
                    "GET \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(server.ada.phone.secret)\r\n\r\n")
                // It waits for its reader: more than what sockets hold is still to be sent.
                _ = try await connection.read(until: "\r\n\r\n")
                try await server.store.revokeDevice(server.ada.phone.device, of: server.ada.user.id)
                return await connection.readToEnd().utf8.count
            }
            #expect(received < size)
        }
    }

    /// Takes what is written and remembers how much came at a time.
    private struct Collector: ResponseBodyWriter {
        let pieces: Pieces
        mutating func write(_ buffer: ByteBuffer) async throws { pieces.add(buffer) }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws { pieces.finish() }
    }

    private final class Pieces: Sendable {
        private let state = Mutex<(octets: [UInt8], sizes: [Int], isFinished: Bool)>(([], [], false))
        var octets: [UInt8] { state.withLock { $0.octets } }
        var sizes: [Int] { state.withLock { $0.sizes } }
        var isFinished: Bool { state.withLock { $0.isFinished } }
        func add(_ buffer: ByteBuffer) {
            state.withLock {
                $0.octets += Array(buffer.readableBytesView)
                $0.sizes.append(buffer.readableBytes)
            }
        }
        func finish() { state.withLock { $0.isFinished = true } }
    }

    @Test(arguments: [0, 1, 65_536, 65_537, 300_000])
    func aLargeAnswerIsSentInPieces(size: Int) async throws {
        let octets = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let response = Response.json(octets)
        #expect(response.body.contentLength == size)
        let pieces = Pieces()
        try await response.body.write(Collector(pieces: pieces))
        #expect(pieces.octets == octets)
        #expect(pieces.isFinished)
        #expect(pieces.sizes.allSatisfy { $0 <= 65_536 })
        #expect(pieces.sizes.count == max(1, (size + 65_535) / 65_536))
    }
}
