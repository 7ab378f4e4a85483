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

    init(_ trace: WireTrace) { self.trace = trace }

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
            trace.write("S: " + text(line) + (view.count > line.count + 2 ? " (\(view.count) octets)" : ""))
        } else {
            trace.write("S: (\(view.count) octets)")
        }
    }

    func secured() { trace.write("-- TLS") }

    private mutating func masked(_ line: ByteBufferView) -> String {
        if isAuthenticating { return "<redacted>" }
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        let command = words.first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? ""
        switch command {
        case "PASS":
            return "PASS <redacted>"
        case "APOP":
            return "APOP <redacted>"
        case "AUTH":
            isAuthenticating = true
            let mechanism = words.dropFirst().first.map { text($0) } ?? ""
            return "AUTH \(mechanism)" + (words.count > 2 ? " <redacted>" : "")
        case _ where Self.commands.contains(command):
            return text(line)
        default:
            // Not a command, so an answer to a challenge: servers that say +OK for one end the exchange too early here.
            return "<redacted>"
        }
    }

    private func isStatus(_ line: ByteBufferView) -> Bool {
        [[UInt8]("+OK".utf8), [UInt8]("-ERR".utf8), [UInt8]("+ ".utf8)].contains { line.starts(with: $0) }
    }

    private func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.prefix(Self.lineLimit).reduce(into: "") { text, byte in
            text.unicodeScalars.append((0x20...0x7E).contains(byte) ? Unicode.Scalar(byte) : "?")
        }
    }
}
