import JSON
import TestSupport
import Testing

@Suite struct WriterTests {
    @Test func placesCommasAndColons() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.beginArray()
        writer.value(1)
        writer.value("x")
        writer.beginArray()
        writer.endArray()
        writer.null()
        writer.value(json: Array("{\"raw\":0}".utf8))
        writer.endArray()
        writer.key(text: "b\"")
        writer.value(true)
        writer.key(prefix: "e", number: 12)
        writer.value(prefix: "m", number: 7)
        writer.key("c")
        writer.value(-0.5)
        writer.endObject()
        #expect(text(writer) == #"{"a":[1,"x",[],null,{"raw":0}],"b\"":true,"e12":"m7","c":-0.5}"#)
    }

    @Test func escapesWhatMustBeEscapedAndNothingElse() {
        var writer = JSONWriter()
        writer.value("\"\\/\u{0}\u{8}\u{9}\u{A}\u{C}\u{D}\u{1F}\u{7F}é😀\u{2028}")
        #expect(text(writer) == #""\"\\/\u0000\b\t\n\f\r\u001f"# + "\u{7F}é😀\u{2028}\"")
    }

    @Test func replacesNoncharacters() {
        var writer = JSONWriter()
        let codes: [UInt32] = [0x61, 0xFFFE, 0xFDD0, 0xFDEF, 0x62, 0x1FFFF, 0x10FFFE, 0xFDCF, 0xFFFD, 0x1FFFD]
        writer.value(codes.compactMap { Unicode.Scalar($0).map { String(Character($0)) } }.joined())
        #expect(text(writer) == "\"a\u{FFFD}\u{FFFD}\u{FFFD}b\u{FFFD}\u{FFFD}\u{FDCF}\u{FFFD}\u{1FFFD}\"")
    }

    @Test(arguments: [(Int64.min, "-9223372036854775808"), (.max, "9223372036854775807"), (0, "0"), (-7, "-7")])
    func writesIntegers(number: Int64, expected: String) {
        var writer = JSONWriter()
        writer.value(number)
        #expect(text(writer) == expected)
    }

    @Test func writesNumbersThatJSONLacksAsNull() {
        var writer = JSONWriter()
        writer.beginArray()
        for number in [Double.nan, .infinity, -.infinity, 1e100] { writer.value(number) }
        writer.endArray()
        #expect(text(writer) == "[null,null,null,1e+100]")
    }

    @Test func writesUpToTheLimitAndNoFurther() {
        for (limit, isOver) in [(7, false), (6, true)] {
            var writer = JSONWriter(limit: limit)
            writer.value("abcde")
            #expect(writer.isOverLimit == isOver)
            #expect(writer.bytes.count <= limit)
        }
    }

    @Test func aValueThatSharesItselfManyTimesStopsAtTheLimit() {
        var value = JSONValue.array([.string("x")])
        for _ in 0..<60 { value = .array([value, value]) }
        var writer = JSONWriter(limit: 10_000)
        writer.value(value)
        #expect(writer.isOverLimit)
    }

    @Test func whatIsWrittenReadsBackTheSame() throws {
        var random = SeededRandom(seed: SeededRandom.seed)
        for round in 0..<SeededRandom.rounds {
            let value = RandomJSON.value(depth: 5, using: &random)
            #expect(try JSONParser.parse(written(value)) == value, "round \(round) of seed \(SeededRandom.seed)")
        }
    }

    private func text(_ writer: JSONWriter) -> String { String(decoding: writer.bytes, as: UTF8.self) }
}
