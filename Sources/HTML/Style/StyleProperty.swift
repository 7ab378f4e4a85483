/// The properties that a message may set: how text looks and boxes lie in the flow, nothing that takes them out of it,
/// that moves, or that loads.
enum StyleProperty {
    /// What a property's value may hold beside names, numbers and colours.
    enum Kind {
        case plain
        /// Strings too.
        case words
        /// An image's address, and gradients.
        case image
        /// `display`.
        case display
    }

    static func kind(_ name: String) -> Kind? { table[name] }

    private static let table: [String: Kind] = {
        var table: [String: Kind] = [
            "background": .image, "background-image": .image, "font": .words, "font-family": .words,
            "content": .words, "quotes": .words, "display": .display, "text-overflow": .words,
        ]
        for name in plain.split(separator: " ") { table[String(name)] = .plain }
        for side in ["top", "right", "bottom", "left"] {
            for name in ["margin-\(side)", "padding-\(side)", "border-\(side)"] { table[name] = .plain }
            for name in ["color", "style", "width"] { table["border-\(side)-\(name)"] = .plain }
        }
        return table
    }()

    private static let plain = """
        color opacity visibility background-color background-repeat background-position background-size \
        background-attachment background-clip background-origin border border-color border-style border-width \
        border-collapse border-spacing border-radius border-top-left-radius border-top-right-radius \
        border-bottom-left-radius border-bottom-right-radius margin padding width height min-width min-height max-width \
        max-height box-sizing box-shadow outline outline-color outline-style outline-width overflow overflow-x overflow-y \
        float clear vertical-align font-size font-style font-weight font-variant font-stretch line-height letter-spacing \
        word-spacing text-align text-align-last text-decoration text-decoration-color text-decoration-line \
        text-decoration-style text-indent text-transform text-shadow text-underline-offset white-space word-break word-wrap \
        overflow-wrap hyphens tab-size direction unicode-bidi writing-mode list-style list-style-position list-style-type \
        table-layout caption-side empty-cells columns column-count column-gap column-width column-rule gap row-gap \
        flex flex-basis flex-direction flex-flow flex-grow flex-shrink flex-wrap order align-content align-items \
        align-self justify-content justify-items justify-self grid-template-columns grid-template-rows grid-column grid-row \
        object-fit object-position aspect-ratio page-break-after page-break-before page-break-inside break-after \
        break-before break-inside orphans widows margin-inline margin-block padding-inline padding-block \
        margin-inline-start margin-inline-end padding-inline-start padding-inline-end
        """

    static let displays: Set<String> = [
        "block", "inline", "inline-block", "none", "table", "inline-table", "table-row", "table-cell", "table-caption",
        "table-column", "table-column-group", "table-row-group", "table-header-group", "table-footer-group",
        "list-item",
        "flex", "inline-flex", "grid", "inline-grid", "flow-root", "contents", "inherit", "initial", "unset",
    ]

    static let units: Set<String> = [
        "", "%", "px", "pt", "pc", "cm", "mm", "in", "em", "rem", "ex", "ch", "vw", "vh", "vmin", "vmax", "deg", "turn",
        "rad", "grad", "fr",
    ]

    /// Functions that compute a number, and colours; none of them loads anything.
    static let functions: Set<String> = [
        "rgb", "rgba", "hsl", "hsla", "calc", "min", "max", "clamp", "repeat", "minmax",
    ]
    static let gradients: Set<String> = [
        "linear-gradient", "radial-gradient", "repeating-linear-gradient", "repeating-radial-gradient",
        "conic-gradient",
    ]
}
