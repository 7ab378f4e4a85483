import Foundation

extension String {
    /// This text in Normalization Form C (RFC 8621 §4.1.2.2). Text of characters that nothing composes with, which is nearly
    /// all, is returned as it is.
    ///
    /// A run of more than 30 combining marks is cut with U+034F, which joins graphemes and has no shape, as Unicode's
    /// Stream-Safe Text Format does (UAX #15 §13): every comparison and hash of a `String` takes time quadratic in the
    /// length of such a run, and a message can hold one of a million (docs/decisions/0009).
    public var inNormalizationFormC: String {
        // Octets below 0xCC begin only scalars below U+0300, and those never compose with each other.
        if utf8.allSatisfy({ $0 < 0xCC }) || unicodeScalars.allSatisfy(\.isSettled) { return self }
        var composer = PiecewiseComposer()
        for scalar in unicodeScalars { composer.add(scalar) }
        return composer.finish()
    }
}

/// Composes a text piece by piece: Foundation replaces each pair in place, which is quadratic in what it is given at once.
private struct PiecewiseComposer {
    private static let longestMarkRun = 30
    /// Scalars after which a piece ends before the next one that composes with nothing in front of it.
    private static let usualPiece = 256
    /// Scalars after which it ends before any that is no mark.
    private static let longestPiece = 4096

    private var output = ""
    private var piece = String.UnicodeScalarView()
    private var length = 0
    private var markRun = 0

    mutating func add(_ scalar: Unicode.Scalar) {
        let isMark = scalar.properties.canonicalCombiningClass != .notReordered
        markRun = isMark ? markRun + 1 : 0
        if markRun > Self.longestMarkRun {
            piece.append("\u{34F}")
            markRun = 1
        }
        if length >= Self.usualPiece, scalar.value < 0x300 || length >= Self.longestPiece && !isMark { endPiece() }
        piece.append(scalar)
        length += 1
    }

    mutating func finish() -> String {
        endPiece()
        return output
    }

    private mutating func endPiece() {
        output += String(piece).precomposedStringWithCanonicalMapping
        piece = String.UnicodeScalarView()
        length = 0
    }
}

extension Unicode.Scalar {
    /// Of a script's range in which every scalar is its own Normalization Form C whatever stands beside it, as long as that
    /// is of these ranges too: no marks, no jamo, nothing that decomposes to something else (UAX #15 §9).
    fileprivate var isSettled: Bool {
        switch value {
        case ..<0x300, 0x400...0x482, 0x48A...0x52F, 0x5D0...0x5EA, 0x621...0x64A, 0xE01...0xE30, 0x10D0...0x10FF,
            0x2010...0x2064, 0x3003...0x3029, 0x3041...0x3096, 0x30A0...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xAC00...0xD7A3, 0xFF01...0xFFEE, 0x1F300...0x1FAFF:
            true
        default: false
        }
    }
}
