/// Turns what a person typed into an FTS5 expression in which nothing they typed has a meaning of its own: words and
/// quoted phrases that must all be there, in any order; a word that ends in `*` stands for all that begin with it.
enum SearchExpression {
    enum Column: String {
        case subject, from = "sender", to = "recipient", cc, bcc, body, attachment
    }

    /// Words of one text that are looked at.
    private static let limit = 64

    /// Nil when there is nothing to look for: such a condition holds of every email.
    static func make(_ text: String, in column: Column?) -> String? {
        let terms = split(text).compactMap(quoted)
        guard !terms.isEmpty else { return nil }
        let all = terms.prefix(limit).joined(separator: " AND ")
        return column.map { "{\($0.rawValue)} : (\(all))" } ?? all
    }

    /// One expression for what fulfils all of them.
    static func all(_ expressions: [String]) -> String {
        expressions.count == 1 ? expressions[0] : expressions.map { "(\($0))" }.joined(separator: " AND ")
    }

    /// Whether some word may stand for many: looking for these costs the same however few emails are looked at. Says yes
    /// of a quoted quotation mark before an asterisk, too.
    static func mayHavePrefix(_ expression: String) -> Bool { expression.contains("\"*") }

    /// Text between quotation marks is one term, in which a backslash takes the meaning from what follows it (RFC 8621
    /// §4.4.1); otherwise white space separates.
    static func split(_ text: String) -> [String] {
        var terms: [String] = []
        var term = ""
        var quote: Character?
        var isEscaped = false
        func end() {
            if !term.isEmpty { terms.append(term) }
            term = ""
        }
        for character in text {
            if isEscaped {
                isEscaped = false
                term.append(character)
            } else if let open = quote {
                if character == "\\" {
                    isEscaped = true
                } else if character == open {
                    quote = nil
                    end()
                } else {
                    term.append(character)
                }
            } else if character == "\"" || character == "'" && term.isEmpty {
                end()
                quote = character
            } else if character.isWhitespace {
                end()
            } else {
                term.append(character)
            }
        }
        end()
        return terms
    }

    /// Terms without a letter or digit have no token: they could only make everything fail.
    private static func quoted(_ term: String) -> String? {
        let isPrefix = term.last == "*"
        let word = String(isPrefix ? term.dropLast() : term[...]).filter { $0 != "\u{0}" }
        guard word.unicodeScalars.contains(where: isTokenCharacter) else { return nil }
        return "\"" + word.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
            + (isPrefix ? "*" : "")
    }

    static func isTokenCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .privateUse:
            return true
        default: return false
        }
    }
}
