import Foundation
import MailModel
import NIOCore
import POP3
import TestSupport
import Transport

/// A device that speaks with our own client machine over a real socket.
struct PhoneLine {
    enum Event: Equatable {
        case signedIn
        case answer(ClientAnswer)
        case message(MessageNumber, [UInt8])
        case refused(POP3Error.Code, ResponseCode?)
        case finished
        case failed(POP3Error.Code, ResponseCode?)
    }

    private var machine: POP3ClientMachine
    private let connection: Connection
    private var message: [UInt8] = []

    /// Connects to `port`, runs `body`, and hangs up.
    static func call<Result: Sendable>(
        _ office: PostOffice, port: Int, security: ClientConfiguration.Security = .plainText,
        user: String = "ann", secret: Secret? = nil, _ body: (inout PhoneLine) async throws -> Result
    ) async throws -> Result {
        let target = ConnectionTarget(
            host: "127.0.0.1", port: port, start: security == .implicitTLS ? .secure : .plain)
        let configuration = ClientConfiguration(
            security: security, userName: user, password: secret ?? office.secret)
        return try await office.connector.withConnection(to: target) { connection in
            var line = PhoneLine(machine: POP3ClientMachine(configuration), connection: connection)
            return try await body(&line)
        }
    }

    /// Gives orders and collects what happens until all of them are answered, or the session is over.
    mutating func perform(_ orders: [ClientOrder]) async throws -> [Event] {
        for order in orders { machine.perform(order) }
        var events: [Event] = []
        while true {
            switch machine.next() {
            case .wait:
                if machine.expectation == .order { return events }
                if let buffer = try await connection.read(within: .seconds(60)) {
                    machine.received(buffer)
                } else {
                    machine.connectionClosed()
                }
            case .send(let buffer): try await connection.write(buffer, within: .seconds(60))
            case .startTLS:
                try await connection.startTLS(within: .seconds(60))
                machine.tlsEstablished()
            case .signedIn: events.append(.signedIn)
            case .answer(let answer): events.append(.answer(answer))
            case .messageBegan: message = []
            case .messageBytes(let buffer): message += Array(buffer.readableBytesView)
            case .messageEnded(let number, octets: _): events.append(.message(number, message))
            case .refused(_, let error): events.append(.refused(error.code, error.responseCode))
            case .finished: return events + [.finished]
            case .failed(let error): return events + [.failed(error.code, error.responseCode)]
            }
        }
    }

    /// Waits until the server closes the connection.
    mutating func waitForEnd() async throws {
        do throws(TransportError) {
            while try await connection.read(within: .seconds(60)) != nil {}
        } catch  where error.code == .lost {
            return
        }
    }
}

/// curl, which knows nothing of us.
enum Curl {
    static func run(_ office: PostOffice, _ arguments: [String], user: String = "ann") async throws -> String {
        let tool = try ExternalTool.curl()
        let all =
            ["-s", "-S", "--max-time", "60", "--cacert", office.certificates.authority]
            + ["-u", "\(user):\(office.secret.text)"] + arguments
        // A program that is waited for must not hold one of the few threads that serve it.
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try tool.run(all) }) }
        }
    }
}
