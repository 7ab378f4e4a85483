import MailModel
import NIOCore
import POP3

/// Plays the client's part of a transcript to a server machine, and is its owner: one maildrop, one password.
struct ServerReplay {
    private var machine: POP3ServerMachine
    private let user: String
    private let password: String
    private let refusal: SignInRefusal?
    private let failsUpdate: Bool
    private let messages: [[UInt8]]
    private let cuts: Cuts
    private(set) var sent: [UInt8] = []
    private(set) var events: [String] = []
    private(set) var deviation: String?
    private var handshakes = 0
    private(set) var sends = 0

    init(_ transcript: Transcript, cuts: Cuts, limits: Limits.Sessions = .init()) {
        let security: ServerConfiguration.Security =
            switch transcript.values("security").first {
            case "starttls": .startTLS
            case "tls": .implicitTLS
            case "starttls-or-plain": .startTLSOrPlainText
            default: .plainText
            }
        machine = POP3ServerMachine(ServerConfiguration(security: security, limits: limits))
        user = transcript.values("user").first ?? "ann"
        password = transcript.values("password").first ?? "secret"
        refusal =
            switch transcript.values("refusal").first {
            case "in-use": .inUse
            case "temporary": .temporary
            default: nil
            }
        failsUpdate = !transcript.values("update-fails").isEmpty
        messages = transcript.values("message").map { Transcript.unescape($0) }
        self.cuts = cuts
    }

    mutating func run(_ transcript: Transcript) {
        var expected: [UInt8] = []
        drain()
        for step in transcript.steps {
            switch step {
            case .server(let bytes):
                expected += bytes
                if !sent.starts(with: expected) { note("expected \(Transcript.escape(expected))") }
            case .client(let bytes):
                for piece in cuts.pieces(of: bytes) { feed(piece) }
            case .tls:
                if handshakes != 1 { note("no handshake was asked for") }
                machine.tlsEstablished()
                drain()
            case .silence: break
            case .eof:
                close()
            }
        }
        if sent != expected { note("expected in all \(Transcript.escape(expected))") }
    }

    mutating func feed(_ buffer: ByteBuffer) {
        machine.received(buffer)
        drain()
    }

    mutating func close() {
        machine.connectionClosed()
        drain()
    }

    private mutating func note(_ text: String) {
        if deviation == nil { deviation = "\(text), sent \(Transcript.escape(sent)), told \(events)" }
    }

    mutating func drain() {
        while true {
            switch machine.next() {
            case .wait: return
            case .send(let buffer): send(buffer)
            case .startTLS(let last):
                send(last)
                handshakes += 1
            case .signIn(let name, let secret):
                if let refusal {
                    machine.signInRefused(refusal)
                } else if name == user, secret.isEqualInConstantTime(to: Secret(password)) {
                    machine.signedIn(maildrop)
                } else {
                    machine.signInRefused(.credentials)
                }
            case .retrieve(let number, _): give(messages[number.value - 1])
            case .update(let numbers):
                events.append("update" + numbers.map { " \($0)" }.joined())
                if failsUpdate { machine.updateFailed() } else { machine.updated() }
            case .close: events.append("close")
            }
        }
    }

    private var maildrop: ServerMaildrop {
        var maildrop = ServerMaildrop()
        for (index, message) in messages.enumerated() {
            if let uniqueID = UniqueID("e\(index + 1)".utf8) {
                maildrop.append(octets: message.count, uniqueID: uniqueID)
            }
        }
        return maildrop
    }

    private mutating func send(_ buffer: ByteBuffer) {
        sent += Array(buffer.readableBytesView)
        sends += 1
    }

    private mutating func give(_ message: [UInt8]) {
        guard message != Array("unavailable".utf8) else { return machine.messageUnavailable() }
        machine.messageBegan()
        for piece in cuts.pieces(of: message) where machine.wantsMoreOfMessage {
            piece.withUnsafeReadableBytes { machine.message($0) }
            while case .send(let buffer) = machine.next() { send(buffer) }
        }
        machine.messageEnded()
    }
}
