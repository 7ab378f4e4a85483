/// What becomes of an element of a message.
enum ElementRule: Equatable {
    case keep(HTMLTag)
    /// Shown as another element, with a style of its own.
    case rename(HTMLTag, style: String?)
    /// Its tags are left out, what is in it stays.
    case unwrap
    /// Left out with all that is in it.
    case drop
    /// Left out with its content, of which SVG or MathML elements are a part.
    case foreign
    /// A style sheet.
    case sheet
    case body, html

    static func named(_ name: String) -> ElementRule { table[name] ?? .unwrap }

    private static let table: [String: ElementRule] = {
        var table: [String: ElementRule] = [:]
        for tag in HTMLTag.allCases { table[tag.rawValue] = .keep(tag) }
        for name in ["svg", "math"] { table[name] = .foreign }
        // What runs, what is shown nowhere, and what chooses among things that were meant for a form.
        for name in [
            "script", "title", "textarea", "iframe", "noembed", "noframes", "template", "select", "datalist",
        ] {
            table[name] = .drop
        }
        table["style"] = .sheet
        table["body"] = .body
        table["html"] = .html
        table["image"] = .keep(.img)
        table["strike"] = .rename(.s, style: nil)
        table["dir"] = .rename(.ul, style: nil)
        table["menu"] = .rename(.ul, style: nil)
        table["legend"] = .rename(.div, style: nil)
        table["fieldset"] = .rename(.div, style: nil)
        for name in ["listing", "xmp", "plaintext"] { table[name] = .rename(.pre, style: nil) }
        table["nobr"] = .rename(.span, style: "white-space:nowrap")
        return table
    }()

    /// Elements of HTML that end SVG and MathML which were never closed (HTML standard §13.2.6.5).
    static let endsForeign: Set<String> = [
        "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2",
        "h3",
        "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre", "ruby",
        "s",
        "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul", "var",
    ]

    /// Elements of SVG and MathML in which HTML may stand.
    static let holdsHTML: Set<String> = [
        "foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml",
    ]
}
