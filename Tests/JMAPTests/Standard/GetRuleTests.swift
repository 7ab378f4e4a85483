import JSON
import Testing

/// RFC 8620 §5.1, of every type.
@Suite struct GetRuleTests {
    @Test func whatEveryGetDoes() async throws {
        try await World.with { world async throws in
            let records = try await Records(world)
            for type in Records.gettable {
                let id = records.id(type)
                let twice = try await world.alice.call("\(type)/get", #"{"ids":["\#(id)","no id!","\#(id)","z9"]}"#)
                #expect(twice["list"].array?.count == 1, "\(type)")
                #expect(twice["list"][0]["id"].string == id, "\(type)")
                #expect(Set(twice["notFound"].strings) == ["no id!", "z9"], "\(type)")
                #expect(twice["accountId"].string == world.alice.accountID, "\(type)")
                let none = try await world.alice.call("\(type)/get", #"{"ids":[]}"#)
                #expect(none["list"] == .array([]) && none["notFound"] == .array([]), "\(type)")
                #expect(none["state"] == twice["state"], "\(type)")
                let all = try await world.alice.call("\(type)/get", #"{"ids":null,"properties":[]}"#)
                #expect((all["list"].array ?? []).allSatisfy { $0.keys == ["id"] }, "\(type)")
                #expect((all["list"].array ?? []).contains { $0["id"].string == id }, "\(type)")
            }
        }
    }

    @Test func whatEveryGetRefuses() async throws {
        try await World.with { world async throws in
            for type in Records.gettable {
                for arguments in [
                    #"{"properties":["color"]}"#, #"{"properties":"id"}"#, #"{"ids":"x"}"#, #"{"ids":[1]}"#,
                    #"{"ids":[],"color":1}"#,
                ] {
                    #expect(
                        try await world.alice.error("\(type)/get", arguments) == "invalidArguments",
                        "\(type) \(arguments)")
                }
            }
        }
    }

    @Test func creationIdsStandForWhatAnEarlierCallMade() async throws {
        try await World.with { world async throws in
            let answers = try await world.alice.calls(
                ##"""
                [["Mailbox/set",{"accountId":"$A","create":{"k":{"name":"New"}}},"a"],
                ["Mailbox/get",{"accountId":"$A","ids":["#k","#nobody"]},"b"]]
                """##)
            #expect(answers[1][1]["list"][0]["id"] == answers[0][1]["created"]["k"]["id"])
            #expect(answers[1][1]["notFound"].strings == ["#nobody"])
        }
    }
}
