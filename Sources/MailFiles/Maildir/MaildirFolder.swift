/// A mailbox's folder in a Maildir++: below the top, `.Work.Projects` for a mailbox Projects in Work; the top itself is the
/// Inbox. Names are in IMAP's modified UTF-7 (RFC 3501 §5.1.3), as Dovecot and Courier write them; a `.`, `/` or `\` in a
/// name is a backslash and its two hexadecimal digits.
public enum MaildirFolder {
    /// Empty for the top.
    public static func name(of path: [String]) -> String {
        path.map { "." + ModifiedUTF7.encode(escaped($0)) }.joined()
    }

    /// The mailbox of a folder's name; empty for the top, nil for a name that is no folder's.
    public static func path(of name: String) -> [String]? {
        guard !name.isEmpty else { return [] }
        guard name.hasPrefix("."), name != ".", name != ".." else { return nil }
        let parts = name.dropFirst().split(separator: ".").map {
            unescaped(ModifiedUTF7.decode(String($0)) ?? String($0))
        }
        return parts.isEmpty ? nil : parts
    }

    private static func escaped(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            switch character {
            case ".": text += "\\2e"
            case "/": text += "\\2f"
            case "\\": text += "\\5c"
            default: text.append(character)
            }
        }
    }

    private static func unescaped(_ name: String) -> String {
        name.replacing("\\2e", with: ".").replacing("\\2f", with: "/").replacing("\\5c", with: "\\")
    }
}

/// RFC 3501 §5.1.3.
public enum ModifiedUTF7 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)

    public static func encode(_ text: String) -> String {
        var output: [UInt8] = []
        var shifted: [UInt16] = []
        for scalar in text.unicodeScalars {
            guard (0x20...0x7E).contains(scalar.value) else {
                shifted += Array(String(scalar).utf16)
                continue
            }
            flush(&shifted, to: &output)
            output.append(UInt8(truncatingIfNeeded: scalar.value))
            if scalar == "&" { output.append(UInt8(ascii: "-")) }
        }
        flush(&shifted, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func flush(_ units: inout [UInt16], to output: inout [UInt8]) {
        guard !units.isEmpty else { return }
        output.append(UInt8(ascii: "&"))
        var bits: UInt32 = 0
        var count = 0
        for unit in units {
            bits = bits << 16 | UInt32(unit)
            count += 16
            while count >= 6 {
                count -= 6
                output.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
            bits &= (1 << UInt32(count)) - 1
        }
        if count > 0 { output.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
        output.append(UInt8(ascii: "-"))
        units = []
    }

    /// Nil for what is not in this encoding.
    public static func decode(_ text: String) -> String? {
        var result = ""
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "&") else {
                guard octet < 0x80 else { return nil }
                result.unicodeScalars.append(Unicode.Scalar(octet))
                continue
            }
            guard let end = rest.firstIndex(of: UInt8(ascii: "-")) else { return nil }
            let word = rest[..<end]
            rest = rest[(end + 1)...]
            if word.isEmpty {
                result += "&"
            } else {
                guard let units = units(of: word) else { return nil }
                result += String(decoding: units, as: UTF16.self)
            }
        }
        return result
    }

    private static func units(of word: ArraySlice<UInt8>) -> [UInt16]? {
        var units: [UInt16] = []
        var bits: UInt32 = 0
        var count = 0
        for octet in word {
            guard let value = alphabet.firstIndex(of: octet) else { return nil }
            bits = (bits << 6 | UInt32(value)) & 0x3F_FFFF
            count += 6
            if count >= 16 {
                count -= 16
                units.append(UInt16(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return units
    }
}
