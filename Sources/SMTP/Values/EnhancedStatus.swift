/// A status code of RFC 3463 at the beginning of a reply's text (RFC 2034): `5.1.1`.
public struct EnhancedStatus: Hashable, Sendable, CustomStringConvertible {
    /// 2 success, 4 for now, 5 for good.
    public let category: Int
    public let subject: Int
    public let detail: Int

    public init(category: Int, subject: Int, detail: Int) {
        self.category = category
        self.subject = subject
        self.detail = detail
    }

    public var description: String { "\(category).\(subject).\(detail)" }

    /// Reads the code at the start of a reply's text; nil when there is none (RFC 3463 §2: one digit, then one to three).
    init?(startOf text: some Collection<UInt8>) {
        let word = text.prefix { $0 != UInt8(ascii: " ") }
        let parts = word.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard word.count <= 9, parts.count == 3, let category = Self.number(parts[0], digits: 1),
            [2, 4, 5].contains(category), let subject = Self.number(parts[1], digits: 3),
            let detail = Self.number(parts[2], digits: 3)
        else { return nil }
        self.init(category: category, subject: subject, detail: detail)
    }

    private static func number(_ text: some Collection<UInt8>, digits: Int) -> Int? {
        guard (1...digits).contains(text.count), text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
