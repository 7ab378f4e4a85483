/// Reads what the sanitiser writes, and nothing else: anything that it would not write is a fault. It shares no code and
/// no list with it.
struct StrictReader {
    private let octets: [UInt8]
    private var position = 0
    private var open: [String] = []
    /// What is wrong, in words.
    private(set) var faults: [String] = []
    /// The tags and the style sheet, in lower case, without the text.
    private(set) var markup = ""

    static let elements = Set(
        """
        a abbr acronym address area article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del \
        details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li main map \
        mark nav ol p pre q rp rt ruby s samp section small span strong sub summary sup table tbody td tfoot th thead time \
        tr tt u ul var wbr
        """.split(separator: " ").map(String.init))
    static let alone: Set<String> = ["area", "br", "col", "hr", "img", "wbr"]
    static let attributes = Set(
        """
        abbr align alt aria-hidden aria-label bgcolor border cellpadding cellspacing class clear color cols colspan coords \
        datetime dir face frame height hidden href hspace id lang name noshade nowrap open rel reversed role rowspan rules \
        scope shape size span src start style summary target title type usemap valign value vspace width
        """.split(separator: " ").map(String.init))

    init(_ html: String) {
        octets = Array(html.utf8)
        read()
    }

    private var isAtEnd: Bool { position >= octets.count }

    private func looksAt(_ text: String) -> Bool { octets[position...].starts(with: text.utf8) }

    private mutating func take(_ text: String) -> Bool {
        guard looksAt(text) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func takeUntil(_ stops: [UInt8]) -> String {
        let start = position
        while !isAtEnd, !stops.contains(octets[position]) { position += 1 }
        return String(decoding: octets[start..<position], as: UTF8.self)
    }

    private mutating func read() {
        if take("<style>\n") {
            let sheet = takeUntil([0x3C])
            markup += sheet.lowercased()
            if !take("</style>") { faults.append("The style sheet has a sign in it that could end it.") }
            checkStyle(sheet, isSheet: true)
        }
        while !isAtEnd, faults.count < 5 {
            if octets[position] == 0x3C { tag() } else { text() }
        }
        if !open.isEmpty { faults.append("Open at the end: \(open).") }
    }

    private mutating func text() {
        if open.isEmpty { faults.append("There is text outside of every element.") }
        checkReferences(takeUntil([0x3C]))
    }

    private mutating func checkReferences(_ text: String) {
        if text.contains(">") || text.utf8.contains(0) {
            faults.append("There is a sign unescaped in \(text.prefix(80)).")
        }
        for piece in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst()
        where !["amp;", "lt;", "gt;", "#34;", "#39;", "#96;", "#13;"].contains(where: { piece.hasPrefix($0) }) {
            faults.append("There is an ampersand unescaped before \(piece.prefix(20)).")
        }
    }

    private mutating func tag() {
        let start = position
        defer { markup += String(decoding: octets[start..<position], as: UTF8.self).lowercased() + "\n" }
        if take("</") {
            let name = takeUntil([0x3E])
            position += 1
            if open.popLast() != name { faults.append("</\(name)> ends what is not open.") }
            return
        }
        position += 1
        let name = takeUntil([0x20, 0x3E])
        if !Self.elements.contains(name) { faults.append("There is an element \(name.prefix(40)).") }
        while take(" ") { attribute(of: name) }
        if !take(">") { return faults.append("<\(name) goes on strangely at \(position).") }
        if !Self.alone.contains(name) { open.append(name) }
    }

    private mutating func attribute(of element: String) {
        let name = takeUntil([0x3D, 0x20, 0x3E, 0x22])
        guard take("=\"") else { return faults.append("<\(element) \(name) has no value in quotes.") }
        let written = takeUntil([0x22])
        position += 1
        if !Self.attributes.contains(name) { faults.append("<\(element) has an attribute \(name.prefix(40)).") }
        if written.contains("<") || written.contains("'") || written.contains("`") {
            faults.append("\(name) of <\(element) has a sign unescaped.")
        }
        checkReferences(written)
        check(name, Self.unescaped(written), of: element)
    }

    private static func unescaped(_ value: String) -> String {
        var value = value
        for (reference, sign) in [
            ("&lt;", "<"), ("&gt;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#96;", "`"), ("&#13;", "\r"),
            ("&amp;", "&"),
        ] {
            value.replace(reference, with: sign)
        }
        return value
    }

    private mutating func check(_ name: String, _ value: String, of element: String) {
        switch name {
        case "id", "name": if !value.hasPrefix("m-") { faults.append("The name \(value) is not prefixed.") }
        case "class":
            if !value.split(separator: " ").allSatisfy({ $0.hasPrefix("m-") }) {
                faults.append("The class \(value) is not prefixed.")
            }
        case "href":
            if !["http://", "https://", "mailto:", "tel:", "#m-"].contains(where: { value.hasPrefix($0) }) {
                faults.append("A link leads to \(value.prefix(60)).")
            }
        case "src":
            let allowed = ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/jpg;base64,"]
            let more = ["data:image/gif;base64,", "data:image/webp;base64,", "/proxy/", "/jmap/download/"]
            if !(allowed + more).contains(where: { value.hasPrefix($0) }) {
                faults.append("An image is loaded from \(value.prefix(60)).")
            }
        case "usemap": if !value.hasPrefix("#m-") { faults.append("A map is \(value).") }
        case "target": if value != "_blank" { faults.append("A target is \(value).") }
        case "rel": if value != "noopener noreferrer" { faults.append("A relation is \(value).") }
        case "style": checkStyle(value, isSheet: false)
        default: break
        }
    }

    /// No word may stand in a style that could load or take out of the flow, strings left aside.
    private mutating func checkStyle(_ style: String, isSheet: Bool) {
        var plain = ""
        var isQuoted = false
        for character in style {
            if character == "\"" { isQuoted.toggle() }
            if !isQuoted { plain.append(character) }
        }
        if isQuoted || style.contains("<") { faults.append("A string or more is open in a style.") }
        let lower = plain.lowercased()
        let words = [
            "\\", "expression(", "var(", "image-set(", "cross-fade(", "element(", "attr(", "env(", "position:",
            "behavior:",
            "binding", "filter:", "cursor:", "/*", "@import", "@font-face", "@supports", "@layer", "[",
        ]
        for word in words where lower.contains(word) { faults.append("A style has \(word).") }
        if !isSheet, lower.contains("@") || lower.contains("{") || lower.contains("}") {
            faults.append("A style attribute has the signs of a sheet.")
        }
        for piece in style.lowercased().components(after: "url(") {
            if !["\"/proxy/", "\"/jmap/download/", "\"data:image/"].contains(where: { piece.hasPrefix($0) }) {
                faults.append("A style loads \(piece.prefix(40)).")
            }
        }
    }
}

extension String {
    /// What follows each `mark` that stands outside of strings.
    fileprivate func components(after mark: String) -> [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            rest = rest[range.upperBound...]
            let before = self[..<range.lowerBound]
            if before.filter({ $0 == "\"" }).count.isMultiple(of: 2) { found.append(rest) }
        }
        return found
    }
}
