import JSON
import TestSupport
import Testing

@Suite struct ParserTests {
    @Test(arguments: [
        ("null", JSONValue.null), (" true\n", .bool(true)), ("\tfalse\r", .bool(false)), ("0", .integer(0)),
        ("-0", .integer(0)), ("-12", .integer(-12)), ("1.0", .integer(1)), ("1e3", .integer(1000)),
        ("1E+2", .integer(100)),
        ("0.5", .double(0.5)), ("-2.5e-1", .double(-0.25)), ("9007199254740991", .integer(9_007_199_254_740_991)),
        ("9007199254740993", .double(9_007_199_254_740_992)),
        ("12345678901234567890", .double(12_345_678_901_234_567_168)),
        (#""""#, .string("")), (#""a\/b\\\"\b\f\n\r\t""#, .string("a/b\\\"\u{8}\u{c}\n\r\t")),
        (#""\u00e9\ud83d\ude00\u0000""#, .string("é😀\u{0}")), ("\"日本\"", .string("日本")), ("[]", .array([])),
        ("[ 1 , [ ] ]", .array([.integer(1), .array([])])), ("{ }", .object(JSONObject())),
    ])
    func readsEveryKindOfValue(text: String, value: JSONValue) throws {
        #expect(try parsed(text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulls", "tru", "True", "01", "-", "-01", "1.", ".5", "1e", "1e+", "+1", "0x10", "NaN",
        "Infinity",
        "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\n\"", "'a'", "[", "[1", "[1,", "[1,]", "[,1]",
        "[1 2]",
        "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "}", "1 1",
        "[1]]", "{}{}", "// c\n1", "\u{FEFF}1", "\u{A0}1",
    ])
    func refusesWhatIsNotJSON(text: String) {
        #expect(throws: JSONError.self) { try parsed(text) }
        #expect(code(of: Array(text.utf8)) == .syntax)
    }

    @Test(
        arguments: [
            [0x22, 0x80, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xEF, 0xBF, 0xBE, 0x22], [0x22, 0xEF, 0xB7, 0x90, 0x22],
            [0x22, 0xF0, 0x9F, 0xBF, 0xBF, 0x22], Array(#""\ud800""#.utf8), Array(#""\udc00""#.utf8),
            Array(#""\ud800\u0041""#.utf8), Array(#""\ud800x""#.utf8), Array(#""\uffff""#.utf8),
            Array(#""\ufdd0""#.utf8),
            Array(#""\udbff\udfff""#.utf8),
        ] as [[UInt8]])
    func refusesStringsThatAreNotUnicodeText(bytes: [UInt8]) {
        #expect(code(of: bytes) == .notUnicode)
    }

    @Test(arguments: ["1e400", "-1e400", "1" + String(repeating: "0", count: 100)])
    func refusesNumbersOutOfRange(text: String) {
        #expect(code(of: Array(text.utf8)) == .numberOutOfRange)
    }

    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":1}"#,
        "{" + (0..<20).map { "\"k\($0)\":0," }.joined() + "\"k3\":1}",
    ])
    func refusesANameTwiceInOneObject(text: String) {
        #expect(code(of: Array(text.utf8)) == .duplicateKey)
    }

    @Test func namesThatOnlyLookTheSameAreDifferent() throws {
        let value = try parsed("{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(value.object?["\u{E9}"] == .integer(1))
        #expect(value.object?["e\u{301}"] == .integer(2))
    }

    @Test func keepsTheOrderOfMembers() throws {
        let names = (0..<30).map { "k\(($0 * 7) % 30)" }
        let value = try parsed("{" + names.map { "\"\($0)\":null" }.joined(separator: ",") + "}")
        #expect(value.object?.members.map(\.key) == names)
    }

    @Test func acceptsDepthAtTheLimitAndRefusesOneMore() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            func nested(_ depth: Int) -> [UInt8] {
                let inner = open == "[" ? "" : "0"
                return Array(
                    (String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)).utf8)
            }
            #expect(code(of: nested(64)) == nil)
            #expect(code(of: nested(65)) == .tooDeep)
        }
        let deepest = JSONLimits(depth: .max)
        let brackets = Array(String(repeating: "[", count: 100_000).utf8)
        #expect(throws: JSONError(code: .tooDeep, offset: JSONLimits.deepest)) {
            try JSONParser.parse(brackets, limits: deepest)
        }
    }

    @Test func acceptsOctetsValuesAndDigitsAtTheLimitAndRefusesOneMore() {
        let limits = JSONLimits(octets: 7, values: 3)
        #expect(code(of: Array("[1, 23]".utf8), limits) == nil)
        #expect(code(of: Array("[1,  23]".utf8), limits) == .tooLarge)
        #expect(code(of: Array("[1,2,3]".utf8), limits) == .tooManyValues)
        #expect(code(of: Array(("0." + String(repeating: "1", count: 98)).utf8)) == nil)
        #expect(code(of: Array(("0." + String(repeating: "1", count: 99)).utf8)) == .numberOutOfRange)
    }

    @Test func neverTrapsOnMutatedText() {
        var random = SeededRandom(seed: SeededRandom.seed)
        for _ in 0..<SeededRandom.rounds {
            var bytes = written(RandomJSON.value(depth: 4, using: &random))
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&bytes, using: &random) }
            // Whatever is accepted must survive writing and reading again.
            guard let value = try? JSONParser.parse(bytes) else { continue }
            #expect((try? JSONParser.parse(written(value))) == value)
        }
    }

    private static func mutate(_ bytes: inout [UInt8], using random: inout SeededRandom) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let octet = Array("[]{}\",:\\u0e-.tfn \u{1}".utf8).randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.insert(octet, at: place)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2: bytes.removeSubrange(place...)
        case 3 where place < bytes.count: bytes.remove(at: place)
        case 4 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: bytes += bytes[..<place]
        }
    }

    private func code(of bytes: [UInt8], _ limits: JSONLimits = .init()) -> JSONError.Code? {
        do throws(JSONError) {
            _ = try JSONParser.parse(bytes, limits: limits)
            return nil
        } catch {
            return error.code
        }
    }
}
