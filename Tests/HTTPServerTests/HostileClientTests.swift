import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

/// What a client can do to a connection, and what becomes of the others.
@Suite struct HostileClientTests {
    private func isAlive(_ port: Int) async throws -> Bool {
        try await RawClient.connect(to: port) { connection in
            try await connection.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            return try await connection.read(until: "ok\n").hasPrefix("HTTP/1.1 200 ")
        }
    }

    @Test func headersAreBoundedInSizeAndNumber() async throws {
        let server = try await TestServer.open {
            $0.bounds.headerField = 200
            $0.bounds.headerList = 1000
            $0.bounds.headerFields = 10
        }
        try await server.run { addresses in
            let port = addresses[0].port
            let start = "GET /livez HTTP/1.1\r\nHost: x\r\n"
            let good = ["X: " + String(repeating: "a", count: 150) + "\r\n", (0..<8).map { "X\($0): a\r\n" }.joined()]
            let bad = [
                "X: " + String(repeating: "a", count: 300) + "\r\n", (0..<12).map { "X\($0): a\r\n" }.joined(),
                (0..<8).map { "X\($0): \(String(repeating: "a", count: 150))\r\n" }.joined(),
            ]
            for fields in good {
                try await RawClient.connect(to: port) { connection in
                    try await connection.send(start + fields + "\r\n")
                    _ = try await connection.read(until: "ok\n")
                }
            }
            for fields in bad {
                try await RawClient.connect(to: port) { connection in
                    try await connection.send(start + fields + "\r\n")
                    #expect(await connection.readToEnd().hasPrefix("HTTP/1.1 400 "))
                }
            }
            #expect(try await isAlive(port))
        }
    }

    @Test(arguments: [
        "NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
        "POST /jmap/api HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /jmap/api HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b: c\u{0}\r\n\r\n",
    ])
    func nonsenseEndsItsConnectionOnly(text: String) async throws {
        let server = try await TestServer.open()
        try await server.run { addresses in
            try await RawClient.connect(to: addresses[0].port) { connection in
                try await connection.send(text)
                let answer = await connection.readToEnd()
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
            }
            #expect(try await isAlive(addresses[0].port))
        }
    }

    @Test func aRefusedBodyIsNotReadToItsEnd() async throws {
        let server = try await TestServer.open { $0.times.linger = .milliseconds(50) }
        try await server.run { addresses in
            try await RawClient.connect(to: addresses[0].port) { connection in
                try await connection.send("POST /jmap/api HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc")
                _ = try await connection.read(until: "HTTP/1.1 401 ")
                #expect(await connection.readToEnd().contains("application/problem+json"))
            }
        }
    }

    @Test func aHeadThatNeverEndsIsNotWaitedForLong() async throws {
        let server = try await TestServer.open { $0.times.idle = .milliseconds(100) }
        try await server.run { addresses in
            try await RawClient.connect(to: addresses[0].port) { connection in
                try? await connection.send("GET /livez HTTP/1.1\r\nHo")
                #expect(await connection.readToEnd() == "")
            }
        }
    }

    @Test func anAddressHasAtMostItsConnections() async throws {
        let server = try await TestServer.open { $0.bounds.connectionsPerAddress = 1 }
        try await server.run { addresses in
            let port = addresses[0].port
            try await RawClient.connect(to: port) { one in
                try await one.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await one.read(until: "ok\n")
                try await RawClient.connect(to: port) { two in #expect(await two.readToEnd() == "") }
                try await one.send("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await one.read(until: "ok\n")
            }
        }
    }

    @Test func aPortThatIsTakenIsToldAtTheStart() async throws {
        let one = try await TestServer.open()
        try await one.run { addresses in
            let two = try await TestServer.open(listeners: [.init(port: addresses[0].port)])
            let error = await #expect(throws: HTTPServerError.self) { try await two.run { _ in } }
            #expect(error?.code == .bind)
        }
    }

    /// A connection that says nothing, one in the middle of a request, and a sign-in whose answer is held back.
    @Test func nobodyKeepsTheServerFromEnding() async throws {
        let certificates = try TestCertificates()
        let pair = try certificates.valid()
        let server = try await TestServer.open(listeners: [
            .init(port: 0),
            .init(port: 0, certificate: CertificateFiles(certificateChain: pair.chain, privateKey: pair.key)),
        ]) { $0.times.shutdown = .milliseconds(100) }
        let bearer = "Authorization: Bearer \(server.ada.phone.secret)\r\n"
        let stuck = [
            "POST /jmap/api HTTP/1.1\r\nHost: x\r\n\(bearer)Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
            "POST /jmap/upload/\(server.ada.account) HTTP/1.1\r\nHost: x\r\n\(bearer)Content-Length: 9\r\n\r\n{",
            "GET /jmap/session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer no\r\n\r\n",
        ]
        let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
        let ports = Mutex<[Int]>([])
        async let serving: Void = server.run { addresses in
            ports.withLock { $0 = addresses.map(\.port) }
            for await _ in stopped {}
        }
        while ports.withLock({ $0.isEmpty }) { await Task.yield() }
        let (plain, secure) = ports.withLock { ($0[0], $0[1]) }
        try await RawClient.connect(to: secure) { silent in
            try await RawClient.connect(to: plain) { one in
                try await RawClient.connect(to: plain) { two in
                    try await RawClient.connect(to: plain) { three in
                        for (index, text) in stuck.enumerated() {
                            switch index {
                            case 0: try await one.send(text)
                            case 1: try await two.send(text)
                            default: for _ in 0..<5 { try await three.send(text) }
                            }
                        }
                        _ = try await three.read(until: "HTTP/1.1 401 ")
                        stop.finish()
                        for connection in [one, two, three, silent] { _ = await connection.drained() }
                    }
                }
            }
        }
        try await serving
    }
}
