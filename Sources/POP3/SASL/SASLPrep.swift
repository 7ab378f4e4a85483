import Foundation

/// Names and passwords as SCRAM compares them (RFC 4013): the same text in one spelling.
///
/// The rule on text of both directions is left to the server, which has to apply it when the password is set.
enum SASLPrep {
    /// Nil when the text holds what may not be in a name or password.
    static func prepare(_ text: String) -> String? {
        guard !text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return text }
        var mapped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isMappedToNothing(scalar) {
            mapped.append(isOtherSpace(scalar) ? " " : scalar)
        }
        let normal = String(mapped).precomposedStringWithCompatibilityMapping
        return normal.unicodeScalars.contains(where: isProhibited) ? nil : normal
    }

    /// RFC 3454 table B.1.
    private static func isMappedToNothing(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x34F, 0x1806, 0x180B...0x180D, 0x200C...0x200D, 0x2060, 0xFE00...0xFE0F, 0xFEFF: true
        default: false
        }
    }

    /// RFC 3454 table C.1.2.
    private static func isOtherSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xA0, 0x1680, 0x2000...0x200B, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// RFC 3454 tables C.2 to C.9.
    private static func isProhibited(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate, .lineSeparator, .paragraphSeparator: true
        default:
            scalar.properties.isNoncharacterCodePoint || (0xFFF9...0xFFFD).contains(scalar.value)
                || (0x2FF0...0x2FFB).contains(scalar.value)
        }
    }
}
