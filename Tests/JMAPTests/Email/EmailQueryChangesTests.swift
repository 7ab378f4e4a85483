import JSON
import MailModel
import Testing

/// RFC 8621 §4.5, RFC 8620 §5.6. That lists stay right whatever happens is shown by a property test of MailStore.
@Suite struct EmailQueryChangesTests {
    private static let newest = #""filter":null,"sort":[{"property":"receivedAt","isAscending":false}]"#

    private static func state(_ world: World, _ query: String) async throws -> String {
        try await world.alice.call("Email/query", "{\(query)}")["queryState"].string ?? ""
    }

    @Test func tellsWhatCameAndWhere() async throws {
        try await World.with { world async throws in
            let emails = try await world.alice.deliverMany(3)
            let inbox = try await world.alice.mailbox("inbox")
            let query = #""filter":{"inMailbox":"\#(inbox)"}"#
            let state = try await Self.state(world, query)
            let none = try await world.alice.call("Email/queryChanges", #"{\#(query),"sinceQueryState":"\#(state)"}"#)
            #expect(none["oldQueryState"].string == state)
            #expect(none["newQueryState"].string == state)
            #expect(none["removed"].array?.isEmpty == true)
            #expect(none["added"].array?.isEmpty == true)
            #expect(none["total"] == .null)
            let new = try await world.alice.deliver(Sample.plain(9), at: World.now.adding(seconds: 90))
            try await world.alice.call("Email/set", #"{"destroy":["\#(emails[0])"]}"#)
            let changes = try await world.alice.call(
                "Email/queryChanges",
                #"{\#(query),"sinceQueryState":"\#(state)","calculateTotal":true,"upToId":null,"maxChanges":25}"#)
            #expect(changes["removed"].strings == [emails[0]])
            #expect(changes["added"] == (try json(#"[{"id":"\#(new)","index":1}]"#)))
            #expect(changes["total"] == 3)
            #expect(changes["newQueryState"].string == (try await Self.state(world, query)))
        }
    }

    @Test func whatChangedInAMutableListIsTakenOutAndPutIn() async throws {
        try await World.with { world async throws in
            let emails = try await world.alice.deliverMany(3)
            let query = #""filter":{"notKeyword":"$seen"}"#
            let state = try await Self.state(world, query)
            try await world.alice.call(
                "Email/set",
                #"{"update":{"\#(emails[1])":{"keywords/$seen":true},"\#(emails[2])":{"keywords/$flagged":true}}}"#)
            let changes = try await world.alice.call(
                "Email/queryChanges", #"{\#(query),"sinceQueryState":"\#(state)"}"#)
            #expect(changes["removed"].strings == [emails[1], emails[2]])
            #expect(changes["added"] == (try json(#"[{"id":"\#(emails[2])","index":0}]"#)))
        }
    }

    @Test func aListThatOnlyNewMailChangesDoesNotMentionKeywords() async throws {
        try await World.with { world async throws in
            let emails = try await world.alice.deliverMany(3)
            let state = try await Self.state(world, Self.newest)
            try await world.alice.call("Email/set", #"{"update":{"\#(emails[1])":{"keywords/$seen":true}}}"#)
            let changes = try await world.alice.call(
                "Email/queryChanges", #"{\#(Self.newest),"sinceQueryState":"\#(state)"}"#)
            #expect(changes["removed"].array?.isEmpty == true)
            #expect(changes["added"].array?.isEmpty == true)
            #expect(changes["newQueryState"].string != state)
        }
    }

    @Test func whatComesAfterUpToIdIsLeftOut() async throws {
        try await World.with { world async throws in
            let emails = try await world.alice.deliverMany(3)
            let state = try await Self.state(world, Self.newest)
            let old = try await world.alice.deliver(Sample.plain(8), at: World.now.adding(seconds: -60))
            let new = try await world.alice.deliver(Sample.plain(9), at: World.now.adding(seconds: 600))
            func added(_ upToID: String) async throws -> [String] {
                let changes = try await world.alice.call(
                    "Email/queryChanges", #"{\#(Self.newest),"sinceQueryState":"\#(state)","upToId":\#(upToID)}"#)
                return (changes["added"].array ?? []).compactMap { $0["id"].string }
            }
            #expect(try await added(#""\#(emails[1])""#) == [new])
            #expect(try await added(#""e999""#) == [new, old])
            #expect(try await added(#""nonsense""#) == [new, old])
            #expect(try await added("null") == [new, old])
        }
    }

    @Test func collapsedListsFollowTheirThreads() async throws {
        try await World.with { world async throws in
            let first = try await world.alice.deliver(Sample.plain(1))
            let query = #""collapseThreads":true"#
            let state = try await Self.state(world, query)
            let answer = try await world.alice.deliver(Sample.reply(2, to: 1), at: World.now.adding(seconds: 60))
            let changes = try await world.alice.call(
                "Email/queryChanges", #"{\#(query),"sinceQueryState":"\#(state)","calculateTotal":true}"#)
            #expect(changes["removed"].strings == [first])
            #expect(changes["added"] == (try json(#"[{"id":"\#(answer)","index":0}]"#)))
            #expect(changes["total"] == 1)
        }
    }

    @Test func moreChangesThanTheClientTakesAreTooMany() async throws {
        try await World.with { world async throws in
            let state = try await Self.state(world, Self.newest)
            try await world.alice.deliverMany(3)
            let base = #"{\#(Self.newest),"sinceQueryState":"\#(state)""#
            #expect(try await world.alice.error("Email/queryChanges", base + #","maxChanges":2}"#) == "tooManyChanges")
            #expect(try await world.alice.error("Email/queryChanges", base + #","maxChanges":3}"#) == nil)
        }
    }

    @Test(arguments: ["nonsense", "s1-5", "s0-99999"])
    func statesThatNobodyGaveCannotBeFollowed(state: String) async throws {
        try await World.with { world async throws in
            for type in ["Email", "Mailbox"] {
                #expect(
                    try await world.alice.error("\(type)/queryChanges", #"{"sinceQueryState":"\#(state)"}"#)
                        == "cannotCalculateChanges")
            }
            #expect(try await world.alice.error("Email/queryChanges") == "invalidArguments")
        }
    }
}
