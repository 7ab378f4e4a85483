import Foundation

extension String {
    /// This text in Normalization Form C (RFC 8621 §4.1.2.2). Text below U+0300, which is nearly all, is returned as it is.
    ///
    /// A run of more than 30 combining marks is cut with U+034F, which joins graphemes and has no shape, as Unicode's
    /// Stream-Safe Text Format does (UAX #15 §13): the standard library's normalisation, and with it every comparison and
    /// hash of a `String`, takes time quadratic in the length of such a run, and a message can hold one of a million.
    public var inNormalizationFormC: String {
        // Octets below 0xCC begin only scalars below U+0300, and those never compose with each other.
        if utf8.allSatisfy({ $0 < 0xCC }) { return self }
        return streamSafe.precomposedStringWithCanonicalMapping
    }

    private static let longestMarkRun = 30

    private var streamSafe: String {
        var safe = String.UnicodeScalarView()
        var run = 0
        var wasCut = false
        for scalar in unicodeScalars {
            run = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : run + 1
            if run > Self.longestMarkRun {
                safe.append("\u{34F}")
                run = 1
                wasCut = true
            }
            safe.append(scalar)
        }
        return wasCut ? String(safe) : self
    }
}
