/// A selector of the simple kinds, written anew: elements, classes, ids, a few states; below one another. What looks at
/// attributes is left out, for it can tell somebody what they hold.
struct StyleSelector {
    /// Parts of a selector, elements and what is asked of them.
    static let maximumParts = 20

    private var tokens: ArraySlice<StyleToken>
    private var output: [UInt8] = []
    private var parts = 0
    /// Whether it looks at what a person does.
    private(set) var isInteractive = false
    /// Whether the part that is being read names the body.
    private var namesBody = false

    private static let states: Set<String> = ["hover", "first-child", "last-child", "link", "visited"]

    private init(_ tokens: ArraySlice<StyleToken>) { self.tokens = tokens }

    /// The selector that `tokens` are, in the scope of the message; nil when it is not of the simple kinds.
    static func write(_ tokens: ArraySlice<StyleToken>) -> (text: [UInt8], isInteractive: Bool)? {
        var selector = StyleSelector(trimmed(tokens))
        guard selector.read() else { return nil }
        return (selector.output, selector.isInteractive)
    }

    private static func trimmed(_ tokens: ArraySlice<StyleToken>) -> ArraySlice<StyleToken> {
        var tokens = tokens.drop { $0 == .space }
        while tokens.last == .space { tokens.removeLast() }
        return tokens
    }

    private mutating func read() -> Bool {
        guard !tokens.isEmpty else { return false }
        if isRoot() {
            tokens = Self.trimmed(tokens.dropFirst())
            if tokens.first == .sign(0x3E) { tokens = Self.trimmed(tokens.dropFirst()) }
            if tokens.isEmpty { tokens = [.identifier("body")] }
        }
        var isFirst = true
        while !tokens.isEmpty {
            if !isFirst { combinator() }
            guard let compound = compound() else { return false }
            if isFirst, !namesBody { output.append(contentsOf: ".\(SafeName.prefix)-body ".utf8) }
            output.append(contentsOf: compound)
            isFirst = false
        }
        return !isFirst
    }

    /// Whether it begins with the element around the body, which messages name and we do not have.
    private func isRoot() -> Bool {
        guard case .identifier(let name)? = tokens.first, name.lowercased() == "html" else { return false }
        let next = tokens.dropFirst().first
        return next == nil || next == .space || next == .sign(0x3E)
    }

    private mutating func combinator() {
        tokens = tokens.drop { $0 == .space }
        if tokens.first == .sign(0x3E) {
            output.append(0x3E)
            tokens = tokens.dropFirst().drop { $0 == .space }
        } else {
            output.append(0x20)
        }
    }

    /// The parts that one element has to meet.
    private mutating func compound() -> [UInt8]? {
        var text: [UInt8] = []
        namesBody = false
        while let token = tokens.first, token != .space, token != .sign(0x3E) {
            parts += 1
            guard parts <= Self.maximumParts, let part = part(token, isFirst: text.isEmpty) else { return nil }
            text.append(contentsOf: part.utf8)
        }
        return text.isEmpty ? nil : text
    }

    private mutating func part(_ token: StyleToken, isFirst: Bool) -> String? {
        tokens = tokens.dropFirst()
        switch token {
        case .sign(0x2A) where isFirst: return "*"
        case .identifier(let name) where isFirst: return element(name.lowercased())
        case .hash(let name): return SafeName.prefixed(name).map { "#" + $0 }
        case .sign(0x2E):
            guard case .identifier(let name)? = tokens.popFirst() else { return nil }
            return SafeName.prefixed(name).map { "." + $0 }
        case .sign(0x3A):
            guard case .identifier(let name)? = tokens.popFirst() else { return nil }
            let state = name.lowercased()
            guard Self.states.contains(state) else { return nil }
            if state == "hover" || state == "visited" { isInteractive = true }
            return ":" + state
        default: return nil
        }
    }

    private mutating func element(_ name: String) -> String? {
        if name == "body" {
            namesBody = true
            return ".\(SafeName.prefix)-body"
        }
        switch ElementRule.named(name) {
        case .keep(let tag), .rename(let tag, _): return tag.rawValue
        default: return nil
        }
    }
}
