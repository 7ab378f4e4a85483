import JSON
import TestSupport
import Testing

@Suite struct PointerTests {
    /// RFC 6901 §5.
    private static let example = #"""
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}
        """#

    @Test(arguments: [
        ("/foo", #"["bar","baz"]"#), ("/foo/0", #""bar""#), ("/", "0"), ("/a~1b", "1"), ("/c%d", "2"), ("/e^f", "3"),
        ("/g|h", "4"), ("/i\\j", "5"), ("/k\"l", "6"), ("/ ", "7"), ("/m~0n", "8"), ("", example),
    ])
    func followsTheExamplesOfTheRFC(pointer: String, expected: String) throws {
        #expect(try evaluate(pointer, Self.example) == parsed(expected))
    }

    @Test(arguments: [
        "/foo/2", "/foo/01", "/foo/-", "/foo/-1", "/foo/bar", "/bar", "/foo/0/x", "//", "/foo/99999999999",
    ])
    func namesNothing(pointer: String) throws {
        #expect(try evaluate(pointer, Self.example) == nil)
    }

    @Test(arguments: ["foo", "/~", "/~2", "/a~", " /a"])
    func isNoPointer(text: String) {
        #expect(JSONPointer(text) == nil)
    }

    @Test(
        arguments: [
            ("/list/*/id", #"["a","b"]"#), ("/list/*/emailIds", #"["1","2","3"]"#), ("/none/*/id", "[]"),
            ("/list/*", nil),
            ("/list/*/missing", nil), ("/*/id", nil), ("/nested/*/*", "[1,2,3]"),
        ] as [(String, String?)])
    func starMapsAndFlattens(pointer: String, expected: String?) throws {
        let text = #"""
            {"list":[{"id":"a","emailIds":["1","2"]},{"id":"b","emailIds":["3"]}],"none":[],"nested":[[1],[2,[3]]]}
            """#
        if pointer == "/list/*" {
            #expect(try evaluate(pointer, text)?.array?.count == 2)
        } else {
            #expect(try evaluate(pointer, text) == expected.map { try parsed($0) })
        }
    }

    @Test func aMemberNamedStarIsReachedInAnObject() throws {
        #expect(try evaluate("/*", #"{"*":5}"#) == .integer(5))
    }

    @Test func followingThroughTextIsTheSameAsThroughValues() throws {
        var random = SeededRandom(seed: SeededRandom.seed)
        for _ in 0..<SeededRandom.rounds {
            let value = RandomJSON.value(depth: 5, using: &random)
            let bytes = written(value)
            for _ in 0..<8 {
                guard let pointer = JSONPointer(Self.path(into: value, using: &random)) else { continue }
                var (budget, walk) = (JSONLimits(), bytes.count)
                #expect(pointer.evaluate(inText: bytes, budget: &budget, walk: &walk) == pointer.evaluate(in: value))
                // With less to look at it is found whole or not at all.
                let sight = Int.random(in: 0...bytes.count, using: &random)
                (budget, walk) = (JSONLimits(), sight)
                let found = pointer.evaluate(inText: bytes, budget: &budget, walk: &walk)
                #expect(found == nil || found == pointer.evaluate(in: value))
                #expect((0...sight).contains(walk))
            }
        }
    }

    @Test func followingThroughTextNeverTraps() {
        var random = SeededRandom(seed: SeededRandom.seed)
        for _ in 0..<SeededRandom.rounds {
            let value = RandomJSON.value(depth: 4, using: &random)
            var bytes = written(value)
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
            guard let pointer = JSONPointer(Self.path(into: value, using: &random)) else { continue }
            var (budget, walk) = (JSONLimits(octets: 40, values: 20), Int.random(in: -1...100, using: &random))
            let sight = walk
            _ = pointer.evaluate(inText: bytes, budget: &budget, walk: &walk)
            #expect(budget.octets >= 0 && budget.values >= 0 && walk >= min(0, sight))
        }
    }

    @Test func whatIsTakenFromTextHasALimit() throws {
        let pointer = try #require(JSONPointer("/a"))
        let bytes = Array(#"{"b":[1,2,3,4,5,6],"a":[1,2,3]}"#.utf8)
        var budget = JSONLimits(octets: 100, values: 7)
        var walk = 1000
        #expect(pointer.evaluate(inText: bytes, budget: &budget, walk: &walk) != nil)
        #expect(budget.values == 3)
        #expect(budget.octets == 93)
        #expect(pointer.evaluate(inText: bytes, budget: &budget, walk: &walk) == nil)
        for (octets, isEnough) in [(7, true), (6, false)] {
            budget = JSONLimits(octets: octets)
            #expect((pointer.evaluate(inText: bytes, budget: &budget, walk: &walk) != nil) == isEnough)
        }
    }

    /// What is passed over costs as much as what is taken; what lies behind the end of a search costs nothing.
    @Test(arguments: [
        ("/b", #"{"a":[1,2,3],"b":4,"c":[5,6]}"#, 18), ("/1", "[[1,2],3,4,5]", 8), ("/x", #"{"a":1,"b":2}"#, 13),
        ("/a/*/b", #"{"a":[{"b":1,"c":2},{"b":3}],"d":4}"#, 28), ("", "[1,2]", 5),
    ])
    func whatIsWalkedHasALimit(path: String, text: String, octets: Int) throws {
        let pointer = try #require(JSONPointer(path))
        let bytes = Array(text.utf8)
        let expected = try pointer.evaluate(in: parsed(text))
        for _ in 0..<2 {
            var (budget, walk) = (JSONLimits(), 100)
            #expect(pointer.evaluate(inText: bytes, budget: &budget, walk: &walk) == expected)
            #expect(walk == 100 - octets)
            (budget, walk) = (JSONLimits(), octets - 1)
            #expect(pointer.evaluate(inText: bytes, budget: &budget, walk: &walk) == nil)
            #expect(walk == 0)
        }
    }

    @Test func keysAreFoundAsTheyAreMeant() throws {
        #expect(try evaluate("/a\"b", #"{"a":0,"a\"b":1}"#) == .integer(1))
        #expect(try evaluate("/\u{e9}", #"{"\u00e9":1}"#) == .integer(1))
    }

    /// A path that mostly leads somewhere.
    private static func path(into value: JSONValue, using random: inout SeededRandom) -> String {
        switch value {
        case .array(let items):
            let index = Int.random(in: 0...items.count, using: &random)
            let token = Bool.random(using: &random) ? "*" : String(index)
            return "/" + token + (items.isEmpty ? "" : path(into: items[min(index, items.count - 1)], using: &random))
        case .object(let object):
            guard let member = object.members.randomElement(using: &random) else { return "/none" }
            let token = member.key.replacing("~", with: "~0").replacing("/", with: "~1")
            return "/" + token + path(into: member.value, using: &random)
        case .null, .bool, .integer, .double, .string:
            return Int.random(in: 0..<10, using: &random) == 0 ? "/x" : ""
        }
    }

    private func evaluate(_ pointer: String, _ text: String) throws -> JSONValue? {
        let value = try #require(JSONPointer(pointer)).evaluate(in: parsed(text))
        var (budget, walk) = (JSONLimits(), text.utf8.count)
        #expect(JSONPointer(pointer)?.evaluate(inText: Array(text.utf8), budget: &budget, walk: &walk) == value)
        return value
    }
}
