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
