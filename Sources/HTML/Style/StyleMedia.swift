/// Media queries of the simple kinds: kinds of media, widths, orientation and whether it is dark.
enum StyleMedia {
    /// The list that `tokens` are, written anew; nil when it is not of the simple kinds.
    static func write(_ tokens: [StyleToken]) -> String? {
        guard tokens.count <= 60 else { return nil }
        var queries: [String] = []
        for query in tokens.split(separator: .sign(0x2C), omittingEmptySubsequences: false) {
            guard let text = write(query: query.filter { $0 != .space }) else { return nil }
            queries.append(text)
        }
        return queries.joined(separator: ",")
    }

    private static func write(query tokens: [StyleToken]) -> String? {
        var tokens = tokens[...]
        var words: [String] = []
        var expectsTerm = true
        while let token = tokens.popFirst() {
            switch token {
            case .identifier(let name):
                let word = name.lowercased()
                let isMedium = ["screen", "all", "print"].contains(word) && (words.isEmpty || words == ["only"])
                switch word {
                case "and" where !expectsTerm: expectsTerm = true
                case "only" where words.isEmpty: break
                default:
                    guard isMedium else { return nil }
                    expectsTerm = false
                }
                words.append(word)
            case .sign(0x28):
                guard expectsTerm, let feature = feature(&tokens) else { return nil }
                words.append(feature)
                expectsTerm = false
            default: return nil
            }
        }
        return words.isEmpty || expectsTerm ? nil : words.joined(separator: " ")
    }

    private static let widths: Set<String> = [
        "min-width", "max-width", "width", "min-device-width", "max-device-width", "device-width",
    ]
    private static let words: [String: Set<String>] = [
        "prefers-color-scheme": ["dark", "light"], "orientation": ["portrait", "landscape"],
    ]

    private static func feature(_ tokens: inout ArraySlice<StyleToken>) -> String? {
        guard case .identifier(let written)? = tokens.popFirst(), tokens.popFirst() == .sign(0x3A) else { return nil }
        let name = written.lowercased()
        let value: String
        switch tokens.popFirst() {
        case .number(let text, let unit)?:
            guard widths.contains(name), ["", "px", "em", "rem"].contains(unit), text.utf8.count <= 12 else {
                return nil
            }
            value = text + unit
        case .identifier(let word)?:
            guard words[name]?.contains(word.lowercased()) == true else { return nil }
            value = word.lowercased()
        default: return nil
        }
        return tokens.popFirst() == .sign(0x29) ? "(\(name):\(value))" : nil
    }
}
