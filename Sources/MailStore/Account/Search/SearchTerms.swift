import Foundation

/// The words that a text query looks for, to be found again in what it found (RFC 8621 §5).
public struct SearchTerms: Sendable {
    private struct Term: Sendable {
        let words: [String]
        /// Whether more letters may follow the last word.
        let isPrefix: Bool
    }

    private var terms: [Term] = []

    public init() {}

    /// Adds the words and phrases of one condition's text.
    public mutating func add(_ text: String) {
        for term in SearchExpression.split(text).prefix(64) {
            let words = Self.words(of: term).map(\.folded)
            if !words.isEmpty { terms.append(Term(words: words, isPrefix: term.last == "*")) }
        }
    }

    public var isEmpty: Bool { terms.isEmpty }

    /// Where in `text` the terms stand, in order and apart from each other; `limit` of them at most.
    public func ranges(in text: String, limit: Int = 100) -> [Range<String.Index>] {
        guard !isEmpty else { return [] }
        let words = Self.words(of: text)
        var ranges: [Range<String.Index>] = []
        var index = 0
        while index < words.count, ranges.count < limit {
            let length = terms.map { covered(by: $0, at: index, in: words) }.max() ?? 0
            if length > 0 {
                ranges.append(words[index].range.lowerBound..<words[index + length - 1].range.upperBound)
            }
            index += max(1, length)
        }
        return ranges
    }

    /// How many words a term covers from `index` on; 0 when it does not stand there.
    private func covered(by term: Term, at index: Int, in words: [Word]) -> Int {
        guard index + term.words.count <= words.count else { return 0 }
        for (offset, wanted) in term.words.enumerated() {
            let word = words[index + offset].folded
            let isLast = offset == term.words.count - 1
            guard word == wanted || isLast && term.isPrefix && word.hasPrefix(wanted) else { return 0 }
        }
        return term.words.count
    }

    private struct Word {
        let range: Range<String.Index>
        let folded: String
    }

    /// Runs of letters and digits, as the index cuts them, without case and accents.
    private static func words(of text: String) -> [Word] {
        var words: [Word] = []
        var start: String.Index?
        func end(_ index: String.Index) {
            guard let from = start else { return }
            words.append(Word(range: from..<index, folded: fold(text[from..<index])))
            start = nil
        }
        for index in text.unicodeScalars.indices {
            let scalar = text.unicodeScalars[index]
            let isMark = scalar.properties.canonicalCombiningClass != .notReordered
            if SearchExpression.isTokenCharacter(scalar) || isMark && start != nil {
                start = start ?? index
            } else {
                end(index)
            }
        }
        end(text.endIndex)
        return words
    }

    private static func fold(_ word: Substring) -> String {
        if word.utf8.allSatisfy({ $0 < 0x80 }) { return word.lowercased() }
        let scalars = word.decomposedStringWithCanonicalMapping.unicodeScalars.filter {
            $0.properties.canonicalCombiningClass == .notReordered
        }
        return String(String.UnicodeScalarView(scalars)).lowercased()
    }
}
