import Foundation

extension String {
    /// This text in Normalization Form C (RFC 8621 §4.1.2.2). Text below U+0300, which is nearly all, is returned as it is.
    public var inNormalizationFormC: String {
        // Octets below 0xCC begin only scalars below U+0300, and those never compose with each other.
        if utf8.allSatisfy({ $0 < 0xCC }) { return self }
        return precomposedStringWithCanonicalMapping
    }
}
