import JSON
import TestSupport

/// Values of every kind, shallow and small, with the code points that go wrong.
enum RandomJSON {
    private static let scraps: [String] = [
        "", "a", "/", "~", "*", "\"", "\\", "\u{0}", "\u{1F}", "\n", "é", "e\u{301}", "日本", "😀", "\u{FFFD}",
        "\u{10FFFD}",
        "\u{EFFFD}", "\u{FDCF}", "\u{FDF0}", "\u{2028}", "list", "ids",
    ]
    private static let integers: [Int64] = [
        0, 1, -1, 10, 4_294_967_296, JSONValue.largestInteger, -JSONValue.largestInteger,
    ]
    private static let doubles: [Double] = [
        0.5, -1.25, 1e300, Double.leastNonzeroMagnitude, 9.007199254740993e15, -1e16, 123.456,
    ]

    static func value(depth: Int, using random: inout SeededRandom) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(integers.randomElement(using: &random) ?? 0)
        case 3: return .double(doubles.randomElement(using: &random) ?? 0.5)
        case 4, 5: return .string(text(using: &random))
        case 6: return .array((0..<count(using: &random)).map { _ in value(depth: depth - 1, using: &random) })
        default:
            var object = JSONObject()
            for _ in 0..<count(using: &random) {
                object.insert(text(using: &random), value(depth: depth - 1, using: &random))
            }
            return .object(object)
        }
    }

    static func text(using random: inout SeededRandom) -> String {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in scraps.randomElement(using: &random) ?? "" }.joined()
    }

    private static func count(using random: inout SeededRandom) -> Int {
        Int.random(in: 0..<20, using: &random) == 0 ? 40 : Int.random(in: 0...4, using: &random)
    }
}

func written(_ value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(value)
    return writer.bytes
}

func parsed(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }
