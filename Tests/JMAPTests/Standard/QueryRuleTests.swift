import JSON
import Testing

/// RFC 8620 §5.5 and §5.6, of every type.
@Suite struct QueryRuleTests {
    @Test func windowsOfEveryList() async throws {
        try await World.with { world async throws in
            let records = try await Records(world)
            for number in 0..<2 { try await records.addOneOfEach(number) }
            for type in Records.queryable {
                func query(_ arguments: String) async throws -> JSONValue {
                    try await world.alice.call("\(type)/query", arguments)
                }
                let whole = try await query("{}")
                let ids = whole["ids"].strings
                #expect(whole["position"] == 0, "\(type)")
                try #require(ids.count >= 3, "\(type)")
                #expect(whole["queryState"].string != nil && whole["canCalculateChanges"].bool != nil, "\(type)")
                #expect(!whole.keys.contains("total") && !whole.keys.contains("limit"), "\(type)")
                let last = ids[ids.count - 1]
                for (arguments, found, position) in [
                    (#"{"limit":0}"#, [], 0), (#"{"position":1,"limit":1}"#, [ids[1]], 1),
                    (#"{"position":-1}"#, [last], ids.count - 1), (#"{"position":-9999,"limit":1}"#, [ids[0]], 0),
                    (#"{"position":9999}"#, [], 9999), (#"{"anchor":"\#(ids[1])","limit":1}"#, [ids[1]], 1),
                    (#"{"anchor":"\#(ids[1])","anchorOffset":1,"limit":1}"#, [ids[2]], 2),
                    (#"{"anchor":"\#(ids[1])","anchorOffset":-9999,"limit":1}"#, [ids[0]], 0),
                    (#"{"anchor":"\#(last)","anchorOffset":9007199254740991}"#, [], nil),
                    (#"{"anchor":"\#(ids[1])","position":-1,"limit":1}"#, [ids[1]], 1),
                ] as [(String, [String], Int?)] {
                    let answer = try await query(arguments)
                    #expect(answer["ids"].strings == found, "\(type) \(arguments)")
                    if let position { #expect(answer["position"].integer == Int64(position), "\(type) \(arguments)") }
                }
                #expect(
                    try await query(#"{"limit":0,"calculateTotal":true}"#)["total"].integer == Int64(ids.count),
                    "\(type)")
            }
        }
    }

    @Test func whatEveryQueryRefuses() async throws {
        try await World.with { world async throws in
            for type in Records.queryable {
                for (arguments, error) in [
                    (#"{"anchor":"z9"}"#, "anchorNotFound"), (#"{"anchor":"no id!"}"#, "anchorNotFound"),
                    (#"{"limit":-1}"#, "invalidArguments"), (#"{"position":0.5}"#, "invalidArguments"),
                    (#"{"sort":{}}"#, "invalidArguments"), (#"{"sort":["name"]}"#, "invalidArguments"),
                    (#"{"sort":[{"property":"color"}]}"#, "unsupportedSort"),
                    (#"{"sort":[{"isAscending":false}]}"#, "unsupportedSort"),
                    (#"{"sort":[{"property":"name","collation":"i;none"}]}"#, "unsupportedSort"),
                    (#"{"sort":[{"property":"name","isAscending":1}]}"#, "invalidArguments"),
                    (#"{"filter":[]}"#, "invalidArguments"), (#"{"filter":{"color":1}}"#, "invalidArguments"),
                    (#"{"filter":{"operator":"XOR","conditions":[]}}"#, "invalidArguments"),
                    (#"{"filter":{"operator":"AND"}}"#, "invalidArguments"),
                    (#"{"filter":{"operator":"AND","conditions":[1]}}"#, "invalidArguments"),
                    (#"{"calculateTotal":null}"#, "invalidArguments"), (#"{"color":1}"#, "invalidArguments"),
                ] {
                    #expect(try await world.alice.error("\(type)/query", arguments) == error, "\(type) \(arguments)")
                }
            }
        }
    }

    @Test func operatorsOfNothing() async throws {
        try await World.with { world async throws in
            let records = try await Records(world)
            for type in Records.queryable {
                let id = records.id(type)
                for (filter, isThere) in [
                    ("{}", true), (#"{"operator":"AND","conditions":[]}"#, true),
                    (#"{"operator":"OR","conditions":[]}"#, false), (#"{"operator":"NOT","conditions":[]}"#, true),
                    (#"{"operator":"NOT","conditions":[{}]}"#, false),
                    (#"{"operator":"OR","conditions":[{"operator":"NOT","conditions":[{}]},{}]}"#, true),
                ] {
                    let ids = try await world.alice.call("\(type)/query", #"{"filter":\#(filter)}"#)["ids"].strings
                    #expect(ids.contains(id) == isThere, "\(type) \(filter)")
                }
            }
        }
    }

    @Test func whatEveryQueryChangesDoes() async throws {
        try await World.with { world async throws in
            let records = try await Records(world)
            var states: [String: String] = [:]
            for type in Records.followable {
                let state = try await world.alice.call("\(type)/query")["queryState"].string ?? ""
                states[type] = state
                for (arguments, error) in [
                    (#"{"sinceQueryState":"nonsense"}"#, "cannotCalculateChanges"),
                    (#"{"sinceQueryState":"s0-0"}"#, "cannotCalculateChanges"), ("{}", "invalidArguments"),
                    (#"{"sinceQueryState":"\#(state)","maxChanges":-1}"#, "invalidArguments"),
                    (#"{"sinceQueryState":"\#(state)","position":0}"#, "invalidArguments"),
                    (#"{"sinceQueryState":"\#(state)","sort":[{"property":"color"}]}"#, "unsupportedSort"),
                ] {
                    #expect(
                        try await world.alice.error("\(type)/queryChanges", arguments) == error, "\(type) \(arguments)")
                }
                let none = try await world.alice.call(
                    "\(type)/queryChanges", #"{"sinceQueryState":"\#(state)","maxChanges":0}"#)
                #expect(none["removed"] == .array([]) && none["added"] == .array([]), "\(type)")
                #expect(none["oldQueryState"].string == state && none["newQueryState"].string == state, "\(type)")
                #expect(!none.keys.contains("total"), "\(type)")
            }
            for number in 0..<3 { try await records.addOneOfEach(number) }
            for type in Records.followable {
                let since = #""sinceQueryState":"\#(states[type] ?? "")""#
                #expect(
                    try await world.alice.error("\(type)/queryChanges", "{\(since),\"maxChanges\":2}")
                        == "tooManyChanges", "\(type)")
                for upTo in ["null", #""z9""#, #""no id!""#] {
                    let all = try await world.alice.call(
                        "\(type)/queryChanges", "{\(since),\"upToId\":\(upTo),\"calculateTotal\":true}")
                    let added = all["added"].array ?? []
                    #expect(added.count >= 3, "\(type)")
                    #expect(
                        added.compactMap { $0["index"].integer }.sorted() == added.compactMap { $0["index"].integer })
                    let query = try await world.alice.call("\(type)/query", #"{"calculateTotal":true}"#)
                    #expect(all["total"] == query["total"] && all["newQueryState"] == query["queryState"], "\(type)")
                    for item in added {
                        #expect(query["ids"][Int(item["index"].integer ?? -1)] == item["id"], "\(type)")
                    }
                }
            }
        }
    }
}
