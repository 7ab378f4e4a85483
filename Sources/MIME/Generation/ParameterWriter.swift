/// Writes a parameter of Content-Type or Content-Disposition.
enum ParameterWriter {
    /// Characters of a value, or of a section of one, on one line.
    private static let sectionLength = 50

    /// A token or a quoted string (RFC 2045 §5.1) where that can say it on one line, else RFC 2231 in UTF-8, in sections
    /// when it is long. Each is a token of the field; all but the last end in a semicolon.
    static func tokens(_ name: String, _ value: String) -> [String] {
        let isPrintable = value.utf8.allSatisfy { (32...126).contains($0) }
        guard isPrintable, value.utf8.count <= sectionLength, !value.contains("=?") else {
            return extended(name, value)
        }
        let isToken = !value.isEmpty && value.utf8.allSatisfy(isTokenOctet)
        if isToken { return ["\(name)=\(value)"] }
        var quoted = ""
        for scalar in value.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return ["\(name)=\"\(quoted)\""]
    }

    private static func extended(_ name: String, _ value: String) -> [String] {
        var sections: [String] = []
        var section = ""
        for octet in value.utf8 {
            let text = isAttributeOctet(octet) ? String(Unicode.Scalar(octet)) : "%" + hexadecimal(octet)
            if section.utf8.count + text.utf8.count > sectionLength {
                sections.append(section)
                section = ""
            }
            section += text
        }
        sections.append(section)
        guard sections.count > 1 else { return ["\(name)*=utf-8''\(sections[0])"] }
        return sections.enumerated().map { index, section in
            "\(name)*\(index)*=\(index == 0 ? "utf-8''" : "")\(section)" + (index == sections.count - 1 ? "" : ";")
        }
    }

    private static func isTokenOctet(_ octet: UInt8) -> Bool {
        isAttributeOctet(octet) || octet == ASCII.asterisk || octet == ASCII.apostrophe || octet == ASCII.percent
    }

    /// RFC 2231 §7, attribute-char.
    private static func isAttributeOctet(_ octet: UInt8) -> Bool {
        if ASCII.isLetter(octet) || ASCII.isDigit(octet) { return true }
        switch octet {
        case 0x21, 0x23, 0x24, 0x26, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7B...0x7E: return true
        default: return false
        }
    }
}
