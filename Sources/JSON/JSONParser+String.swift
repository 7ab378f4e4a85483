extension JSONParser {
    /// A string in quotation marks (RFC 8259 §7) that holds Unicode text only (RFC 7493 §2.1).
    mutating func string() throws(JSONError) -> String {
        guard next == UInt8(ascii: "\"") else { throw error(.syntax) }
        position += 1
        let start = position
        var highBits: UInt8 = 0
        while position < bytes.count {
            let octet = bytes[position]
            switch octet {
            case UInt8(ascii: "\""):
                let text = try text(bytes[start..<position], isASCII: highBits < 0x80)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                return try stringWithEscapes(from: start)
            case 0..<0x20:
                throw error(.syntax)
            default:
                highBits |= octet
                position += 1
            }
        }
        throw error(.syntax)
    }

    /// `position` stands on the first backslash; what lies before it from `start` on is taken as it is.
    private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
        var unescaped = Array(bytes[start..<position])
        while let octet = next {
            switch octet {
            case UInt8(ascii: "\""):
                let text = try text(unescaped, isASCII: false)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                position += 1
                try unescape(into: &unescaped)
            case 0..<0x20:
                throw error(.syntax)
            default:
                unescaped.append(octet)
                position += 1
            }
        }
        throw error(.syntax)
    }

    private mutating func unescape(into unescaped: inout [UInt8]) throws(JSONError) {
        guard let letter = next else { throw error(.syntax) }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(letter)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            unescaped.append(contentsOf: UTF8.encode(try escapedScalar()) ?? UTF8.encodedReplacementCharacter)
        default: throw error(.syntax)
        }
    }

    /// The scalar of `\uXXXX`, or of two of them that form a surrogate pair. Stands behind the `u`.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        var code = first
        if (0xD800...0xDBFF).contains(first) {
            guard next == UInt8(ascii: "\\") else { throw error(.notUnicode) }
            position += 1
            guard next == UInt8(ascii: "u") else { throw error(.notUnicode) }
            position += 1
            let second = try fourHexDigits()
            guard (0xDC00...0xDFFF).contains(second) else { throw error(.notUnicode) }
            code = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error(.notUnicode) }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch next {
            case let octet? where (0x30...0x39).contains(octet): digit = octet - 0x30
            case let octet? where (0x41...0x46).contains(octet): digit = octet - 0x41 + 10
            case let octet? where (0x61...0x66).contains(octet): digit = octet - 0x61 + 10
            default: throw error(.syntax)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private func text(_ octets: some Sequence<UInt8>, isASCII: Bool) throws(JSONError) -> String {
        if isASCII { return String(decoding: Array(octets), as: UTF8.self) }
        guard let text = String(validating: octets, as: UTF8.self),
            !text.unicodeScalars.contains(where: \.isNonCharacter)
        else { throw error(.notUnicode) }
        return text
    }
}

extension Unicode.Scalar {
    /// U+FDD0 to U+FDEF and the last two of every plane (RFC 7493 §2.1 bars them from I-JSON).
    var isNonCharacter: Bool { (0xFDD0...0xFDEF).contains(value) || value & 0xFFFE == 0xFFFE }
}
