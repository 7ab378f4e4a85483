/// One encoded-word (RFC 2047 §2), with the language of RFC 2231 §5 allowed and ignored.
struct EncodedWord {
    let charset: Charset
    /// The octets that its B or Q text stands for.
    let octets: [UInt8]
    /// Where it ends.
    let end: Int
}

/// Reads the encoded-words of one value. An attempt looks at nothing beyond the next `?` that cannot belong to the word, so
/// that attempts at every `=?` are linear together.
struct EncodedWordReader {
    private let bytes: UnsafeRawBufferPointer
    /// Octets looked at: what tests count to see that the work is linear.
    private(set) var work = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The encoded-word that begins at `start`; nil if there is none, or if its charset or encoding is not known (RFC 8621
    /// §4.1.2.2: only known ones are decoded).
    ///
    /// QUIRK: more than 75 characters are accepted; many senders never counted.
    mutating func read(at start: Int) -> EncodedWord? {
        let limit = bytes.count
        work += 1
        guard start + 7 < limit, bytes[start] == ASCII.equals, bytes[start + 1] == ASCII.question else { return nil }
        let nameStart = start + 2
        var index = nameStart
        while index < limit, index - nameStart <= 64, Self.isCharsetOctet(bytes[index]) { index += 1 }
        work += index - nameStart
        guard index > nameStart, index + 3 < limit, bytes[index] == ASCII.question, bytes[index + 2] == ASCII.question
        else { return nil }
        let nameEnd = index
        let encoding = bytes[index + 1] | 0x20
        guard encoding == 0x62 || encoding == 0x71 else { return nil }
        let textStart = index + 3
        index = textStart
        while index < limit, bytes[index] != ASCII.question, bytes[index] > ASCII.space { index += 1 }
        work += index - textStart
        guard index + 1 < limit, bytes[index] == ASCII.question, bytes[index + 1] == ASCII.equals else { return nil }
        let label = String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self).prefix { $0 != "*" }
        let charset = Charset(label: label)
        guard charset != .unknown, !label.isEmpty else { return nil }
        let text = bytes.slice(textStart..<index)
        return EncodedWord(
            charset: charset, octets: encoding == 0x62 ? Self.decodeB(text) : Self.decodeQ(text), end: index + 2)
    }

    private static func isCharsetOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x00...0x20, 0x7F...0xFF, 0x28, 0x29, 0x3C, 0x3E, 0x40, 0x2C, 0x3B, 0x22, 0x2F, 0x5B, 0x5D, 0x3F, 0x2E,
            0x3D:
            // QUIRK: a colon is allowed: "iso-8859-1:1987" names charsets in old registries.
            false
        default: true
        }
    }

    private static func decodeB(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var decoder = Base64Decoder()
        var output: [UInt8] = []
        decoder.decode(text, into: &output)
        decoder.finish(into: &output)
        return output
    }

    private static func decodeQ(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            let octet = text[index]
            if octet == ASCII.equals, index + 2 < text.count, let high = ASCII.hexValue(text[index + 1]),
                let low = ASCII.hexValue(text[index + 2])
            {
                output.append(high << 4 | low)
                index += 3
            } else {
                output.append(octet == ASCII.underscore ? ASCII.space : octet)
                index += 1
            }
        }
        return output
    }
}
