/// A whole reply (RFC 5321 §4.2): a code of three digits and one or more lines of text.
public struct SMTPReply: Hashable, Sendable, CustomStringConvertible {
    /// 200 to 599.
    public let code: Int
    /// The first line's status code (RFC 2034).
    public let status: EnhancedStatus?
    /// Each line's text behind code and separator, as octets.
    let lines: [[UInt8]]

    init(code: Int, lines: [[UInt8]]) {
        self.code = code
        self.lines = lines
        status = lines.first.flatMap { EnhancedStatus(startOf: $0) }
    }

    public var isPositive: Bool { code / 100 == 2 }
    public var isForNow: Bool { code / 100 == 4 }
    public var isForGood: Bool { code / 100 == 5 }

    /// The reply as one line for people and for RFC 8621's `smtpReply`: without control characters, U+FFFD for what is
    /// not UTF-8, 512 octets at most of the text.
    public var description: String {
        guard let text = humanText, !text.isEmpty else { return "\(code)" }
        return "\(code) \(text)"
    }

    var humanText: String? {
        let joined = Array(lines.filter { !$0.isEmpty }.joined(separator: [UInt8(ascii: " ")]))
        let text = String(decoding: joined.prefix(512), as: UTF8.self)
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
