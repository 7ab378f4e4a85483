extension JSONWriter {
    mutating func appendQuoted(_ text: String) {
        append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { appendEscaped($0) }
        append(UInt8(ascii: "\""))
    }

    /// Copies runs that need no escape whole.
    private mutating func appendEscaped(_ octets: UnsafeBufferPointer<UInt8>) {
        var runStart = 0
        var position = 0
        while position < octets.count {
            let octet = octets[position]
            guard octet < 0x20 || octet == 0x22 || octet == 0x5C || octet >= 0xEF else {
                position += 1
                continue
            }
            let length = octet >= 0xEF ? Self.nonCharacterLength(octets, position) : 1
            if length > 0 {
                append(contentsOf: UnsafeBufferPointer(rebasing: octets[runStart..<position]))
                appendReplacement(for: octet)
                runStart = position + length
            }
            position += max(length, 1)
        }
        append(contentsOf: UnsafeBufferPointer(rebasing: octets[runStart..<octets.count]))
        guard !isOverLimit else { return }
    }

    private mutating func appendReplacement(for octet: UInt8) {
        switch octet {
        case 0x22, 0x5C:
            append(0x5C)
            append(octet)
        case 0x08: appendEscape("b")
        case 0x09: appendEscape("t")
        case 0x0A: appendEscape("n")
        case 0x0C: appendEscape("f")
        case 0x0D: appendEscape("r")
        case 0..<0x20:
            appendEscape("u")
            append(0x30)
            append(0x30)
            append(octet < 0x10 ? 0x30 : 0x31)
            append(octet & 15 < 10 ? 0x30 + octet & 15 : 0x61 + octet & 15 - 10)
        default:
            // U+FFFD
            append(0xEF)
            append(0xBF)
            append(0xBD)
        }
    }

    private mutating func appendEscape(_ letter: Unicode.Scalar) {
        append(0x5C)
        append(UInt8(truncatingIfNeeded: letter.value))
    }

    /// How many octets the noncharacter that starts at `position` has; 0 when none starts there. In UTF-8 they are
    /// EF B7 90...AF, EF BF BE...BF, and F0...F4, then an octet that ends in F, then BF BE...BF.
    private static func nonCharacterLength(_ octets: UnsafeBufferPointer<UInt8>, _ position: Int) -> Int {
        func octet(_ offset: Int) -> UInt8 {
            position + offset < octets.count ? octets[position + offset] : 0
        }
        if octets[position] == 0xEF {
            let isArabic = octet(1) == 0xB7 && (0x90...0xAF).contains(octet(2))
            return isArabic || octet(1) == 0xBF && octet(2) >= 0xBE ? 3 : 0
        }
        return octet(1) & 0x0F == 0x0F && octet(2) == 0xBF && octet(3) >= 0xBE ? 4 : 0
    }
}
