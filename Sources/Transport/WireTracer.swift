import MailModel
import NIOCore

/// Turns one client connection's octets into trace lines, masking as the conversation demands.
struct WireTracer {
    /// The longest part of a line that is written down, in octets.
    private static let lineLimit = 200

    /// Commands with nothing secret in them.
    private static let commands: Set<String> = [
        "CAPA", "STLS", "USER", "STAT", "LIST", "RETR", "DELE", "NOOP", "RSET", "TOP", "UIDL", "QUIT", "UTF8", "LANG",
    ]

    private let trace: WireTrace
    /// Whether the client's next lines answer a SASL challenge (RFC 5034 §4).
    private var isAuthenticating = false
    /// What was masked, or must be: the server may say it again.
    private var confided = Confided()

    init(_ trace: WireTrace) { self.trace = trace }

    /// Masks a secret that is sent in a form that does not show it.
    mutating func confide(_ secret: Secret) { secret.withBytes { confided.add($0) } }

    mutating func sent(_ bytes: ByteBuffer) {
        for line in bytes.readableBytesView.split(separator: UInt8(ascii: "\n")) {
            trace.write("C: " + masked(line.last == UInt8(ascii: "\r") ? line.dropLast() : line))
        }
    }

    /// Status lines are written down, everything else is counted.
    mutating func received(_ bytes: ByteBuffer) {
        let view = bytes.readableBytesView
        let line = view.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        if isStatus(line) {
            if line.first != UInt8(ascii: "+") || line.dropFirst().first != UInt8(ascii: " ") {
                isAuthenticating = false
            }
            let said = confided.occurs(in: line.prefix(Self.lineLimit)) ? status(line) + " <redacted>" : text(line)
            trace.write("S: " + said + (view.count > line.count + 2 ? " (\(view.count) octets)" : ""))
        } else {
            trace.write("S: (\(view.count) octets)")
        }
    }

    func secured() { trace.write("-- TLS") }

    private mutating func masked(_ line: ByteBufferView) -> String {
        if isAuthenticating {
            confided.add(line)
            return "<redacted>"
        }
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        let command = words.first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? ""
        switch command {
        case "PASS":
            confided.add(lines: line)
            return "PASS <redacted>"
        case "APOP":
            confided.add(lines: line)
            return "APOP <redacted>"
        case "AUTH":
            isAuthenticating = true
            confided.add(lines: line)
            let mechanism = words.dropFirst().first.map { text($0) } ?? ""
            return "AUTH \(mechanism)" + (words.count > 2 ? " <redacted>" : "")
        case _ where Self.commands.contains(command):
            return text(line)
        default:
            // Not a command, so an answer to a challenge: servers that say +OK for one end the exchange too early here.
            confided.add(line)
            return "<redacted>"
        }
    }

    private func isStatus(_ line: ByteBufferView) -> Bool { !status(line).isEmpty }

    /// What a status line begins with; nothing for any other.
    private func status(_ line: ByteBufferView) -> String {
        ["+OK", "-ERR", "+ "].first { line.starts(with: $0.utf8) }.map { $0 == "+ " ? "+" : $0 } ?? ""
    }

    private func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.prefix(Self.lineLimit).reduce(into: "") { text, byte in
            text.unicodeScalars.append((0x20...0x7E).contains(byte) ? Unicode.Scalar(byte) : "?")
        }
    }
}
