/// The Raw form (RFC 8621 §4.1.2.1): the octets as they are; NUL is dropped, what is not UTF-8 becomes U+FFFD.
func rawHeaderText(_ value: UnsafeRawBufferPointer) -> String {
    guard value.firstIndex(of: ASCII.nul, from: 0, to: value.count) != nil else {
        return String(decoding: value, as: UTF8.self)
    }
    return String(decoding: value.filter { $0 != ASCII.nul }, as: UTF8.self)
}

/// The Text form (RFC 8621 §4.1.2.2): unfolded, leading spaces removed, encoded-words decoded, NFC.
///
/// An encoded-word counts only where white space or the value's edge stands on both sides (RFC 2047 §5 (1)); the white
/// space between two of them is not text (§6.2).
func headerText(_ value: UnsafeRawBufferPointer) -> String {
    let text = unfolded(value)
    return text.withUnsafeBytes { bytes in
        var start = 0
        while start < bytes.count, bytes[start] == ASCII.space { start += 1 }
        return decodedText(bytes.slice(start..<bytes.count))
    }
}

/// Line ends removed wherever they stand: within a value each belongs to folding, or to nothing.
func unfolded(_ value: UnsafeRawBufferPointer) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(value.count)
    var start = 0
    while let end = value.firstIndex(of: ASCII.lf, from: start, to: value.count) {
        output.append(contentsOf: value[start..<value.withoutLineEnd(start, end + 1)])
        start = end + 1
    }
    output.append(contentsOf: value[start..<value.withoutLineEnd(start, value.count)])
    return output
}

/// Where encoded-words count.
enum EncodedWordPlacement {
    /// Only as words of their own (RFC 2047 §5).
    case separate
    /// Anywhere: for the places where none should be at all.
    case anywhere
}

/// Text with its encoded-words decoded; white space alone between two of them is dropped.
func decodedText(_ bytes: UnsafeRawBufferPointer, _ placement: EncodedWordPlacement = .separate) -> String {
    var decoder = EncodedTextDecoder(bytes, placement)
    return decoder.decode()
}

struct EncodedTextDecoder {
    private let bytes: UnsafeRawBufferPointer
    private let placement: EncodedWordPlacement
    private var reader: EncodedWordReader
    private var builder = HeaderTextBuilder()
    /// Where text begins that is not yet handed over.
    private var pending = 0

    init(_ bytes: UnsafeRawBufferPointer, _ placement: EncodedWordPlacement) {
        self.bytes = bytes
        self.placement = placement
        reader = EncodedWordReader(bytes)
    }

    var work: Int { reader.work }

    mutating func decode() -> String {
        var index = 0
        var lastWasEncoded = false
        while let sign = bytes.firstIndex(of: ASCII.equals, from: index, to: bytes.count) {
            guard let word = word(at: sign) else {
                index = sign + 1
                continue
            }
            let onlyBlanks = lastWasEncoded && bytes[pending..<sign].allSatisfy(ASCII.isWhiteSpace)
            if !onlyBlanks { appendPlain(upTo: sign) }
            builder.append(word)
            (pending, index, lastWasEncoded) = (word.end, word.end, true)
        }
        appendPlain(upTo: bytes.count)
        return builder.finish()
    }

    private mutating func appendPlain(upTo end: Int) {
        if pending < end { builder.append(plain: bytes.slice(pending..<end)) }
    }

    private mutating func word(at sign: Int) -> EncodedWord? {
        switch placement {
        case .anywhere:
            return reader.read(at: sign)
        case .separate:
            guard sign == 0 || isBlank(bytes[sign - 1]), let word = reader.read(at: sign),
                word.end == bytes.count || isBlank(bytes[word.end])
            else { return nil }
            return word
        }
    }
}

@inline(__always)
func isBlank(_ octet: UInt8) -> Bool { octet == ASCII.space || octet == ASCII.tab }
