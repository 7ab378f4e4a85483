/// How texts are put in order (RFC 4790), as the core capability of JMAP advertises them (RFC 8620 §2).
public enum Collation: String, CaseIterable, Hashable, Sendable {
    case asciiCasemap = "i;ascii-casemap"
    case unicodeCasemap = "i;unicode-casemap"

    /// What texts are compared by.
    public func key(_ text: String) -> String {
        switch self {
        case .asciiCasemap:
            String(decoding: text.utf8.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
        case .unicodeCasemap:
            // RFC 5051 §2: each code point's title case, compared in a normal form (as Swift's strings are).
            text.unicodeScalars.reduce(into: "") { key, scalar in
                if scalar.value < 0x80 {
                    let isSmall = (0x61...0x7A).contains(scalar.value)
                    key.unicodeScalars.append(isSmall ? Unicode.Scalar(UInt8(scalar.value - 0x20)) : scalar)
                } else {
                    key += scalar.properties.titlecaseMapping
                }
            }
        }
    }
}
