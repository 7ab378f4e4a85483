import Glibc

/// Names of the octets that the grammars of RFC 5322 and RFC 2045 speak of.
enum ASCII {
    static let nul: UInt8 = 0x00
    static let tab: UInt8 = 0x09
    static let lf: UInt8 = 0x0A
    static let cr: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let percent: UInt8 = 0x25
    static let apostrophe: UInt8 = 0x27
    static let openParenthesis: UInt8 = 0x28
    static let closeParenthesis: UInt8 = 0x29
    static let asterisk: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let less: UInt8 = 0x3C
    static let equals: UInt8 = 0x3D
    static let greater: UInt8 = 0x3E
    static let question: UInt8 = 0x3F
    static let at: UInt8 = 0x40
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D
    static let underscore: UInt8 = 0x5F

    /// Letters A to Z in lower case, every other octet as it is.
    @inline(__always)
    static func lowercased(_ octet: UInt8) -> UInt8 { octet &- 0x41 < 26 ? octet | 0x20 : octet }

    @inline(__always)
    static func isDigit(_ octet: UInt8) -> Bool { octet &- 0x30 < 10 }

    @inline(__always)
    static func isLetter(_ octet: UInt8) -> Bool { (octet | 0x20) &- 0x61 < 26 }

    /// Space, tab, CR or LF: what unfolding may leave between words.
    @inline(__always)
    static func isWhiteSpace(_ octet: UInt8) -> Bool {
        octet == space || octet == tab || octet == cr || octet == lf
    }

    @inline(__always)
    static func hexValue(_ octet: UInt8) -> UInt8? {
        if isDigit(octet) { return octet &- 0x30 }
        let lower = octet | 0x20
        return lower &- 0x61 < 6 ? lower &- 0x61 &+ 10 : nil
    }
}

extension UnsafeRawBufferPointer {
    /// The part of `range` that lies inside, counted from zero again: whatever a stored range says, nothing outside
    /// these bytes is ever read.
    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        let lower = Swift.min(Swift.max(range.lowerBound, 0), count)
        let upper = Swift.min(Swift.max(range.upperBound, lower), count)
        return UnsafeRawBufferPointer(rebasing: self[lower..<upper])
    }

    /// Where `octet` comes first in `start..<end`; both must lie inside.
    @inline(__always)
    func firstIndex(of octet: UInt8, from start: Int, to end: Int) -> Int? {
        guard start < end, let base = baseAddress, let found = memchr(base + start, Int32(octet), end - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    /// Whether `range` spells `name`, a lower-case ASCII name, in any case.
    @inline(__always)
    func spells(_ name: StaticString, in range: Range<Int>) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        let expected = name.utf8Start
        for offset in 0..<range.count
        where ASCII.lowercased(self[range.lowerBound + offset]) != expected[offset] {
            return false
        }
        return true
    }

    /// The range without spaces, tabs and line ends at its beginning and end.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, ASCII.isWhiteSpace(self[lower]) { lower += 1 }
        while upper > lower, ASCII.isWhiteSpace(self[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    /// The last place at or before `limit` where a character of UTF-8 begins, or the end.
    func characterBoundary(before limit: Int) -> Int {
        var end = Swift.min(Swift.max(limit, 0), count)
        while end > 0, end < count, self[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }

    /// Where the content of the line that ends before `lineEnd` ends: without one LF and one CR.
    @inline(__always)
    func withoutLineEnd(_ start: Int, _ lineEnd: Int) -> Int {
        var end = lineEnd
        if end > start, self[end - 1] == ASCII.lf { end -= 1 }
        if end > start, self[end - 1] == ASCII.cr { end -= 1 }
        return end
    }
}

/// ASCII text in lower case; for tokens, where octets of 0x80 and above cannot be meant.
func lowercasedToken(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
    String(unsafeUninitializedCapacity: range.count) { buffer in
        for offset in 0..<range.count {
            let octet = bytes[range.lowerBound + offset]
            buffer[offset] = octet < 0x80 ? ASCII.lowercased(octet) : ASCII.question
        }
        return range.count
    }
}
