/// A text that lists are sorted by, as a row keeps it.
struct SortText: Hashable, Sendable {
    /// The beginning of the text: what comes after it decides nothing.
    let text: String
    /// Its key in i;unicode-casemap (RFC 5051 §2), normalised so that octets can be compared; nil where SQLite's
    /// `upper(text)` is the same.
    let key: String?

    /// Octets of a text that decide.
    private static let limit = 256

    init(_ whole: String) {
        if whole.utf8.count <= Self.limit - 4, whole.utf8.allSatisfy({ $0 < 0x80 && $0 != 0 }) {
            (text, key) = (whole, nil)
            return
        }
        let text = whole.utf8.count <= Self.limit - 4 && !whole.utf8.contains(0) ? whole : Self.beginning(of: whole)
        self.text = text
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        key = isASCII ? nil : Casemap.key(text)
    }

    private static func beginning(of whole: String) -> String {
        var text = ""
        for scalar in whole.unicodeScalars {
            guard scalar.value != 0 else { continue }
            guard text.utf8.count + 4 <= Self.limit else { break }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}
