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

/// Decodes the encoded-words among words that white space separates.
func decodedText(_ bytes: UnsafeRawBufferPointer) -> String {
    var builder = HeaderTextBuilder()
    // Text not yet handed over begins here; white space after an encoded-word waits until the next word is known.
    var pending = 0
    var index = 0
    var lastWasEncoded = false
    while let sign = bytes.firstIndex(of: ASCII.equals, from: index, to: bytes.count) {
        let startsWord = sign == 0 || isBlank(bytes[sign - 1])
        if startsWord, let word = EncodedWord(bytes, at: sign, limit: bytes.count),
            word.end == bytes.count || isBlank(bytes[word.end])
        {
            let onlyBlanks = lastWasEncoded && bytes[pending..<sign].allSatisfy(isBlank)
            if pending < sign, !onlyBlanks { builder.append(plain: bytes.slice(pending..<sign)) }
            builder.append(word)
            (pending, index, lastWasEncoded) = (word.end, word.end, true)
        } else {
            index = sign + 1
        }
    }
    if pending < bytes.count { builder.append(plain: bytes.slice(pending..<bytes.count)) }
    return builder.finish()
}

@inline(__always)
func isBlank(_ octet: UInt8) -> Bool { octet == ASCII.space || octet == ASCII.tab }
