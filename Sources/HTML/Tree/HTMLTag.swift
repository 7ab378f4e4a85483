/// The elements that a tree may have: what formats and lays out text, and nothing that acts.
enum HTMLTag: String, CaseIterable, Sendable {
    // Blocks
    case address, article, aside, blockquote, center, details, div, dl, figcaption, figure, footer, h1, h2, h3, h4, h5
    case h6, header, hgroup, main, nav, ol, p, pre, section, summary, ul
    case dd, dt, li, hr
    // Tables
    case table, caption, colgroup, col, thead, tbody, tfoot, tr, td, th
    // What formats text, and is taken up again where other elements cut it short
    case a, b, big, code, em, font, i, s, small, strong, tt, u
    // Other parts of a line
    case abbr, acronym, bdi, bdo, cite, del, dfn, ins, kbd, mark, q, ruby, rp, rt, samp, span, sub, sup, time
    case `var`
    // Alone
    case br, wbr, img, map, area

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

    /// Nil for a name that is none of these; `name` in lower case.
    init?(named name: String) {
        guard let tag = Self.byName[name] else { return nil }
        self = tag
    }

    /// Whether it has no content and no end tag.
    var isVoid: Bool {
        switch self {
        case .br, .wbr, .img, .area, .col, .hr: true
        default: false
        }
    }

    /// Whether its start tag ends an open paragraph.
    var endsParagraph: Bool {
        switch self {
        case .address, .article, .aside, .blockquote, .center, .details, .div, .dl, .figcaption, .figure, .footer, .h1,
            .h2, .h3, .h4, .h5, .h6, .header, .hgroup, .main, .nav, .ol, .p, .pre, .section, .summary, .ul, .dd, .dt,
            .li, .hr, .table:
            true
        default: false
        }
    }

    var isHeading: Bool {
        switch self {
        case .h1, .h2, .h3, .h4, .h5, .h6: true
        default: false
        }
    }

    /// The HTML standard's "formatting" elements.
    var isFormatting: Bool {
        switch self {
        case .a, .b, .big, .code, .em, .font, .i, .s, .small, .strong, .tt, .u: true
        default: false
        }
    }

    /// The HTML standard's "special" elements: an end tag of a part of a line does not reach over them.
    var isSpecial: Bool {
        switch self {
        case .table, .caption, .colgroup, .thead, .tbody, .tfoot, .tr, .td, .th: true
        default: endsParagraph
        }
    }

    /// What has children that only a table's parts may be.
    var holdsTableParts: Bool {
        switch self {
        case .table, .thead, .tbody, .tfoot, .tr, .colgroup: true
        default: false
        }
    }

    /// Whether looking for an open element ends here.
    var isScope: Bool {
        switch self {
        case .table, .td, .th, .caption: true
        default: false
        }
    }

    var isTableGroup: Bool {
        switch self {
        case .thead, .tbody, .tfoot: true
        default: false
        }
    }

    var isCell: Bool { self == .td || self == .th }

    /// Whether its end may go without saying where another element ends.
    var hasImpliedEnd: Bool {
        switch self {
        case .dd, .dt, .li, .p, .rp, .rt: true
        default: false
        }
    }
}
