/// One word of a phrase, or of an address without angle brackets.
struct PhraseWord {
    enum Kind {
        case atom, quoted
        case encoded(EncodedWord)
    }

    /// Where it stands, quotes included.
    let range: Range<Int>
    let kind: Kind
    /// Whether white space or a comment stands before it.
    let spaceBefore: Bool
    /// Whether an atom holds an `@`.
    var hasAt = false

    var isEncoded: Bool {
        if case .encoded = kind { true } else { false }
    }
}

/// A display name (RFC 8621 §4.1.2.3): encoded-words decoded, quoted strings unquoted, one space where words are apart
/// and none between encoded-words. Nil when nothing is left.
func phrase(_ bytes: UnsafeRawBufferPointer, _ words: ArraySlice<PhraseWord>) -> String? {
    guard !words.isEmpty else { return nil }
    var builder = HeaderTextBuilder()
    var previous: PhraseWord?
    for word in words {
        if let previous, word.spaceBefore, !(previous.isEncoded && word.isEncoded) { builder.appendSpace() }
        previous = word
        switch word.kind {
        case .atom:
            builder.append(plain: bytes.slice(word.range))
        case .quoted:
            let closed = word.range.count > 1 && bytes[word.range.upperBound - 1] == ASCII.quote
            let start = word.range.lowerBound + 1
            let text = unquoted(bytes, start..<max(start, word.range.upperBound - (closed ? 1 : 0)))
            text.withUnsafeBytes { builder.append(plain: $0.slice($0.trimmed(0..<$0.count))) }
        case .encoded(let encoded):
            builder.append(encoded)
        }
    }
    let text = builder.finish()
    guard !text.isEmpty else { return nil }
    guard text.utf8.first.map(isBlank) == true || text.utf8.last.map(isBlank) == true else { return text }
    let octets = Array(text.utf8)
    let trimmed = octets.withUnsafeBytes { bytes in
        String(decoding: bytes[bytes.trimmed(0..<bytes.count)], as: UTF8.self)
    }
    return trimmed.isEmpty ? nil : trimmed
}

/// Plain octets of a header as text: UTF-8, or else windows-1252.
func plainText(_ bytes: UnsafeRawBufferPointer) -> String {
    if endOfASCII(bytes, from: 0) == bytes.count, bytes.firstIndex(of: ASCII.nul, from: 0, to: bytes.count) == nil {
        return String(decoding: bytes, as: UTF8.self)
    }
    var builder = HeaderTextBuilder()
    builder.append(plain: bytes)
    return builder.finish()
}
