import NIOCore

/// The machine-readable reason at the beginning of an answer's text, `[SYS/TEMP]` (RFC 2449 §8, RFC 3206).
///
/// Case does not matter and details that nobody knows are ignored: `[IN-USE/whatever]` is `IN-USE`.
public struct ResponseCode: Hashable, Sendable, CustomStringConvertible {
    /// The levels in upper case: `["SYS", "TEMP"]`.
    public let levels: [String]

    /// The most octets that are read as a code; a longer one is text.
    public static let maximumLength = 128

    /// The credentials were not accepted; with AUTH-RESP-CODE, the only code that says so (RFC 3206 §4).
    public static let authentication = ResponseCode(levels: ["AUTH"])
    /// The credentials were right, but another session holds the maildrop (RFC 2449 §8.1.2).
    public static let inUse = ResponseCode(levels: ["IN-USE"])
    /// The last sign-in was too short a time ago (RFC 2449 §8.1.1).
    public static let loginDelay = ResponseCode(levels: ["LOGIN-DELAY"])
    /// A failure that should go away by itself (RFC 3206 §4).
    public static let temporaryFailure = ResponseCode(levels: ["SYS", "TEMP"])
    /// A failure that needs somebody's hand (RFC 3206 §4).
    public static let permanentFailure = ResponseCode(levels: ["SYS", "PERM"])
    /// The message can be had in UTF-8 mode only (RFC 6856 §5).
    public static let utf8 = ResponseCode(levels: ["UTF8"])

    init(levels: [String]) { self.levels = levels }

    /// Reads `[…]` at the beginning of an answer's text; nil when there is none.
    init?(text: ByteBufferView) {
        guard text.first == UInt8(ascii: "["),
            let end = text.prefix(Self.maximumLength + 2).firstIndex(of: UInt8(ascii: "]"))
        else { return nil }
        let inside = text[text.index(after: text.startIndex)..<end]
        guard inside.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        let levels = inside.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard levels.allSatisfy({ !$0.isEmpty }), !inside.isEmpty else { return nil }
        self.levels = levels.map { String(decoding: $0.map(\.asciiUppercased), as: UTF8.self) }
    }

    /// Whether this code is `other` or a detail of it.
    public func matches(_ other: ResponseCode) -> Bool { levels.starts(with: other.levels) }

    public var description: String { "[" + levels.joined(separator: "/") + "]" }
}
