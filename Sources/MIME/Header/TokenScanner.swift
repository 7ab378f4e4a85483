/// Reads the tokens of a structured field's value (RFC 5322 §3.2). Every method moves forward only, so that any sequence
/// of calls is linear in the value.
struct TokenScanner {
    let bytes: UnsafeRawBufferPointer
    var position = 0
    /// Whether a quoted string without its end was read.
    private(set) var endsOpen = false

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }

    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Moves over white space; tells whether there was any.
    @discardableResult
    mutating func skipWhiteSpace() -> Bool {
        let start = position
        while position < bytes.count, ASCII.isWhiteSpace(bytes[position]) || bytes[position] == ASCII.nul {
            position += 1
        }
        return position > start
    }

    /// Moves over white space and comments; returns the content of the last comment.
    @discardableResult
    mutating func skipCFWS() -> Range<Int>? {
        var comment: Range<Int>?
        skipWhiteSpace()
        while current == ASCII.openParenthesis {
            comment = readComment()
            skipWhiteSpace()
        }
        return comment
    }

    /// Reads a comment from its `(`, others nested in it included; one that never ends goes to the end of the value.
    mutating func readComment() -> Range<Int> {
        position += 1
        let start = position
        var depth = 1
        while position < bytes.count {
            switch bytes[position] {
            case ASCII.backslash: position += 1
            case ASCII.openParenthesis: depth += 1
            case ASCII.closeParenthesis:
                depth -= 1
                if depth == 0 {
                    position += 1
                    return start..<(position - 1)
                }
            default: break
            }
            position += 1
        }
        position = bytes.count
        return start..<position
    }

    /// Reads a quoted string from its `"`; the range is what stands between the quotes, quoted pairs included. One that
    /// never ends goes to the end of the value, and `endsOpen` is set.
    mutating func readQuotedString() -> Range<Int> {
        position += 1
        let start = position
        while position < bytes.count {
            if bytes[position] == ASCII.quote {
                position += 1
                return start..<(position - 1)
            }
            position += bytes[position] == ASCII.backslash ? 2 : 1
        }
        endsOpen = true
        position = bytes.count
        return start..<position
    }

    /// Moves to the first octet that `isEnd` accepts, or to the end.
    mutating func scan(until isEnd: (UInt8) -> Bool) -> Range<Int> {
        let start = position
        while position < bytes.count, !isEnd(bytes[position]) { position += 1 }
        return start..<position
    }

    /// Moves to the first octet after a token of RFC 2045 §5.1.
    mutating func readToken() -> Range<Int> { scan(until: { !TokenScanner.isTokenOctet($0) }) }

    private static func isTokenOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x00...0x20, 0x7F, 0x28, 0x29, 0x3C, 0x3E, 0x40, 0x2C, 0x3B, 0x3A, 0x5C, 0x22, 0x2F, 0x5B, 0x5D, 0x3F,
            0x3D:
            false
        default: true
        }
    }
}

/// The content of a quoted string or a comment: quoted pairs undone, line ends of folding removed.
func unquoted(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
        var octet = bytes[index]
        if octet == ASCII.backslash, index + 1 < range.upperBound {
            index += 1
            octet = bytes[index]
        }
        if octet != ASCII.cr, octet != ASCII.lf, octet != ASCII.nul { output.append(octet) }
        index += 1
    }
    return output
}
