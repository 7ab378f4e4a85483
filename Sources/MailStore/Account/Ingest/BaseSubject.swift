/// A subject without what mail programs and lists put around it (RFC 5256 §2.1, RFC 8621 §3), for comparing only.
enum BaseSubject {
    /// Removes `Re:`, `Fwd:` and their like in several languages, `[list]` tags at the start, `(fwd)` at the end, and all
    /// white space; lower-cases the rest.
    static func of(_ subject: String) -> String {
        if let plain = plain(subject, space: nil) { return plain }
        var text = Array(subject.lowercased().unicodeScalars.filter { !isWhitespace($0) })[...]
        while removeTrailer(&text) || removeLeader(&text) {}
        return String(String.UnicodeScalarView(text))
    }

    /// The same for people's eyes and for sorting: letters as they are, words with one space between them.
    static func shown(_ subject: String) -> String {
        if let plain = plain(subject, space: 0x20) { return plain }
        var words = subject.unicodeScalars.split(whereSeparator: isWhitespace)[...]
        while let last = words.last, words.count > 1, String(last).lowercased() == "(fwd)" { words = words.dropLast() }
        var text = Array(words.joined(separator: " ".unicodeScalars))[...]
        while let rest = withoutShownLeader(text) { text = rest }
        return String(String.UnicodeScalarView(text))
    }

    /// Nil when there is nothing to remove.
    private static func withoutShownLeader(_ text: Text) -> Text? {
        if let rest = withoutTag(text)?.drop(while: isWhitespace), !rest.isEmpty { return rest }
        guard text.contains(where: { $0 == ":" || $0 == "：" }) else { return nil }
        let head = String(String.UnicodeScalarView(text.prefix(longestPrefix))).lowercased().unicodeScalars
        for prefix in prefixes where head.starts(with: prefix) {
            var rest = text.dropFirst(prefix.count).drop(while: isWhitespace)
            if let afterTag = withoutTag(rest) { rest = afterTag.drop(while: isWhitespace) }
            guard rest.first == ":" || rest.first == "：" else { continue }
            return rest.dropFirst().drop(while: isWhitespace)
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

    private static func isWhitespace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80
            ? scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value) : scalar.properties.isWhitespace
    }

    private typealias Text = ArraySlice<Unicode.Scalar>

    private static let longestPrefix = prefixes.map(\.count).max() ?? 0

    /// Written without white space, as the text is when they are looked for.
    private static let prefixes: [[Unicode.Scalar]] = [
        "re", "fw", "fwd", "aw", "wg", "sv", "vs", "vb", "antw", "doorst", "ref", "rif", "res", "enc", "tr", "odp",
        "ynt",
        "回复", "转发", "答复",
    ].map { Array($0.unicodeScalars) }

    private static func removeTrailer(_ text: inout Text) -> Bool {
        guard text.count > 5, text.suffix(5).elementsEqual("(fwd)".unicodeScalars) else { return false }
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
            guard rest.first == ":" || rest.first == "：" else { continue }
            text = rest.dropFirst()
            return true
        }
        return false
    }

    private static func withoutTag(_ text: Text) -> Text? {
        guard text.first == "[", let end = text.dropFirst().firstIndex(where: { $0 == "]" || $0 == "[" }),
            text[end] == "]"
        else { return nil }
        return text[text.index(after: end)...]
    }
}
