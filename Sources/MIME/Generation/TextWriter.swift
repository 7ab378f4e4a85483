/// Writes unstructured text (RFC 5322 §3.2.5) in tokens between which a line may be folded.
enum TextWriter {
    /// Characters of a word that is left as it is.
    private static let longestWord = 60

    /// Words of printable ASCII stand for themselves; what is between the others, and white space that is not one space
    /// between two words, goes into encoded-words (RFC 2047).
    static func tokens(_ text: String) -> [String] {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.allSatisfy({ !$0.isEmpty }) else { return text.isEmpty ? [] : EncodedWords.encode(text) }
        var tokens: [String] = []
        var waiting: [Substring] = []
        func encodeWaiting() {
            if !waiting.isEmpty { tokens += EncodedWords.encode(waiting.joined(separator: " ")) }
            waiting = []
        }
        for word in words {
            if isPlain(word) {
                encodeWaiting()
                tokens.append(String(word))
            } else {
                waiting.append(word)
            }
        }
        encodeWaiting()
        return tokens
    }

    static func isPlain(_ word: Substring) -> Bool {
        word.utf8.count <= longestWord && word.utf8.allSatisfy { (33...126).contains($0) } && !word.contains("=?")
    }
}
