import MailModel

/// An email's keywords as its rows hold them: the well-known ones as bits, and whether there are others.
struct EmailFlags: Hashable, Sendable {
    var rawValue: Int64

    init(rawValue: Int64) { self.rawValue = rawValue }

    init(_ keywords: Set<Keyword>) {
        rawValue = 0
        for keyword in keywords { rawValue |= Self.bit(of: keyword) ?? Self.others }
    }

    /// Bit 62: there are rows in `emailKeyword`.
    static let others: Int64 = 1 << 62

    static func bit(of keyword: Keyword) -> Int64? {
        Keyword.wellKnown.firstIndex(of: keyword).map { 1 << Int64($0) }
    }

    /// An email is unread while it has neither of these (RFC 8621 §2).
    static let readMask: Int64 = EmailFlags([.seen, .draft]).rawValue

    var isUnread: Bool { rawValue & Self.readMask == 0 }
    var hasOthers: Bool { rawValue & Self.others != 0 }

    var wellKnown: [Keyword] {
        guard rawValue != 0 else { return [] }
        return Keyword.wellKnown.enumerated().filter { rawValue & 1 << Int64($0.offset) != 0 }.map(\.element)
    }
}
