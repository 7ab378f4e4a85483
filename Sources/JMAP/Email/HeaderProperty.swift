import MIME

/// A property that stands for one header field: `header:{name}`, perhaps with `:as{Form}`, perhaps with `:all`
/// (RFC 8621 §4.1.3).
struct HeaderProperty: Hashable {
    /// As the client wrote it: the answer's key is the same.
    let key: String
    let field: String
    let form: HeaderForm
    /// Whether every field of the name is wanted, not the last one only.
    let isAll: Bool

    /// Nil when `key` is no such property; an error when it is one that cannot be had.
    init?(_ key: String) throws {
        guard key.hasPrefix("header:") else { return nil }
        var suffixes = key.split(separator: ":", omittingEmptySubsequences: false).dropFirst()
        guard let field = suffixes.popFirst().map(String.init), !field.isEmpty,
            field.utf8.allSatisfy({ (33...126).contains($0) })
        else { throw MethodError.invalidArguments("\(key.quoted) names no header field.") }
        var form = HeaderForm.raw
        if let suffix = suffixes.first, suffix.hasPrefix("as") {
            guard let named = HeaderForm(rawValue: String(suffix.dropFirst(2))) else {
                throw MethodError.invalidArguments("There is no form \(String(suffix).quoted) of header fields.")
            }
            form = named
            suffixes = suffixes.dropFirst()
        }
        isAll = suffixes.first == "all"
        guard suffixes.count == (isAll ? 1 : 0) else {
            throw MethodError.invalidArguments("\(key.quoted) is no property of a header field.")
        }
        guard form.isAllowed(for: field) else {
            throw MethodError.invalidArguments("The field \(field.quoted) has no form \(form.rawValue).")
        }
        self.key = key
        self.field = field
        self.form = form
    }
}
