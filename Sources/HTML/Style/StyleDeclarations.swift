/// A list of declarations, as a `style` attribute and a rule hold it, written anew.
struct StyleDeclarations {
    /// Declarations in one list.
    static let maximumCount = 300

    /// `property:value` with semicolons between.
    private(set) var text: [UInt8] = []
    /// What the declarations say of the element's size in pixels, and whether it is hidden.
    private(set) var width: Double?
    private(set) var height: Double?
    private(set) var isHidden = false
    private var count = 0

    /// The declarations of a `style` attribute.
    static func inline(_ octets: [UInt8], image: StyleValue.ImageAddress) -> StyleDeclarations {
        var tokens = StyleTokenizer(octets)
        var declarations = StyleDeclarations()
        _ = declarations.read(&tokens, isBlock: false, image: image)
        return declarations
    }

    /// Reads to the end, or as a block to its closing brace. False when the block was not closed.
    mutating func read(_ tokens: inout StyleTokenizer, isBlock: Bool, image: StyleValue.ImageAddress) -> Bool {
        var declaration: [StyleToken] = []
        var nesting: [UInt8] = []
        var isSkipped = false
        while let token = tokens.next() {
            switch token {
            case .function: nesting.append(0x29)
            case .sign(0x28): nesting.append(0x29)
            case .sign(0x5B): nesting.append(0x5D)
            case .sign(0x7B):
                // A rule in a rule: left out, and it ends what stands before it.
                isSkipped = true
                nesting.append(0x7D)
            case .sign(0x7D) where nesting.isEmpty && isBlock:
                if !isSkipped { add(declaration, image) }
                return true
            case .sign(0x29), .sign(0x5D), .sign(0x7D):
                guard case .sign(let octet) = token, nesting.last == octet else {
                    // In a block a brace ends whatever is open in it.
                    if token == .sign(0x7D), isBlock, !nesting.contains(0x7D) { return true }
                    isSkipped = true
                    break
                }
                nesting.removeLast()
                if octet == 0x7D, nesting.isEmpty {
                    declaration = []
                    isSkipped = false
                    continue
                }
            case .sign(0x3B) where nesting.isEmpty:
                if !isSkipped { add(declaration, image) }
                declaration = []
                isSkipped = false
                continue
            default: break
            }
            if declaration.count > StyleValue.maximumPieces || nesting.count > StyleValue.maximumDepth {
                isSkipped = true
                if nesting.count > 64 { return false }
            } else {
                declaration.append(token)
            }
        }
        // What is open at the end is closed by it.
        if !isSkipped {
            declaration += nesting.reversed().map { .sign($0) }
            add(declaration, image)
        }
        return !isBlock
    }

    private mutating func add(_ tokens: [StyleToken], _ image: StyleValue.ImageAddress) {
        var rest = tokens.drop { $0 == .space }
        guard count < Self.maximumCount, case .identifier(let written)? = rest.popFirst() else { return }
        let name = written.lowercased()
        rest = rest.drop { $0 == .space }
        guard let kind = StyleProperty.kind(name), rest.popFirst() == .sign(0x3A) else { return }
        var value = rest.filter { $0 != .space }
        let isImportant = Self.takeImportant(&value)
        guard let written = StyleValue.write(value, kind: kind, image: image) else { return }
        count += 1
        if !text.isEmpty { text.append(0x3B) }
        text.append(contentsOf: name.utf8)
        text.append(0x3A)
        text.append(contentsOf: written)
        if isImportant { text.append(contentsOf: " !important".utf8) }
        note(name, value)
    }

    private static func takeImportant(_ value: inout [StyleToken]) -> Bool {
        guard value.count >= 2, case .identifier(let name) = value[value.count - 1], name.lowercased() == "important",
            value[value.count - 2] == .sign(0x21)
        else { return false }
        value.removeLast(2)
        return true
    }

    private mutating func note(_ name: String, _ value: [StyleToken]) {
        guard value.count == 1 else { return }
        switch (name, value[0]) {
        case ("width", .number(let text, let unit)), ("max-width", .number(let text, let unit)):
            if let pixels = Self.pixels(text, unit) { width = min(width ?? pixels, pixels) }
        case ("height", .number(let text, let unit)), ("max-height", .number(let text, let unit)):
            if let pixels = Self.pixels(text, unit) { height = min(height ?? pixels, pixels) }
        case ("display", .identifier(let word)): isHidden = isHidden || word.lowercased() == "none"
        case ("visibility", .identifier(let word)): isHidden = isHidden || word.lowercased() == "hidden"
        case ("opacity", .number(let text, _)): isHidden = isHidden || Double(text) == 0
        default: break
        }
    }

    private static func pixels(_ text: String, _ unit: String) -> Double? {
        guard let number = Double(text) else { return nil }
        return unit == "px" || number == 0 ? number : nil
    }
}
