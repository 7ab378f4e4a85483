/// The elements that plain text treats in a way of their own.
enum HTMLElement: Equatable {
    case head, body, html
    /// Content that is no text at all: script, style and others.
    case script, style, template, title, textarea, iframe, noembed, noframes, xmp
    case meta, link, base, noscript
    case lineBreak, preformatted, blockQuote, cell
    /// Begins and ends a line of its own.
    case block
    case other

    /// The element named by the octets in `name`, in any case.
    init(_ bytes: UnsafeRawBufferPointer, _ name: Range<Int>) {
        guard name.count <= 10 else {
            self = .other
            return
        }
        // The name as a number: its letters in lower case, five bits would do but eight keep digits apart.
        var low: UInt64 = 0
        var high: UInt64 = 0
        for (offset, index) in name.enumerated() {
            let octet = bytes[index]
            let lower = octet &- 0x41 < 26 ? octet | 0x20 : octet
            if offset < 8 { low = low << 8 | UInt64(lower) } else { high = high << 8 | UInt64(lower) }
        }
        self = high == 0 ? Self.short[low] ?? .other : (low == Self.blockquote && high == 0x7465 ? .blockQuote : .other)
    }

    private static func number(_ name: String) -> UInt64 {
        name.utf8.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static let blockquote = number("blockquo")

    private static let short: [UInt64: HTMLElement] = {
        var table: [String: HTMLElement] = [
            "head": .head, "body": .body, "html": .html, "script": .script, "style": .style, "template": .template,
            "title": .title, "textarea": .textarea, "iframe": .iframe, "noembed": .noembed, "noframes": .noframes,
            "xmp": .xmp, "meta": .meta, "link": .link, "base": .base, "noscript": .noscript, "br": .lineBreak,
            "pre": .preformatted, "td": .cell, "th": .cell,
        ]
        for name in [
            "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "tbody", "thead", "tfoot", "caption", "h1",
            "h2", "h3", "h4", "h5", "h6", "hr", "section", "article", "aside", "header", "footer", "nav", "main",
            "figure", "address", "center", "form", "fieldset", "legend", "option", "details", "summary", "dir", "menu",
            "hgroup",
        ] {
            table[name] = .block
        }
        return Dictionary(uniqueKeysWithValues: table.map { (number($0.key), $0.value) })
    }()

    /// Whether only its own end tag ends its content.
    var hasRawContent: Bool {
        switch self {
        case .script, .style, .title, .textarea, .iframe, .noembed, .noframes, .xmp: true
        case .head, .body, .html, .template, .meta, .link, .base, .noscript, .lineBreak, .preformatted, .blockQuote,
            .cell, .block, .other:
            false
        }
    }

    /// Whether text in it is dropped. (What is in a noscript is meant for readers like us.)
    var isInvisible: Bool {
        switch self {
        case .script, .style, .title, .iframe, .noembed, .noframes: true
        case .head, .body, .html, .template, .textarea, .xmp, .meta, .link, .base, .noscript, .lineBreak, .preformatted,
            .blockQuote, .cell, .block, .other:
            false
        }
    }

    /// Whether it may stand in a head without ending it.
    var belongsInHead: Bool {
        switch self {
        case .script, .style, .title, .template, .meta, .link, .base, .noscript, .head, .html: true
        case .body, .textarea, .iframe, .noembed, .noframes, .xmp, .lineBreak, .preformatted, .blockQuote, .cell,
            .block,
            .other:
            false
        }
    }
}
