import MailModel

/// The `Content-Disposition` of a download (RFC 6266): always an attachment, because what it names was written by
/// strangers and would otherwise be shown under our own origin.
enum ContentDisposition {
    /// Octets of a name beyond this are cut, at a character.
    static let maximumNameLength = 255

    /// `name` as the client asked for it (RFC 8620 §6.2 returns it): characters that hide or turn text and those that
    /// build paths are replaced by underscores. An empty name gives no file name.
    static func attachment(name: String) -> String {
        let safe = safeName(name)
        guard !safe.isEmpty else { return "attachment" }
        let plain = safe.unicodeScalars.map { $0.isASCII && $0 != "\"" && $0 != "%" ? Character($0) : "_" }
        var value = "attachment; filename=\"\(String(plain))\""
        if String(plain) != safe { value += "; filename*=UTF-8''\(PercentCoding.encoded(safe.utf8))" }
        return value
    }

    static func safeName(_ name: String) -> String {
        var result = ""
        for character in name {
            let safe = String(String.UnicodeScalarView(character.unicodeScalars.map { isSafe($0) ? $0 : "_" }))
            guard result.utf8.count + safe.utf8.count <= maximumNameLength else { break }
            result += safe
        }
        let isDots = result.allSatisfy { $0 == "." }
        return isDots ? String(repeating: "_", count: result.count) : result
    }

    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: scalar != "/" && scalar != "\\"
        }
    }
}
