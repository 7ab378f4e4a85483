/// What an attribute may hold.
enum AttributeRule {
    /// Anything: it is read, not followed.
    case text
    /// A whole number, perhaps with a sign.
    case number
    /// A number, perhaps with `%` or `px`.
    case length
    case colour
    case word(Set<String>)
    /// Whatever it holds, it is there.
    case flag
    case language
    case coordinates
    /// A font's names.
    case font
    /// A point in time.
    case time

    /// The rule of the attribute `name` of `tag`; nil when it is left out. Addresses, names, classes and styles have
    /// rules of their own.
    static func of(_ name: String, _ tag: HTMLTag) -> AttributeRule? {
        guard let (rule, tags) = table[name], tags.isEmpty || tags.contains(tag) else { return nil }
        return rule
    }

    private static let cells: Set<HTMLTag> = [.td, .th]
    private static let rows: Set<HTMLTag> = [.td, .th, .tr, .tbody, .thead, .tfoot, .col, .colgroup]
    private static let blocks: Set<HTMLTag> = [
        .div, .p, .h1, .h2, .h3, .h4, .h5, .h6, .hr, .img, .caption, .table, .td, .th, .tr, .tbody, .thead, .tfoot,
        .col,
        .colgroup,
    ]
    private static let positions: Set<String> = [
        "left", "right", "center", "middle", "justify", "top", "bottom", "baseline", "absmiddle", "texttop", "char",
    ]

    private static let table: [String: (AttributeRule, Set<HTMLTag>)] = [
        "title": (.text, []), "lang": (.language, []), "dir": (.word(["ltr", "rtl", "auto"]), []),
        "hidden": (.flag, []),
        "role": (.word(["presentation", "none", "heading", "img", "list", "listitem", "separator"]), []),
        "aria-label": (.text, []), "aria-hidden": (.word(["true", "false"]), []),
        "alt": (.text, [.img, .area]),
        "width": (.length, blocks.union([.pre])), "height": (.length, blocks),
        "border": (.number, [.img, .table]), "hspace": (.number, [.img]), "vspace": (.number, [.img]),
        "align": (.word(positions), blocks), "valign": (.word(positions), rows),
        "cellpadding": (.length, [.table]), "cellspacing": (.length, [.table]),
        "frame": (.word(["void", "above", "below", "hsides", "lhs", "rhs", "vsides", "box", "border"]), [.table]),
        "rules": (.word(["none", "groups", "rows", "cols", "all"]), [.table]), "summary": (.text, [.table]),
        "bgcolor": (.colour, rows.union([.table])),
        "colspan": (.number, cells), "rowspan": (.number, cells), "nowrap": (.flag, cells), "abbr": (.text, cells),
        "scope": (.word(["row", "col", "rowgroup", "colgroup"]), cells), "span": (.number, [.col, .colgroup]),
        "color": (.colour, [.font, .hr]), "face": (.font, [.font]), "size": (.number, [.font, .hr]),
        "noshade": (.flag, [.hr]), "clear": (.word(["left", "right", "all", "both", "none"]), [.br]),
        "start": (.number, [.ol]), "reversed": (.flag, [.ol]), "value": (.number, [.li]),
        "type": (.word(["1", "a", "i", "disc", "circle", "square"]), [.ol, .ul, .li]), "open": (.flag, [.details]),
        "datetime": (.time, [.time, .del, .ins]), "shape": (.word(["rect", "circle", "poly", "default"]), [.area]),
        "coords": (.coordinates, [.area]),
    ]

    /// The value as it may stand; nil when it may not.
    func value(_ written: String) -> String? {
        let text = Self.trimmed(written)
        switch self {
        case .text: return written.utf8.count <= 4096 ? written : nil
        case .number: return Self.isNumber(text.utf8[...]) ? text : nil
        case .length: return Self.length(text)
        case .colour: return Self.isColour(text) ? text : nil
        case .word(let words):
            // An ordered list's kinds are told apart by their case.
            if text == "A" || text == "I" { return words.contains(text.lowercased()) ? text : nil }
            return words.contains(text.lowercased()) ? text.lowercased() : nil
        case .flag: return ""
        case .language:
            return text.utf8.count <= 35 && text.utf8.allSatisfy { Self.isAlphanumeric($0) || $0 == 0x2D } ? text : nil
        case .coordinates:
            return text.utf8.count <= 1000
                && text.utf8.allSatisfy { $0 &- 0x30 < 10 || [0x2C, 0x20, 0x2E, 0x2D].contains($0) } ? text : nil
        case .font:
            return text.utf8.count <= 200
                && text.utf8.allSatisfy {
                    Self.isAlphanumeric($0) || $0 >= 0x80 || [0x20, 0x2C, 0x2D, 0x27, 0x5F].contains($0)
                }
                ? text : nil
        case .time:
            return text.utf8.count <= 40
                && text.utf8.allSatisfy { Self.isAlphanumeric($0) || [0x2B, 0x2D, 0x2E, 0x3A, 0x20].contains($0) }
                ? text : nil
        }
    }

    private static func trimmed(_ text: String) -> String {
        let octets = text.utf8.drop(while: HTMLTreeBuilder.isSpace)
        let end = octets.lastIndex { !HTMLTreeBuilder.isSpace($0) }.map(octets.index(after:)) ?? octets.startIndex
        return String(octets[..<end]) ?? ""
    }

    private static func isAlphanumeric(_ octet: UInt8) -> Bool { (octet | 0x20) &- 0x61 < 26 || octet &- 0x30 < 10 }

    private static func isNumber(_ octets: Substring.UTF8View) -> Bool {
        let digits = octets.first == 0x2B || octets.first == 0x2D ? octets.dropFirst() : octets
        return (1...5).contains(digits.count) && digits.allSatisfy { $0 &- 0x30 < 10 }
    }

    /// The number with its percent sign; pixels go without saying.
    private static func length(_ text: String) -> String? {
        let octets = text.utf8
        var end = octets.startIndex
        var points = 0
        while end < octets.endIndex, octets[end] &- 0x30 < 10 || (octets[end] == 0x2E && points == 0) {
            if octets[end] == 0x2E { points += 1 }
            end = octets.index(after: end)
        }
        let number = String(text[..<end])
        guard (1...8).contains(number.utf8.count), number != "." else { return nil }
        let unit = text[end...].lowercased()
        switch unit {
        case "", "px": return number
        case "%": return number + "%"
        default: return nil
        }
    }

    private static func isColour(_ text: String) -> Bool {
        guard (3...30).contains(text.utf8.count) else { return false }
        let name = text.hasPrefix("#") ? text.utf8.dropFirst() : text.utf8[...]
        return name.allSatisfy(isAlphanumeric)
    }
}
