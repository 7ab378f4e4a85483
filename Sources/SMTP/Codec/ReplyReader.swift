import MailModel
import NIOCore

/// Takes replies from a stream of octets, cut anywhere (RFC 5321 §4.2.1).
struct ReplyReader: Sendable {
    private let limits: Limits.SMTPClient
    private var code: Int?
    private var lines: [[UInt8]] = []
    private var scanned = 0

    init(limits: Limits.SMTPClient) { self.limits = limits }

    /// The next whole reply; nil when more input is needed.
    mutating func next(from input: inout ByteBuffer) throws(SMTPError) -> SMTPReply? {
        while let line = try nextLine(from: &input) {
            if let reply = try add(line) { return reply }
        }
        return nil
    }

    /// Whether nothing of a reply has come.
    var isAtStart: Bool { code == nil && scanned == 0 }

    /// QUIRK: a lone LF ends a line.
    private mutating func nextLine(from input: inout ByteBuffer) throws(SMTPError) -> [UInt8]? {
        let view = input.readableBytesView
        let start = view.index(view.startIndex, offsetBy: min(scanned, view.count))
        guard let end = view[start...].firstIndex(of: 0x0A) else {
            scanned = view.count
            guard scanned <= limits.replyLine + 1 else { throw tooLong }
            return nil
        }
        scanned = 0
        var line = Array(view[view.startIndex..<end])
        input.moveReaderIndex(forwardBy: line.count + 1)
        if line.last == 0x0D { line.removeLast() }
        guard line.count <= limits.replyLine else { throw tooLong }
        return line
    }

    private mutating func add(_ line: [UInt8]) throws(SMTPError) -> SMTPReply? {
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { throw Self.malformed }
        let stated = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let separator = line.dropFirst(3).first
        guard (200...599).contains(stated), code == nil || code == stated,
            separator == nil || separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-")
        else { throw Self.malformed }
        guard lines.count < limits.replyLines else {
            throw SMTPError(.limitExceeded, "A reply has more than \(limits.replyLines) lines.")
        }
        code = stated
        lines.append(Array(line.dropFirst(4)))
        guard separator != UInt8(ascii: "-") else { return nil }
        defer { (code, lines) = (nil, []) }
        return SMTPReply(code: stated, lines: lines)
    }

    private var tooLong: SMTPError {
        SMTPError(.limitExceeded, "A line of a reply is longer than \(limits.replyLine) octets.")
    }

    private static let malformed = SMTPError(
        .malformedReply, "The server's answer is no SMTP reply; check host, port and security.")
}
