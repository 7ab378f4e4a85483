/// A Mailbox of RFC 5321 §4.1.2, or of RFC 6531 §3.3 with characters beyond ASCII: safe to write into a command.
public struct SMTPAddress: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// RFC 5321 §4.5.3.1.3: a path has 256 octets with its angle brackets.
    public static let maximumLength = 254

    /// Nil unless `text` is `local-part@domain`, the local part a dot-string or a quoted string.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.maximumLength, let at = text.lastIndex(of: "@"),
            Self.isLocalPart(text[..<at].unicodeScalars), Self.isDomain(text[text.index(after: at)...].unicodeScalars)
        else { return nil }
        description = String(text)
    }

    /// Whether it can be said to a server without SMTPUTF8.
    public var isASCII: Bool { description.utf8.allSatisfy { $0 < 0x80 } }

    private static func isLocalPart(_ text: some BidirectionalCollection<Unicode.Scalar>) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        if first == "\"" { return isQuoted(text) }
        guard first != ".", last != "." else { return false }
        var wasDot = false
        for scalar in text {
            if scalar == ".", wasDot { return false }
            wasDot = scalar == "."
            guard wasDot || isAtom(scalar) else { return false }
        }
        return true
    }

    private static func isQuoted(_ text: some BidirectionalCollection<Unicode.Scalar>) -> Bool {
        guard text.count >= 2, text.last == "\"" else { return false }
        var isEscaped = false
        for scalar in text.dropFirst().dropLast() {
            guard isPrintable(scalar), isEscaped || scalar != "\"" else { return false }
            isEscaped = !isEscaped && scalar == "\\"
        }
        return !isEscaped
    }

    private static func isDomain(_ text: some BidirectionalCollection<Unicode.Scalar>) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        if first == "[" {
            return text.count > 2 && last == "]"
                && text.dropFirst().dropLast().allSatisfy { isLetterOrDigit($0) || $0 == ":" || $0 == "." || $0 == "-" }
        }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            !label.isEmpty
                && label.allSatisfy {
                    isLetterOrDigit($0) || $0 == "-" || $0 == "_" || $0.value >= 0x80 && isPrintable($0)
                }
        }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
    }

    /// RFC 5322 §3.2.3, with RFC 6532 §3.2.
    private static func isAtom(_ scalar: Unicode.Scalar) -> Bool {
        guard isPrintable(scalar), scalar != " " else { return false }
        return !"()<>[]:;@\\,\"".unicodeScalars.contains(scalar)
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: scalar.isASCII || !scalar.properties.isWhitespace
        }
    }
}
