import Foundation
import MailModel

/// Keys in i;unicode-casemap (RFC 5051 §2): the titlecase of a text in normalisation form KD.
///
/// Foundation normalises whole strings, slowly. Most characters of names and subjects can be looked up one by one instead:
/// those that begin a sequence, and whose own form does, are never put in another order.
enum Casemap {
    static func key(_ text: String) -> String { quickKey(text) ?? slowKey(text) }

    /// By the definition.
    static func slowKey(_ text: String) -> String {
        Collation.unicodeCasemap.key(text).decomposedStringWithCompatibilityMapping
    }

    /// Whether the character certainly has no other case: the scripts from Hebrew to Myanmar, and those of East Asia.
    static func isCaseless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x590...0x109F, 0x2E80...0xA63F, 0xAC00...0xD7A3: true
        default: false
        }
    }

    /// Nil for a text with a character that is not looked up.
    private static func quickKey(_ text: String) -> String? {
        var key: [UInt8] = []
        key.reserveCapacity(2 * text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case ..<0x80:
                let octet = UInt8(truncatingIfNeeded: scalar.value)
                key.append((0x61...0x7A).contains(octet) ? octet - 0x20 : octet)
            case 0x4E00...0x9FFF:
                UTF8.encode(scalar).map { key.append(contentsOf: $0) }
            case 0xAC00...0xD7A3:
                append(syllable: scalar.value - 0xAC00, to: &key)
            default:
                guard let piece = piece(of: scalar) else { return nil }
                key.append(contentsOf: piece.utf8)
            }
        }
        return String(decoding: key, as: UTF8.self)
    }

    /// A Hangul syllable is taken apart by arithmetic (The Unicode Standard §3.12).
    private static func append(syllable: UInt32, to key: inout [UInt8]) {
        let tail = syllable % 28
        let letters = [0x1100 + syllable / 588, 0x1161 + syllable % 588 / 28] + (tail == 0 ? [] : [0x11A7 + tail])
        for letter in letters {
            Unicode.Scalar(letter).flatMap { UTF8.encode($0) }.map { key.append(contentsOf: $0) }
        }
    }

    private static func piece(of scalar: Unicode.Scalar) -> String? {
        let value = Int(scalar.value)
        if alphabets.contains(value) { return pieces[value - alphabets.lowerBound] }
        if kana.contains(value) { return pieces[alphabets.count + value - kana.lowerBound] }
        return nil
    }

    /// From Latin-1 to Arabic.
    private static let alphabets = 0x80..<0x700
    private static let kana = 0x3000..<0x3100
    private static let pieces: [String?] = [alphabets, kana].flatMap { range in range.map(makePiece) }

    /// Nil for what may change places with its neighbours.
    private static func makePiece(_ value: Int) -> String? {
        guard let scalar = Unicode.Scalar(UInt32(value)), isStarter(scalar) else { return nil }
        let piece = slowKey(String(scalar))
        return piece.unicodeScalars.first.map(isStarter) == true ? piece : nil
    }

    private static func isStarter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.canonicalCombiningClass == .notReordered
    }
}
