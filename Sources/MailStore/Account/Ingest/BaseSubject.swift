/// A subject without what mail programs and lists put around it (RFC 5256 §2.1, RFC 8621 §3), for comparing only.
enum BaseSubject {
    /// Removes `Re:`, `Fwd:` and their like in several languages, `[list]` tags at the start, `(fwd)` at the end, and all
    /// white space; lower-cases the rest.
    static func of(_ subject: String) -> String {
        if let plain = plain(subject, space: nil) { return plain }
        var text = withoutWhitespace(subject)[...]
        while removeTrailer(&text) || removeLeader(&text) {}
        return String(decoding: text, as: UTF8.self)
    }

    /// The same for people's eyes and for sorting: letters as they are, words with one space between them.
    static func shown(_ subject: String) -> String {
        if let plain = plain(subject, space: 0x20) { return plain }
        var words = words(subject)
        while words.count > 1, let last = words.last, isForwardMark(last) { words.removeLast() }
        var text = Array(words.joined(separator: CollectionOfOne(0x20)))[...]
        while let rest = withoutShownLeader(text) { text = rest }
        return String(decoding: text, as: UTF8.self)
    }

    /// UTF-8 all the way: whatever is removed are whole characters.
    private typealias Text = ArraySlice<UInt8>

    /// Nil when there is nothing to remove.
    private static func withoutShownLeader(_ text: Text) -> Text? {
        if let rest = withoutTag(text)?.drop(while: { $0 == 0x20 }), !rest.isEmpty { return rest }
        let head = text.prefix(longestPrefix).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        for prefix in prefixes where head.starts(with: prefix) {
            var rest = text.dropFirst(prefix.count).drop { $0 == 0x20 }
            if let afterTag = withoutTag(rest) { rest = afterTag.drop { $0 == 0x20 } }
            guard let colon = colon(rest) else { continue }
            return rest.dropFirst(colon).drop { $0 == 0x20 }
        }
        return nil
    }

    /// ASCII that has nothing to remove: its words with `space` between them, or in lower case with nothing between them.
    /// Nil for every other subject.
    private static func plain(_ subject: String, space: UInt8?) -> String? {
        var text: [UInt8] = []
        text.reserveCapacity(subject.utf8.count)
        var isInSpace = false
        for octet in subject.utf8 {
            switch octet {
            case 0x09...0x0D, 0x20:
                isInSpace = true
                continue
            case UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "("), 0x80...: return nil
            default: break
            }
            if let space, isInSpace, !text.isEmpty { text.append(space) }
            isInSpace = false
            text.append(space == nil && (0x41...0x5A).contains(octet) ? octet | 0x20 : octet)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// In lower case.
    private static func withoutWhitespace(_ subject: String) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(subject.utf8.count)
        for scalar in subject.unicodeScalars where !isWhitespace(scalar) {
            if scalar.value < 0x80 {
                let octet = UInt8(truncatingIfNeeded: scalar.value)
                text.append((0x41...0x5A).contains(octet) ? octet | 0x20 : octet)
            } else if Casemap.isCaseless(scalar) {
                UTF8.encode(scalar).map { text.append(contentsOf: $0) }
            } else {
                text.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            }
        }
        return text
    }

    /// What stands between white space.
    private static func words(_ subject: String) -> [[UInt8]] {
        var words: [[UInt8]] = []
        var word: [UInt8] = []
        for scalar in subject.unicodeScalars {
            guard isWhitespace(scalar) else {
                UTF8.encode(scalar).map { word.append(contentsOf: $0) }
                continue
            }
            if !word.isEmpty { words.append(word) }
            word.removeAll(keepingCapacity: true)
        }
        return word.isEmpty ? words : words + [word]
    }

    private static func isForwardMark(_ word: [UInt8]) -> Bool {
        word.count == 5 && word.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }.elementsEqual("(fwd)".utf8)
    }

    private static func isWhitespace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x80: scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value)
        case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    private static let longestPrefix = prefixes.map(\.count).max() ?? 0

    /// Written without white space, as the text is when they are looked for.
    private static let prefixes: [[UInt8]] = [
        "re", "fw", "fwd", "aw", "wg", "sv", "vs", "vb", "antw", "doorst", "ref", "rif", "res", "enc", "tr", "odp",
        "ynt",
        "回复", "转发", "答复",
    ].map { Array($0.utf8) }

    /// The octets of the colon that the text begins with, an ASCII or a full-width one; nil when it begins with none.
    private static func colon(_ text: Text) -> Int? {
        if text.first == UInt8(ascii: ":") { return 1 }
        return text.starts(with: [0xEF, 0xBC, 0x9A]) ? 3 : nil
    }

    private static func removeTrailer(_ text: inout Text) -> Bool {
        guard text.count > 5, text.suffix(5).elementsEqual("(fwd)".utf8) else { return false }
        text = text.dropLast(5)
        return true
    }

    /// One prefix, with its count or tag (`re[2]:`), or one tag. A subject that is nothing but a tag keeps it.
    private static func removeLeader(_ text: inout Text) -> Bool {
        if let rest = withoutTag(text), !rest.isEmpty {
            text = rest
            return true
        }
        for prefix in prefixes where text.starts(with: prefix) {
            var rest = text.dropFirst(prefix.count)
            if let afterTag = withoutTag(rest) { rest = afterTag }
            guard let colon = colon(rest) else { continue }
            text = rest.dropFirst(colon)
            return true
        }
        return false
    }

    private static func withoutTag(_ text: Text) -> Text? {
        guard text.first == UInt8(ascii: "["),
            let end = text.dropFirst().firstIndex(where: { $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "[") }),
            text[end] == UInt8(ascii: "]")
        else { return nil }
        return text[text.index(after: end)...]
    }
}
