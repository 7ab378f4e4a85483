/// Writes text as encoded-words in UTF-8 (RFC 2047 §2).
enum EncodedWords {
    /// Octets of text that one word takes: it stays short enough for a line with the longest usual field name.
    private static let octetsInWord = 33

    /// The words of `text`, each of whole characters; between two of them stands white space that readers take away.
    static func encode(_ text: String) -> [String] {
        var words: [String] = []
        var piece: [UInt8] = []
        let escapes = text.utf8.count { !isPlain($0) && $0 != ASCII.space }
        let isMostlyPlain = escapes * 6 <= text.utf8.count * 2
        func end() {
            guard !piece.isEmpty else { return }
            words.append(isMostlyPlain ? quoted(piece) : base64(piece))
            piece = []
        }
        var room = octetsInWord
        for scalar in text.unicodeScalars {
            let octets = Array(String(scalar).utf8)
            // A quoted octet takes three of the characters that a word may have.
            let cost =
                isMostlyPlain ? octets.reduce(0) { $0 + (isPlain($1) || $1 == ASCII.space ? 1 : 3) } : octets.count
            if cost > room {
                end()
                room = octetsInWord
            }
            piece += octets
            room -= cost
        }
        end()
        return words
    }

    /// What stands for itself in the Q encoding wherever an encoded-word may stand, display names included (RFC 2047 §5).
    private static func isPlain(_ octet: UInt8) -> Bool {
        ASCII.isLetter(octet) || ASCII.isDigit(octet) || octet == 0x21 || octet == ASCII.asterisk || octet == 0x2B
            || octet == ASCII.hyphen || octet == ASCII.slash
    }

    private static func quoted(_ octets: [UInt8]) -> String {
        var text = "=?utf-8?Q?"
        for octet in octets {
            if octet == ASCII.space {
                text += "_"
            } else if isPlain(octet) {
                text.unicodeScalars.append(Unicode.Scalar(octet))
            } else {
                text += "=" + hexadecimal(octet)
            }
        }
        return text + "?="
    }

    private static func base64(_ octets: [UInt8]) -> String {
        var encoder = Base64Encoder(lineLength: .max)
        var output: [UInt8] = []
        octets.withUnsafeBytes { encoder.encode($0, into: &output) }
        encoder.finish(into: &output)
        return "=?utf-8?B?" + String(decoding: output, as: UTF8.self) + "?="
    }
}

/// Two capital digits, as RFC 2045 §6.7 and RFC 3986 §2.1 want them.
func hexadecimal(_ octet: UInt8) -> String {
    let digits = String(octet, radix: 16, uppercase: true)
    return octet < 16 ? "0" + digits : digits
}
