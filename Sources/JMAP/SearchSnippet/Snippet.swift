import MailStore

/// Text as a snippet (RFC 8621 §5): HTML in which the words that were looked for are marked.
enum Snippet {
    /// Octets of an excerpt at most, marks and all (RFC 8621 §5).
    private static let limit = 255
    /// Characters that stand before the first match, at most.
    private static let lead = 40

    /// The whole text; nil when none of the words is in it.
    static func whole(_ text: String, _ words: SearchTerms) -> String? {
        let ranges = words.ranges(in: text)
        guard !ranges.isEmpty else { return nil }
        var snippet = ""
        var position = text.startIndex
        for range in ranges {
            snippet += escaped(text[position..<range.lowerBound]) + marked(text[range])
            position = range.upperBound
        }
        return snippet + escaped(text[position...])
    }

    /// A stretch around the first match, on one line; nil when none of the words is in the text.
    static func excerpt(_ text: String, _ words: SearchTerms) -> String? {
        guard let first = words.ranges(in: text, limit: 1).first else { return nil }
        let start = text.index(first.lowerBound, offsetBy: -lead, limitedBy: text.startIndex) ?? text.startIndex
        let end = text.index(first.lowerBound, offsetBy: limit, limitedBy: text.endIndex) ?? text.endIndex
        let line = text[start..<end].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        var snippet = ""
        var position = line.startIndex
        for range in words.ranges(in: line) {
            guard append(line[position..<range.lowerBound], to: &snippet), append(marked(line[range]), to: &snippet)
            else { return snippet }
            position = range.upperBound
        }
        _ = append(line[position...], to: &snippet)
        return snippet
    }

    /// Adds what there is room for, of a text; whether that was all.
    private static func append(_ text: Substring, to snippet: inout String) -> Bool {
        for character in text {
            guard append(escaped(Substring(String(character))), to: &snippet) else { return false }
        }
        return true
    }

    /// Adds HTML that must stay whole, if there is room; whether there was.
    private static func append(_ html: String, to snippet: inout String) -> Bool {
        guard snippet.utf8.count + html.utf8.count <= limit else { return false }
        snippet += html
        return true
    }

    private static func marked(_ text: Substring) -> String { "<mark>" + escaped(text) + "</mark>" }

    private static func escaped(_ text: Substring) -> String {
        guard text.utf8.contains(where: { [0x26, 0x3C, 0x3E, 0x22, 0x27].contains($0) }) else { return String(text) }
        var output = ""
        for character in text {
            switch character {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            default: output.append(character)
            }
        }
        return output
    }
}
