import MIME
import Testing

@Suite struct BodyTextTests {
    private func text(_ type: String, _ body: [UInt8], limit: Int? = nil) -> BodyText {
        let sample = Sample(octets: Array("Content-Type: \(type)\r\n\r\n".utf8) + body)
        return sample.text(sample.structure.root, limit: limit)
    }

    @Test(arguments: [
        ("utf-8", [0x63, 0x61, 0x66, 0xC3, 0xA9], "café"),
        ("UTF8", [0xEF, 0xBB, 0xBF, 0x61], "a"),
        ("iso-8859-1", [0xE9, 0x80], "é€"),
        ("ISO_8859-15", [0xA4], "€"),
        ("windows-1252", [0x93, 0x61, 0x94], "“a”"),
        ("windows-1251", [0xCF, 0xF0, 0xE8], "При"),
        ("koi8-r", [0xF0, 0xD2, 0xC9], "При"),
        ("Shift_JIS", [0x82, 0xA0, 0xB1], "あｱ"),
        ("euc-jp", [0xA4, 0xA2], "あ"),
        ("iso-2022-jp", [0x1B, 0x24, 0x42, 0x24, 0x22, 0x1B, 0x28, 0x42, 0x61], "あa"),
        ("gb2312", [0xC4, 0xE3], "你"),
        ("gb18030", [0x81, 0x30, 0x81, 0x30], "\u{80}"),
        ("big5", [0xA7, 0x41], "你"),
        ("ks_c_5601-1987", [0xB0, 0xA1], "가"),
        ("utf-7", Array("+AOk-".utf8), "é"),
        ("utf-16le", [0x61, 0x00, 0xE9, 0x00], "aé"),
        ("us-ascii", [0x61], "a"),
    ])
    func charsetsAreDecoded(_ charset: String, _ body: [UInt8], _ expected: String) {
        #expect(text("text/plain; charset=\(charset)", body) == BodyText(expected))
    }

    @Test func charsetsThatAreUnknownOrWrongAreMarked() {
        #expect(text("text/plain; charset=nobody", [0x61]) == BodyText("a", problem: true))
        #expect(text("text/plain; charset=nobody", [0xC3, 0xA9]) == BodyText("é", problem: true))
        #expect(text("text/plain; charset=ISO-2022-CN-EXT", [0x61]) == BodyText("a", problem: true))
        #expect(text("text/plain; charset=utf-8//IGNORE", [0x61]) == BodyText("a", problem: true))
    }

    @Test func octetsThatMeanNothingBecomeReplacementCharacters() {
        #expect(
            text("text/plain; charset=utf-8", [0x61, 0xFF, 0x62, 0xE2, 0x82])
                == BodyText("a\u{FFFD}b\u{FFFD}", problem: true))
        #expect(text("text/plain; charset=utf-8", [0xED, 0xA0, 0x80]).value == "\u{FFFD}\u{FFFD}\u{FFFD}")
        #expect(text("text/plain; charset=shift_jis", [0x82, 0xA0, 0x82]) == BodyText("あ\u{FFFD}", problem: true))
        #expect(text("text/plain; charset=euc-jp", [0xFF, 0x61]) == BodyText("\u{FFFD}a", problem: true))
    }

    @Test func withoutACharsetUTF8IsGuessedElseWindows1252() {
        #expect(text("text/plain", [0x63, 0xC3, 0xA9]) == BodyText("cé"))
        #expect(text("text/plain", [0x63, 0xE9]) == BodyText("cé", problem: true))
    }

    @Test func lineEndsBecomeLF() {
        #expect(text("text/plain", Array("a\r\nb\nc\rd\r\r\n\r\n".utf8)).value == "a\nb\nc\rd\r\n\n")
        #expect(text("text/plain", Array("\r".utf8)).value == "\r")
    }

    @Test func aLimitCutsBetweenCharacters() {
        let body = Array("aé€😀".utf8)
        let expected = [
            0: "", 1: "a", 2: "a", 3: "aé", 4: "aé", 5: "aé", 6: "aé€", 7: "aé€", 8: "aé€", 9: "aé€", 10: "aé€😀",
            11: "aé€😀",
        ]
        for (limit, value) in expected {
            #expect(text("text/plain; charset=utf-8", body, limit: limit) == BodyText(value, truncated: limit < 10))
        }
        #expect(text("text/plain", body, limit: -1) == BodyText("", truncated: true))
    }

    @Test func aLimitDoesNotCutATag() {
        let html = "<p>one <a href=\"a>b\" title='x'>two</a>"
        let expected = [38: "<p>one <a href=\"a>b\" title='x'>two</a>", 37: "<p>one <a href=\"a>b\" title='x'>two"]
        for (limit, value) in expected { #expect(text("text/html", Array(html.utf8), limit: limit).value == value) }
        for limit in 7..<31 { #expect(text("text/html", Array(html.utf8), limit: limit).value == "<p>one ") }
        for limit in 0..<3 { #expect(text("text/html", Array(html.utf8), limit: limit).value == "") }
    }

    @Test func nothingBeyondTheLimitIsDecoded() {
        let body = [UInt8](repeating: 0x61, count: 3_000_000)
        let found = text("text/plain; charset=utf-8", body, limit: 10)
        #expect(found == BodyText("aaaaaaaaaa", truncated: true))
    }

    /// Piece borders fall everywhere: in characters, in line ends, in escapes.
    @Test(arguments: ["utf-8", "euc-jp", "iso-2022-jp"]) func bordersOfPiecesDoNotShow(_ charset: String) {
        let unit: [UInt8] =
            switch charset {
            case "utf-8": Array("é€😀\r\n".utf8)
            case "euc-jp": [0xA4, 0xA2, 0x61, 0x0D, 0x0A]
            default: [0x1B, 0x24, 0x42, 0x24, 0x22, 0x1B, 0x28, 0x42, 0x0D, 0x0A]
            }
        let expected = charset == "utf-8" ? "é€😀\n" : charset == "euc-jp" ? "あa\n" : "あ\n"
        for shift in 0..<unit.count {
            let body = [UInt8](repeating: 0x78, count: shift) + Array(repeatElement(unit, count: 16_000).joined())
            let value = String(repeating: "x", count: shift) + String(repeating: expected, count: 16_000)
            #expect(text("text/plain; charset=\(charset)", body) == BodyText(value))
        }
    }
}

extension BodyText {
    init(_ value: String, problem: Bool = false, truncated: Bool = false) {
        self = Sample("", "").text(Sample("", "").structure.root)
        self.value = value
        isEncodingProblem = problem
        isTruncated = truncated
    }
}
