import NIOCore

/// What a server announced in its answer to EHLO (RFC 5321 §4.1.1.1).
public struct SMTPExtensions: Hashable, Sendable {
    public var startTLS = false
    /// RFC 2920.
    public var pipelining = false
    /// RFC 6152.
    public var eightBitMIME = false
    /// RFC 6531.
    public var smtpUTF8 = false
    /// RFC 1870. The most octets of a message; nil: the server says none.
    public var maximumSize: Int?
    /// SIZE was announced, with a number or without.
    public var size = false
    /// RFC 3461.
    public var dsn = false
    /// RFC 4954: the mechanisms, in upper case.
    public var mechanisms: [String] = []

    public init() {}

    /// Reads the lines behind the first. What is not known, or makes no sense, is not announced.
    init(_ reply: SMTPReply) {
        for line in reply.lines.dropFirst() { add(line) }
    }

    private mutating func add(_ line: [UInt8]) {
        let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            .map { String(decoding: $0, as: UTF8.self).uppercased() }
        guard let keyword = words.first else { return }
        switch keyword {
        case "STARTTLS": startTLS = true
        case "PIPELINING": pipelining = true
        case "8BITMIME": eightBitMIME = true
        case "SMTPUTF8": smtpUTF8 = true
        case "DSN": dsn = true
        case "SIZE":
            size = true
            // RFC 1870 §4: zero means no fixed limit.
            maximumSize = words.dropFirst().first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        case "AUTH": add(mechanisms: words.dropFirst())
        // QUIRK: `AUTH=PLAIN LOGIN`, from before RFC 2554.
        case _ where keyword.hasPrefix("AUTH="):
            add(mechanisms: [String(keyword.dropFirst(5))] + words.dropFirst())
        default: break
        }
    }

    private mutating func add(mechanisms names: some Sequence<String>) {
        for name in names where !mechanisms.contains(name) && mechanisms.count < 50 { mechanisms.append(name) }
    }
}
