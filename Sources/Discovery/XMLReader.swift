/// Reads the small part of XML that autoconfig files are written in: elements, attributes, text, comments, CDATA.
///
/// What it does not know it does not obey: a document type, and with it every entity of the document's own, is refused.
struct XMLReader {
    struct Element {
        var name: String
        var attributes: [String: String] = [:]
        var text = ""
        var children: [Element] = []

        func all(_ name: String) -> [Element] { children.filter { $0.name == name } }
        func first(_ name: String) -> Element? { children.first { $0.name == name } }
    }

    /// How deep elements may be nested, and how many there may be.
    static let depth = 32
    static let elements = 10_000

    private var rest: Substring
    private var count = 0

    private init(_ text: String) { rest = text[...] }

    /// The root element; nil for what is not well-formed as far as it is read, or passes a limit.
    static func parse(_ octets: [UInt8]) -> Element? {
        guard let text = String(validating: octets, as: UTF8.self) else { return nil }
        var reader = XMLReader(text)
        if reader.rest.first == "\u{FEFF}" { reader.rest.removeFirst() }
        guard reader.skipMisc(), let root = reader.element(depth: 1), reader.skipMisc(), reader.rest.isEmpty else {
            return nil
        }
        return root
    }

    /// Skips white space, comments and processing instructions between elements.
    private mutating func skipMisc() -> Bool {
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.hasPrefix("<?") {
                guard skip(past: "?>") else { return false }
            } else if rest.hasPrefix("<!--") {
                guard skip(past: "-->") else { return false }
            } else {
                return true
            }
        }
    }

    private mutating func skip(past end: String) -> Bool {
        guard let found = rest.firstRange(of: end) else { return false }
        rest = rest[found.upperBound...]
        return true
    }

    private mutating func element(depth: Int) -> Element? {
        count += 1
        guard depth <= Self.depth, count <= Self.elements, rest.first == "<" else { return nil }
        rest.removeFirst()
        guard let name = name() else { return nil }
        var element = Element(name: name)
        guard let isEmpty = attributes(of: &element) else { return nil }
        if isEmpty { return element }
        while !rest.isEmpty {
            if rest.hasPrefix("</") {
                rest = rest.dropFirst(2)
                guard self.name() == name else { return nil }
                rest = rest.drop(while: \.isWhitespace)
                guard rest.first == ">" else { return nil }
                rest.removeFirst()
                return element
            }
            guard content(of: &element, depth: depth) else { return nil }
        }
        return nil
    }

    private mutating func content(of element: inout Element, depth: Int) -> Bool {
        if rest.hasPrefix("<!--") { return skip(past: "-->") }
        if rest.hasPrefix("<?") { return skip(past: "?>") }
        if rest.hasPrefix("<![CDATA[") {
            guard let end = rest.firstRange(of: "]]>") else { return false }
            element.text += rest[..<end.lowerBound].dropFirst(9)
            rest = rest[end.upperBound...]
            return true
        }
        if rest.first == "<" {
            guard let child = self.element(depth: depth + 1) else { return false }
            element.children.append(child)
            return true
        }
        let text = rest.prefix { $0 != "<" }
        rest = rest[text.endIndex...]
        guard let plain = Self.unescaped(text) else { return false }
        element.text += plain
        return true
    }

    private mutating func name() -> String? {
        let name = rest.prefix { $0.isLetter || $0.isNumber || "-_.:".contains($0) }
        guard let first = name.first, first.isLetter || first == "_", name.utf8.count <= 200 else { return nil }
        rest = rest[name.endIndex...]
        return String(name)
    }

    /// Reads up to the tag's end: whether it was an empty element's; nil for what is no tag.
    private mutating func attributes(of element: inout Element) -> Bool? {
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.hasPrefix("/>") {
                rest = rest.dropFirst(2)
                return true
            }
            if rest.first == ">" {
                rest.removeFirst()
                return false
            }
            guard let name = name(), element.attributes[name] == nil, element.attributes.count < 100 else { return nil }
            rest = rest.drop(while: \.isWhitespace)
            guard rest.first == "=" else { return nil }
            rest = rest.dropFirst().drop(while: \.isWhitespace)
            guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
            rest.removeFirst()
            let value = rest.prefix { $0 != quote && $0 != "<" }
            rest = rest[value.endIndex...]
            guard rest.first == quote, let plain = Self.unescaped(value) else { return nil }
            rest.removeFirst()
            element.attributes[name] = plain
        }
    }

    /// Text with its references resolved: the five that every document has, and characters by number.
    private static func unescaped(_ text: Substring) -> String? {
        guard text.contains("&") else { return String(text) }
        var plain = ""
        var rest = text
        while let mark = rest.firstIndex(of: "&") {
            plain += rest[..<mark]
            guard let end = rest[mark...].prefix(12).firstIndex(of: ";"),
                let character = character(rest[rest.index(after: mark)..<end])
            else { return nil }
            plain.unicodeScalars.append(character)
            rest = rest[rest.index(after: end)...]
        }
        return plain + rest
    }

    private static func character(_ reference: Substring) -> Unicode.Scalar? {
        switch reference {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard reference.first == "#" else { return nil }
            let digits = reference.dropFirst()
            let number = digits.first == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
        }
    }
}
