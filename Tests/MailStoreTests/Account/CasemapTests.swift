import MailModel
import TestSupport
import Testing

@testable import MailStore

@Suite struct CasemapTests {
    @Test func whatIsLookedUpIsWhatTheDefinitionSays() {
        let ranges = [0x80...0x6FF, 0x3000...0x30FF, 0x4E00...0x4E40, 0x9FA0...0x9FFF, 0xAC00...0xD7A3]
        for value in ranges.joined() {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            // Between others, and behind a mark that it might change places with.
            for text in ["a\(scalar)b", "\u{0327}\(scalar)\u{0301}"] {
                #expect(
                    Array(Casemap.key(text).utf8) == Array(Casemap.slowKey(text).utf8), "U+\(String(value, radix: 16))")
            }
        }
    }

    @Test func mixedTextsHaveTheKeyOfTheDefinition() {
        var random = SeededRandom(seed: 7)
        let alphabets: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0xA0...0x17F, 0x300...0x34F, 0x370...0x52F, 0x590...0x6FF, 0x900...0x97F, 0x1E00...0x1EFF,
            0x3041...0x30FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0x1F600...0x1F64F,
        ]
        for _ in 0..<2000 {
            var text = ""
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let range = alphabets[Int.random(in: 0..<alphabets.count, using: &random)]
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
                    text.unicodeScalars.append(scalar)
                }
            }
            #expect(Array(Casemap.key(text).utf8) == Array(Casemap.slowKey(text).utf8))
        }
    }

    @Test func caselessCharactersHaveNoOtherCase() {
        for value in UInt32(0x80)...0xFFFF {
            guard let scalar = Unicode.Scalar(value), Casemap.isCaseless(scalar) else { continue }
            #expect(scalar.properties.lowercaseMapping == String(scalar))
        }
    }
}
