extension QuotedPrintable {
    /// Writes text lines in quoted-printable (RFC 2045 §6.7): at most 76 characters a line. CRLF ends a line; every other CR
    /// or LF is an octet like any other.
    static func encode(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count + text.count / 8 + 16)
        var column = 0
        var index = 0
        while index < text.count {
            let octet = text[index]
            if octet == ASCII.cr, index + 1 < text.count, text[index + 1] == ASCII.lf {
                output += [ASCII.cr, ASCII.lf]
                column = 0
                index += 2
                continue
            }
            let escapes = needsEscape(text, at: index, column: column)
            let width = escapes ? 3 : 1
            if column + width > 75, !endsLine(text, after: index) || column + width > 76 {
                output += [ASCII.equals, ASCII.cr, ASCII.lf]
                column = 0
                continue
            }
            if escapes {
                output.append(ASCII.equals)
                output += Array(hexadecimal(octet).utf8)
            } else {
                output.append(octet)
            }
            column += width
            index += 1
        }
        return output
    }

    private static func endsLine(_ text: UnsafeRawBufferPointer, after index: Int) -> Bool {
        index + 1 >= text.count || index + 2 < text.count && text[index + 1] == ASCII.cr && text[index + 2] == ASCII.lf
    }

    /// White space at the end of a line would be lost, a dot alone ends a message on some ways, and "From " at the
    /// beginning of a line ends one in an mbox.
    private static func needsEscape(_ text: UnsafeRawBufferPointer, at index: Int, column: Int) -> Bool {
        let octet = text[index]
        switch octet {
        case ASCII.space, ASCII.tab: return endsLine(text, after: index)
        case ASCII.equals: return true
        case ASCII.dot: return column == 0
        case UInt8(ascii: "F"): return column == 0 && index + 4 < text.count && text[index + 4] == ASCII.space
        case 0x21...0x7E: return false
        default: return true
        }
    }
}
