import Foundation
import MIME
import Testing

private func text(_ value: String) -> String? { header(value) { $0.text(in: $1) } }
private func raw(_ octets: [UInt8]) -> String? { header(octets: octets) { $0.raw(in: $1) } }

@Suite struct RawFormTests {
    @Test func keepsLeadingSpaceAndFolding() {
        #expect(raw(Array(" one\r\n\ttwo".utf8)) == " one\r\n\ttwo")
    }

    @Test func dropsNULAndReplacesWhatIsNotUTF8() {
        #expect(raw([0x20, 0x61, 0x00, 0x62, 0xE9, 0x63]) == " ab\u{FFFD}c")
    }

    @Test func keepsEncodedWordsAndUTF8() {
        #expect(raw(Array(" =?utf-8?q?a?= ü".utf8)) == " =?utf-8?q?a?= ü")
    }
}

@Suite struct TextFormTests {
    @Test func unfoldsAndDropsLeadingSpaces() {
        #expect(text("  one\r\n two\r\n\tthree ") == "one two\tthree ")
        #expect(text("\r\n one") == "one")
        #expect(text("") == "")
    }

    @Test func decodesBothEncodingsAndJoinsNeighbours() {
        #expect(text(" =?utf-8?Q?caf=C3=A9_au_lait?=") == "café au lait")
        #expect(text(" =?UTF-8?b?w6k=?=\r\n =?utf-8?B?w6g=?= end") == "éè end")
        #expect(text(" =?iso-8859-1?q?a?= =?utf-8?q?b?=   =?utf-8?q?c?= d") == "abc d")
    }

    @Test func joinsACharacterThatWasCutInTwo() {
        #expect(text(" =?utf-8?b?4oI=?= =?utf-8?b?rA==?=") == "€")
    }

    @Test func ignoresTheLanguageOfRFC2231() {
        #expect(text(" =?US-ASCII*EN?Q?Keith_Moore?=") == "Keith Moore")
    }

    @Test func leavesEncodedWordsThatDoNotStandAlone() {
        #expect(text(" a=?utf-8?q?b?=") == "a=?utf-8?q?b?=")
        #expect(text(" =?utf-8?q?b?=c") == "=?utf-8?q?b?=c")
        #expect(text(" =?utf-8?q?a?==?utf-8?q?b?=") == "=?utf-8?q?a?==?utf-8?q?b?=")
        #expect(text(" (=?utf-8?q?b?=)") == "(=?utf-8?q?b?=)")
    }

    @Test func leavesWhatIsNoEncodedWord() {
        for value in [
            "=?", "=?=", "=??q?a?=", "=?utf-8?x?a?=", "=?utf-8?q?a b?=", "=?utf-8?q?a", "=?utf-8?q?a?",
            "=?nobody?q?a?=",
            "=?utf-8?=", "=?utf-8?q?=", "a = b",
        ] {
            #expect(text(" " + value) == value)
        }
    }

    @Test func replacesWhatCannotBeDecoded() {
        #expect(text(" =?utf-8?q?a=FFb?=") == "a\u{FFFD}b")
        #expect(text(" =?iso-2022-jp?b?GyRCJCIkJBsoQg==?=") == "あい")
        #expect(text(" =?utf-8?q?a=4?=") == "a=4")
        #expect(text(" =?utf-8?b?****?=") == "")
    }

    @Test func dropsEncodedControlsAndNULs() {
        #expect(text(" =?utf-8?q?a=00=0D=0Ab=07=C2=85c=7F?=") == "abc")
        #expect(header(octets: [0x20, 0x61, 0, 0x62]) { $0.text(in: $1) } == "ab")
    }

    @Test func composesToNFC() {
        #expect(text(" e\u{301}")?.unicodeScalars.count == 1)
        #expect(text(" =?utf-8?q?e=CC=81?=")?.unicodeScalars.count == 1)
    }

    @Test func composesLongTextsAsWhole() {
        for unit in ["e\u{301}", "e\u{301} ", "\u{1112}\u{1161}\u{11AB} ", "\u{3042}", "\u{5D0}\u{5B0}\u{5C1}"] {
            let one = text(" " + unit + "x")?.dropLast().unicodeScalars.map(\.value) ?? []
            let many = text(" " + String(repeating: unit, count: 3_000) + "x")?.dropLast().unicodeScalars.map(\.value)
            #expect(many == Array(repeatElement(one, count: 3_000).joined()), "\(unit)")
        }
    }

    @Test func cutsEndlessRunsOfCombiningMarks() throws {
        let marks = try #require(text(" a" + String(repeating: "\u{301}\u{327}", count: 20_000)))
        var run = 0
        var longest = 0
        for scalar in marks.unicodeScalars {
            run = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : run + 1
            longest = max(longest, run)
        }
        #expect(longest == 30)
        #expect(text(" a" + String(repeating: "\u{327}", count: 30))?.unicodeScalars.contains("\u{34F}") == false)
        #expect(text(" a" + String(repeating: "\u{327}", count: 31))?.unicodeScalars.contains("\u{34F}") == true)
    }

    @Test func readsBareEightBitAsUTF8OrElseWindows1252() {
        #expect(text(" Grüße") == "Grüße")
        #expect(header(octets: [0x20, 0x47, 0x72, 0xFC, 0xDF, 0x65, 0x80]) { $0.text(in: $1) } == "Grüße€")
    }
}

@Suite struct NormalisationTests {
    /// The ranges that are returned as they are, and their neighbours.
    private static let blocks: [ClosedRange<UInt32>] = [
        0x20...0x530, 0x5C0...0x650, 0xE00...0xE40, 0x10C0...0x1110, 0x2000...0x2070, 0x3000...0x3100,
        0x3400...0x3480, 0x4E00...0x4F00, 0x9F80...0xA000, 0xAC00...0xAC40, 0xD780...0xD7B0, 0xFF00...0xFFEF,
        0x1F300...0x1FB00,
    ]

    @Test(arguments: blocks) func everyPairOfNeighboursIsComposedAsUnicodeSays(_ block: ClosedRange<UInt32>) {
        let scalars = block.compactMap(Unicode.Scalar.init)
        for distance in [1, 2, 7, 31] {
            for (one, other) in zip(scalars, scalars.dropFirst(distance)) {
                for pair in [[one, other], [other, one]] {
                    let text = String(String.UnicodeScalarView(pair))
                    let expected = text.precomposedStringWithCanonicalMapping.unicodeScalars
                    #expect(text.inNormalizationFormC.unicodeScalars.elementsEqual(expected), "\(pair)")
                }
            }
        }
    }
}
