/// Text as it stands in HTML to the text that is meant: references decoded, line ends folded, what is no character left
/// out.
enum HTMLCharacters {
    /// The text of the octets in `range`. `isValue`: an attribute's, where an old name without its semicolon counts only
    /// when no letter, digit or equals sign follows (HTML standard §13.2.5.73).
    static func decode(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, isValue: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let octet = bytes[index]
            if octet == 0x26, let end = reference(bytes, at: index, range.upperBound, isValue, &output) {
                index = end
                continue
            }
            index += 1
            if octet == 0x0D {
                output.append(0x0A)
                if index < range.upperBound, bytes[index] == 0x0A { index += 1 }
            } else if octet >= 0x20 && octet != 0x7F || HTMLTreeBuilder.isSpace(octet) {
                output.append(octet)
            }
        }
        return output
    }

    /// What of raw text is text: it has no references.
    static func raw(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        for index in range {
            let octet = bytes[index]
            if octet == 0x0D {
                if index + 1 == range.upperBound || bytes[index + 1] != 0x0A { output.append(0x0A) }
            } else if octet >= 0x20 && octet != 0x7F || HTMLTreeBuilder.isSpace(octet) {
                output.append(octet)
            }
        }
        return output
    }

    /// Appends what the reference at the ampersand means, and gives its end; nil when it is none.
    private static func reference(
        _ bytes: UnsafeRawBufferPointer, at start: Int, _ limit: Int, _ isValue: Bool, _ output: inout [UInt8]
    ) -> Int? {
        guard start + 1 < limit else { return nil }
        if bytes[start + 1] == 0x23 {
            guard let decoded = HTMLEntity.decode(bytes, at: start, limit: limit) else { return nil }
            append(decoded.scalar, &output)
            return decoded.end
        }
        var end = start + 1
        while end < limit, end - start <= HTMLEntityNames.maximumLength, isNameOctet(bytes[end]) { end += 1 }
        guard end > start + 1 else { return nil }
        if end < limit, bytes[end] == 0x3B {
            let name = String(decoding: bytes[start + 1..<end], as: UTF8.self)
            if append(named: name, &output) { return end + 1 }
        }
        return oldName(bytes, start + 1..<end, limit, isValue, &output)
    }

    /// The longest old name that the octets begin with.
    private static func oldName(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ limit: Int, _ isValue: Bool, _ output: inout [UInt8]
    ) -> Int? {
        for length in stride(from: min(range.count, 6), through: 2, by: -1) {
            let end = range.lowerBound + length
            let name = String(decoding: bytes[range.lowerBound..<end], as: UTF8.self)
            guard HTMLEntityNames.withoutSemicolon.contains(name) else { continue }
            if isValue, end < limit, isNameOctet(bytes[end]) || bytes[end] == 0x3D { return nil }
            return append(named: name, &output) ? end : nil
        }
        return nil
    }

    /// Appends what the name stands for. The names in common use spare most messages the table of all.
    private static func append(named name: String, _ output: inout [UInt8]) -> Bool {
        if let scalar = HTMLEntity.named(name), let encoded = UTF8.encode(scalar) {
            output.append(contentsOf: encoded)
            return true
        }
        guard let text = HTMLEntityNames.characters[name] else { return false }
        output.append(contentsOf: text.utf8)
        return true
    }

    private static func append(_ scalar: Unicode.Scalar, _ output: inout [UInt8]) {
        let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        guard !isControl || scalar.value <= 0x20 && HTMLTreeBuilder.isSpace(UInt8(truncatingIfNeeded: scalar.value)),
            let encoded = UTF8.encode(scalar)
        else { return }
        output.append(contentsOf: encoded)
    }

    private static func isNameOctet(_ octet: UInt8) -> Bool { (octet | 0x20) &- 0x61 < 26 || octet &- 0x30 < 10 }
}
