/// A style sheet, written anew: rules with simple selectors, and those of them that simple media queries hold.
struct StyleSheet {
    /// Octets of a message's sheets that are read.
    static let maximumOctets = 256 << 10
    /// Rules of a sheet.
    static let maximumRules = 5_000
    /// Selectors of a rule.
    static let maximumSelectors = 100

    private var tokens: StyleTokenizer
    private let image: StyleValue.ImageAddress
    private var output: [UInt8] = []
    private var rules = 0

    /// The sheet's rules. `image` gives the addresses of backgrounds; those that would tell somebody how wide a screen is
    /// or what a person points at are not asked for.
    static func write(_ octets: [UInt8], image: StyleValue.ImageAddress) -> [UInt8] {
        withoutActuallyEscaping(image) { image in
            var sheet = StyleSheet(tokens: StyleTokenizer(octets), image: image)
            sheet.read(isInMedia: false)
            // Nothing above writes one; were it otherwise, no sheet is better than that.
            return sheet.output.contains(0x3C) ? [] : sheet.output
        }
    }

    private init(tokens: StyleTokenizer, image: @escaping StyleValue.ImageAddress) {
        self.tokens = tokens
        self.image = image
    }

    /// Reads rules to the end, or to the brace that closes the media rule.
    private mutating func read(isInMedia: Bool) {
        var prelude: [StyleToken] = []
        while let token = tokens.next() {
            switch token {
            case .sign(0x7D):
                if isInMedia { return }
                prelude = []
            case .sign(0x7B):
                rule(prelude, isInMedia: isInMedia)
                prelude = []
            case .atKeyword(let name) where Self.withoutMarkupComments(prelude).isEmpty:
                atRule(name, isInMedia: isInMedia)
                prelude = []
            default:
                // A longer one is kept so far that it is none.
                if prelude.count < 2_000 { prelude.append(token) } else { prelude.append(.broken) }
                if prelude.count > 2_001 { prelude.removeLast() }
            }
        }
    }

    private mutating func rule(_ prelude: [StyleToken], isInMedia: Bool) {
        rules += 1
        let prelude = Self.withoutMarkupComments(prelude)
        var selectors: [[UInt8]] = []
        var isInteractive = false
        for selector in prelude.split(separator: .sign(0x2C)).prefix(Self.maximumSelectors) {
            guard let written = StyleSelector.write(selector) else { continue }
            selectors.append(written.text)
            if written.isInteractive { isInteractive = true }
        }
        let mayLoad = !isInMedia && !isInteractive && !selectors.isEmpty
        var declarations = StyleDeclarations()
        let image = image
        _ = declarations.read(&tokens, isBlock: true) { mayLoad ? image($0) : nil }
        guard !selectors.isEmpty, !declarations.text.isEmpty, rules <= Self.maximumRules else { return }
        output.append(contentsOf: selectors.joined(separator: [0x2C]))
        output.append(0x7B)
        output.append(contentsOf: declarations.text)
        output.append(contentsOf: "}\n".utf8)
    }

    /// `<!--` and `-->` count for nothing between rules.
    private static func withoutMarkupComments(_ tokens: [StyleToken]) -> [StyleToken] {
        var tokens = tokens[...]
        while true {
            tokens = tokens.drop { $0 == .space }
            if tokens.starts(with: [.sign(0x3C), .sign(0x21), .sign(0x2D), .sign(0x2D)]) {
                tokens = tokens.dropFirst(4)
            } else if tokens.starts(with: [.sign(0x3C), .sign(0x21), .identifier("--")]) {
                tokens = tokens.dropFirst(3)
            } else if tokens.starts(with: [.identifier("--"), .sign(0x3E)]) {
                tokens = tokens.dropFirst(2)
            } else {
                return Array(tokens)
            }
        }
    }

    private mutating func atRule(_ name: String, isInMedia: Bool) {
        var prelude: [StyleToken] = []
        while let token = tokens.next() {
            if token == .sign(0x3B) { return }
            if token == .sign(0x7B) {
                guard name == "media", !isInMedia, let query = StyleMedia.write(prelude) else { return skipBlock() }
                return media(query)
            }
            if prelude.count < 100 { prelude.append(token) }
        }
    }

    private mutating func media(_ query: String) {
        output.append(contentsOf: "@media \(query){\n".utf8)
        let start = output.count
        read(isInMedia: true)
        if output.count == start {
            output.removeLast("@media \(query){\n".utf8.count)
        } else {
            output.append(contentsOf: "}\n".utf8)
        }
    }

    private mutating func skipBlock() {
        var depth = 1
        while depth > 0, let token = tokens.next() {
            if token == .sign(0x7B) { depth += 1 }
            if token == .sign(0x7D) { depth -= 1 }
        }
    }
}
