import JSON
import MailModel
import Testing

/// RFC 8621 §3.
@Suite struct ThreadTests {
    @Test func listsItsEmailsOldestFirst() async throws {
        try await World.with { world async throws in
            let answer = try await world.alice.deliver(Sample.reply(2, to: 1), at: World.now.adding(seconds: 60))
            let first = try await world.alice.deliver(Sample.plain(1))
            let other = try await world.alice.deliver(Sample.plain(3))
            let emails = try await world.alice.call(
                "Email/get", #"{"ids":["\#(first)","\#(other)"],"properties":["threadId"]}"#)
            let ids = (0..<2).map { emails["list"][$0]["threadId"].string ?? "" }
            let threads = try await world.alice.call(
                "Thread/get", #"{"ids":["\#(ids[0])","\#(ids[1])","\#(ids[0])","t999","x"]}"#)
            #expect(
                threads["list"]
                    == (try json(
                        #"[{"id":"\#(ids[0])","emailIds":["\#(first)","\#(answer)"]},{"id":"\#(ids[1])","emailIds":["\#(other)"]}]"#
                    )))
            #expect(threads["notFound"].strings == ["t999", "x"])
            #expect(try await world.alice.call("Thread/get")["list"].array?.count == 2)
            let bare = try await world.alice.call("Thread/get", #"{"ids":["\#(ids[0])"],"properties":["id"]}"#)
            #expect(bare["list"][0].keys == ["id"])
        }
    }

    @Test func changesWhenItsEmailsComeAndGo() async throws {
        try await World.with { world async throws in
            let first = try await world.alice.deliver(Sample.plain(1))
            let thread = try await world.alice.call("Email/get", #"{"ids":["\#(first)"]}"#)["list"][0]["threadId"]
            let before = try await world.alice.call("Thread/get", #"{"ids":[]}"#)["state"].string ?? ""
            try await world.alice.call("Email/set", #"{"update":{"\#(first)":{"keywords/$seen":true}}}"#)
            let unchanged = try await world.alice.call("Thread/changes", #"{"sinceState":"\#(before)"}"#)
            #expect(unchanged["newState"] == .string(before))
            let answer = try await world.alice.deliver(Sample.reply(2, to: 1))
            let updated = try await world.alice.call("Thread/changes", #"{"sinceState":"\#(before)"}"#)
            #expect(updated["updated"] == .array([thread]))
            try await world.alice.call("Email/set", #"{"destroy":["\#(first)","\#(answer)"]}"#)
            let gone = try await world.alice.call("Thread/changes", #"{"sinceState":"\#(before)"}"#)
            #expect(gone["destroyed"] == .array([thread]))
        }
    }
}
