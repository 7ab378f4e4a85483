import MailModel
import NIOCore
import SMTP
import Transport

/// One SMTP session: a client machine on a connection. What the machine wants from the wire is done here.
final class SMTPSession {
    private let connection: Connection
    private let limits: Limits.SMTPClient
    private var machine: SMTPClientMachine

    init(_ connection: Connection, _ configuration: SMTPConfiguration) {
        self.connection = connection
        limits = configuration.limits
        if let secret = configuration.credential.secret { connection.confide(secret) }
        machine = SMTPClientMachine(configuration)
    }

    /// The end of the message was sent, or may have been, and no answer to it was understood.
    var isInDoubt: Bool { machine.isInDoubt }

    /// With which mechanism it signed in, or tried to last; nil without a sign-in.
    var mechanism: String? { machine.mechanism }

    func submit(_ envelope: SMTPEnvelope) { machine.submit(envelope) }

    /// The next thing that the machine has to tell: never `wait`, `send` or `startTLS`.
    func next() async throws -> SMTPAction {
        while true {
            let action = machine.next()
            switch action {
            case .send(let bytes): try await connection.write(bytes, within: limits.data)
            case .startTLS:
                try await connection.startTLS(within: limits.tlsHandshake)
                machine.tlsEstablished()
            case .wait:
                guard let bytes = try await connection.read(within: timeout) else {
                    machine.connectionClosed()
                    continue
                }
                machine.received(bytes)
            case .ready, .message, .accepted, .refused, .finished, .failed: return action
            }
        }
    }

    /// Sends a piece of the message.
    func write(_ piece: [UInt8]) async throws {
        try await connection.write(machine.encode(piece), within: limits.data)
    }

    /// Sends the message's end. From the call on, the session is in doubt.
    func writeEnd() async throws {
        let end = machine.endMessage()
        try await connection.write(end, within: limits.data)
    }

    /// Ends the session; what the server says to it changes nothing.
    func quit() async {
        machine.quit()
        while let action = try? await next() {
            switch action {
            case .finished, .failed: return
            case .wait, .send, .startTLS, .ready, .message, .accepted, .refused: continue
            }
        }
    }

    private var timeout: Duration {
        switch machine.expectation {
        case .answer: limits.answer
        case .tlsHandshake: limits.tlsHandshake
        case .data: limits.data
        case .verdict: limits.verdict
        }
    }
}
