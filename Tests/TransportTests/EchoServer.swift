import Logging
import NIOCore
import TestSupport
import Transport

/// A listener for one test: every connection is given to `serve`.
func withServer<Result: Sendable>(
    start: ConnectionTarget.Start = .plain, certificate: CertificateFiles? = nil, maximumConnections: Int = 16,
    connectionsPerPeer: Int = 16,
    serve: @escaping @Sendable (Connection) async throws -> Void,
    _ body: @Sendable (Listener) async throws -> Result
) async throws -> Result {
    let listener = try await Listener.bind(
        ListenerOptions(
            host: "127.0.0.1", port: 0, start: start, certificate: certificate, maximumConnections: maximumConnections,
            connectionsPerPeer: connectionsPerPeer),
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return try await withThrowingTaskGroup { group in
        group.addTask { try await listener.run { connection in try? await serve(connection) } }
        let result = try await body(listener)
        group.cancelAll()
        return result
    }
}

/// Sends back what comes.
@Sendable func echo(_ connection: Connection) async throws {
    while let bytes = try await connection.read(within: .seconds(20)) {
        try await connection.write(bytes, within: .seconds(20))
    }
}

extension Connection {
    /// Reads until `count` octets are there or the peer closes.
    func read(count: Int) async throws -> String {
        var all = ByteBuffer()
        while all.readableBytes < count, var next = try await read(within: .seconds(20)) { all.writeBuffer(&next) }
        return String(buffer: all)
    }

    func write(_ text: String) async throws { try await write(ByteBuffer(string: text), within: .seconds(20)) }
}

/// A target on this machine.
func target(
    _ listener: Listener, host: String = "localhost", start: ConnectionTarget.Start, pin: [UInt8]? = nil,
    handshakeTimeout: Duration = .seconds(20)
) -> ConnectionTarget {
    ConnectionTarget(
        host: host, port: listener.port, start: start, certificatePin: pin, handshakeTimeout: handshakeTimeout)
}
