/// A message's position in one session, counted from 1 (RFC 1939 §5). It means nothing in the next session: what lasts
/// is the unique-id.
public struct MessageNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 1 to 2^31 - 1.
    public var value: Int { Int(rawValue) }

    let rawValue: Int32

    /// Nil when `value` is not 1 to 2^31 - 1.
    public init?(_ value: Int) {
        guard value > 0, let rawValue = Int32(exactly: value) else { return nil }
        self.rawValue = rawValue
    }

    init(validated rawValue: Int32) { self.rawValue = rawValue }

    public var description: String { String(rawValue) }

    public static func < (one: MessageNumber, other: MessageNumber) -> Bool { one.rawValue < other.rawValue }
}
