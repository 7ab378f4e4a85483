public import MailModel
import NIOCore
public import Transport

/// Whether a suggested server is one: it answers, proves who it is, and speaks POP3.
public protocol ServerProbe: Sendable {
    /// Nil when all is well, else a sentence that says what is not.
    func complaint(about suggestion: Suggestion, policy: AddressPolicy) async -> String?
}

/// Connects, makes TLS, and reads the greeting; no name and no password is sent.
public struct PortProbe: ServerProbe {
    private let connector: Connector
    private let timeout: Duration

    public init(connector: Connector, timeout: Duration = .seconds(10)) {
        self.connector = connector
        self.timeout = timeout
    }

    public func complaint(about suggestion: Suggestion, policy: AddressPolicy) async -> String? {
        let target = ConnectionTarget(
            host: suggestion.host, port: suggestion.port, start: suggestion.security == .tls ? .secure : .plain,
            connectTimeout: timeout, handshakeTimeout: timeout, policy: policy)
        do {
            return try await connector.withConnection(to: target) { connection in
                guard try await line(connection).hasPrefix("+OK") else { return Self.noPOP3 }
                if suggestion.security == .starttls {
                    try await connection.write(ByteBuffer(string: "STLS\r\n"), within: timeout)
                    guard try await line(connection).hasPrefix("+OK") else {
                        return "It speaks POP3, and offers no protection (STLS)."
                    }
                    try await connection.startTLS(within: timeout)
                }
                try? await connection.write(ByteBuffer(string: "QUIT\r\n"), within: timeout)
                return nil
            }
        } catch {
            return (error as? TransportError)?.message ?? "It could not be reached."
        }
    }

    private static let noPOP3 = "Something answers there, and it does not speak POP3."

    /// One short line; what is longer is no greeting.
    private func line(_ connection: Connection) async throws -> String {
        var octets: [UInt8] = []
        while octets.count <= 1024, let bytes = try await connection.read(within: timeout) {
            octets += Array(buffer: bytes)
            if let end = octets.firstIndex(of: 0x0A) { return String(decoding: octets[..<end], as: UTF8.self) }
        }
        return ""
    }
}
