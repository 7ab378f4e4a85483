/// One encoded-word (RFC 2047 §2), with the language of RFC 2231 §5 allowed and ignored.
struct EncodedWord {
    let charset: Charset
    /// The octets that its B or Q text stands for.
    let octets: [UInt8]
    /// Where it ends.
    let end: Int

    /// Reads the encoded-word that begins at `start` and ends no later than `limit`; nil if there is none, or if its
    /// charset or encoding is not known (RFC 8621 §4.1.2.2: only known ones are decoded).
    ///
    /// QUIRK: more than 75 characters are accepted; many senders never counted.
    init?(_ bytes: UnsafeRawBufferPointer, at start: Int, limit: Int) {
        guard start + 7 < limit, bytes[start] == ASCII.equals, bytes[start + 1] == ASCII.question else { return nil }
        let nameStart = start + 2
        var index = nameStart
        while index < limit, index - nameStart <= 64, Self.isCharsetOctet(bytes[index]) { index += 1 }
        guard index > nameStart, index + 3 < limit, bytes[index] == ASCII.question, bytes[index + 2] == ASCII.question
        else { return nil }
        let nameEnd = index
        let encoding = bytes[index + 1] | 0x20
        guard encoding == 0x62 || encoding == 0x71 else { return nil }
        let textStart = index + 3
        index = textStart
        while index < limit, bytes[index] != ASCII.question, bytes[index] > ASCII.space { index += 1 }
        guard index + 1 < limit, bytes[index] == ASCII.question, bytes[index + 1] == ASCII.equals else { return nil }
        let label = String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self).prefix { $0 != "*" }
        charset = Charset(label: label)
        guard charset != .unknown, !label.isEmpty else { return nil }
        let text = textStart..<index
        octets = encoding == 0x62 ? Self.decodeB(bytes.slice(text)) : Self.decodeQ(bytes.slice(text))
        end = index + 2
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

/// Puts decoded header text together from plain octets and encoded-words.
///
/// Neighbouring encoded-words of one charset are joined before their charset is decoded, so that a character which a
/// sender cut in two still reads (RFC 2047 §5 forbids that; many do it).
struct HeaderTextBuilder {
    private var output: [UInt8] = []
    private var word: [UInt8] = []
    private var wordCharset: Charset?

    /// Plain octets: UTF-8, or else windows-1252; NUL is dropped.
    mutating func append(plain bytes: UnsafeRawBufferPointer) {
        finishWord()
        if endOfASCII(bytes, from: 0) == bytes.count || isUTF8(bytes) {
            output.append(contentsOf: bytes)
        } else {
            appendWindows1252(bytes, to: &output)
        }
    }

    mutating func append(_ encoded: EncodedWord) {
        if wordCharset != encoded.charset { finishWord() }
        wordCharset = encoded.charset
        word.append(contentsOf: encoded.octets)
    }

    mutating func appendSpace() {
        finishWord()
        output.append(ASCII.space)
    }

    /// The text, in NFC.
    mutating func finish() -> String {
        finishWord()
        if output.contains(ASCII.nul) { output.removeAll { $0 == ASCII.nul } }
        return String(decoding: output, as: UTF8.self).inNormalizationFormC
    }

    private mutating func finishWord() {
        guard let charset = wordCharset else { return }
        wordCharset = nil
        var decoder = CharsetDecoder(charset)
        let start = output.count
        word.withUnsafeBytes { decoder.decode($0, isLast: true, into: &output) }
        word.removeAll(keepingCapacity: true)
        removeControls(from: start)
    }

    /// Encoded controls are dropped (RFC 8621 §4.1.2.2): C0, DEL and, as C2 80 to C2 9F, C1.
    private mutating func removeControls(from start: Int) {
        var write = start
        var read = start
        while read < output.count {
            let octet = output[read]
            if octet < 0x20 || octet == 0x7F {
                read += 1
            } else if octet == 0xC2, read + 1 < output.count, output[read + 1] < 0xA0 {
                read += 2
            } else {
                output[write] = octet
                write += 1
                read += 1
            }
        }
        output.removeLast(output.count - write)
    }
}
