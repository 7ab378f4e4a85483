import MailModel
import NIOCore
import SMTP
import TestSupport

/// A session as its lines: what the server says is fed, what the client says is compared, cut as the test wants.
struct Conversation {
    enum Step {
        case server(String)
        case client(String)
        case tls
        case close
    }

    private var machine: SMTPClientMachine
    private let envelope: SMTPEnvelope
    private let body: [UInt8]
    private let cut: Int
    private(set) var sent: [UInt8] = []
    private(set) var events: [String] = []

    static let ann = SMTPAddress("ann@example.org")!
    static let bob = SMTPAddress("bob@example.net")!
    static let cy = SMTPAddress("cy@example.net")!

    static func configuration(
        _ security: SMTPConfiguration.Security = .plainText,
        _ credential: SMTPConfiguration.Credential = .nothing
    ) -> SMTPConfiguration {
        var configuration = SMTPConfiguration(security: security, credential: credential)
        configuration.name = "home.example"
        configuration.host = "mail.example"
        configuration.port = 587
        return configuration
    }

    /// `cut`: octets that arrive at once; 0: each step whole.
    init(
        _ configuration: SMTPConfiguration, to recipients: [SMTPAddress] = [bob], body: String = "A: b\r\n\r\nhi\r\n",
        cut: Int = 0, from sender: SMTPAddress = ann
    ) {
        machine = SMTPClientMachine(configuration)
        var scan = MessageScan()
        scan.add(Array(body.utf8))
        envelope = SMTPEnvelope(sender: sender, recipients: recipients, traits: scan.end())
        self.body = Array(body.utf8)
        self.cut = cut
    }

    var isInDoubt: Bool { machine.isInDoubt }

    /// Nil when the client said what the steps have it say.
    mutating func run(_ steps: [Step]) -> String? {
        var expected: [UInt8] = []
        for step in steps {
            switch step {
            case .client(let text):
                expected += Array(text.replacing("\n", with: "\r\n").utf8)
                guard sent == expected else {
                    return "expected \(String(decoding: expected, as: UTF8.self)), sent "
                        + "\(String(decoding: sent, as: UTF8.self)), told \(events)"
                }
            case .server(let text): feed(Array(text.replacing("\n", with: "\r\n").utf8))
            case .tls:
                machine.tlsEstablished()
                drain()
            case .close:
                machine.connectionClosed()
                drain()
            }
        }
        return sent == expected ? nil : "sent more: \(String(decoding: sent.dropFirst(expected.count), as: UTF8.self))"
    }

    mutating func feed(_ bytes: [UInt8]) {
        let size = cut == 0 ? max(1, bytes.count) : cut
        for start in stride(from: 0, to: bytes.count, by: size) {
            machine.received(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
            drain()
        }
    }

    mutating func close() {
        machine.connectionClosed()
        drain()
    }

    private mutating func drain() {
        while true {
            switch machine.next() {
            case .wait: return
            case .send(let bytes): sent += Array(bytes.readableBytesView)
            case .startTLS: events.append("tls")
            case .ready:
                events.append("ready")
                machine.submit(envelope)
            case .message(let replies):
                events.append("message " + replies.map { "\($0.code)" }.joined(separator: " "))
                for byte in body { sent += Array(machine.encode([byte]).readableBytesView) }
                sent += Array(machine.endMessage().readableBytesView)
            case .accepted(let reply):
                events.append("accepted \(reply)")
                machine.quit()
            case .refused(let error, let replies):
                events.append("refused \(error.code) \(replies.map { "\($0.code)" }.joined(separator: " "))")
                machine.quit()
            case .finished: events.append("finished")
            case .failed(let error): events.append("failed \(error.code) \(error.reply.map { "\($0)" } ?? "")")
            }
        }
    }
}

extension SeededRandom {
    mutating func bytes(_ count: Int, from alphabet: [UInt8]) -> [UInt8] {
        (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &self)] }
    }
}
