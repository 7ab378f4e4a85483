/// A mark on an email: a lower-case keyword such as `$seen` (RFC 8621 §4.1.1).
public struct Keyword: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let name: String

    /// Lower-cases `text`; nil unless it is 1 to 255 ASCII characters from `!` to `~` without `( ) { ] % * " \`.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard (1...255).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else { return nil }
        name = String(decoding: bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }

    private init(wellKnown name: String) { self.name = name }

    public static let seen = Keyword(wellKnown: "$seen")
    public static let draft = Keyword(wellKnown: "$draft")
    public static let flagged = Keyword(wellKnown: "$flagged")
    public static let answered = Keyword(wellKnown: "$answered")
    public static let forwarded = Keyword(wellKnown: "$forwarded")
    public static let junk = Keyword(wellKnown: "$junk")
    public static let notJunk = Keyword(wellKnown: "$notjunk")
    public static let phishing = Keyword(wellKnown: "$phishing")

    /// The keywords that the store also keeps as bits, in bit order. Append only: the order is on disk.
    public static let wellKnown: [Keyword] = [
        .seen, .draft, .flagged, .answered, .forwarded, .junk, .notJunk, .phishing,
    ]

    public var description: String { name }

    public static func < (one: Keyword, other: Keyword) -> Bool { one.name < other.name }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        guard (0x21...0x7E).contains(byte) else { return false }
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "]"), UInt8(ascii: "%"),
            UInt8(ascii: "*"), UInt8(ascii: "\""), UInt8(ascii: "\\"):
            return false
        default:
            return true
        }
    }
}
