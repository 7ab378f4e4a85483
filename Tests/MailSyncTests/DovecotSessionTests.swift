import MailModel
import NIOCore
import POP3
import Synchronization
import TestSupport
import Testing
import Transport

@testable import MailSync

@Suite struct DovecotSessionTests {
    /// Every message of a Dovecot maildrop as our client reads it, and the trace of the session.
    private func read(
        _ server: DovecotServer, security: ClientConfiguration.Security
    ) async throws -> (messages: [[UInt8]], trace: [String]) {
        let mailbox = server.mailbox()
        let lines = Mutex<[String]>([])
        let connector = Connector(trust: .file(server.certificates.authority))
        let target = ConnectionTarget(
            host: "localhost", port: security == .implicitTLS ? server.securePort : server.port,
            start: security == .implicitTLS ? .secure : .plain)
        let trace = WireTrace { line in lines.withLock { $0.append(line) } }
        let messages = try await connector.withConnection(to: target, trace: trace) { connection in
            let session = POP3Session(
                connection,
                ClientConfiguration(security: security, userName: mailbox.user, password: Secret(mailbox.password)))
            try await session.signIn()
            session.perform(.maildropSize)
            guard case .maildropSize(let size) = try await session.answer() else { return [[UInt8]]() }
            for number in 0..<size.messages {
                guard let number = MessageNumber(number + 1) else { continue }
                session.perform(.retrieve(number, octets: 0))
            }
            var messages: [[UInt8]] = []
            while messages.count < size.messages {
                var message: [UInt8] = []
                loop: while true {
                    switch try await session.next() {
                    case .messageBytes(let bytes): message += Array(buffer: bytes)
                    case .messageEnded: break loop
                    default: continue
                    }
                }
                messages.append(message)
            }
            try await session.quit()
            #expect(connection.isSecure)
            return messages
        }
        return (messages, lines.withLock { $0 })
    }

    @Test(arguments: [ClientConfiguration.Security.implicitTLS, .startTLS])
    func readsAMaildirByteForByte(security: ClientConfiguration.Security) async throws {
        let server = try DovecotServer()
        let messages = (1...40).map { ScriptedMaildrop.message($0, size: $0 * 997) }
        try server.deliver(messages)
        let result = try await read(server, security: security)
        #expect(result.messages == messages)
        #expect(!result.trace.joined().contains("alice-secret"))
        #expect(result.trace.contains("-- TLS"))
    }
}
