import JMAP
import JSON
import MailModel
import Testing

/// What clients stumble over in sessions and states, by number of the list of traps.
@Suite struct StateTrapTests {
    private static func state(_ world: World, _ type: String) async throws -> String {
        try await world.alice.call("\(type)/get", #"{"ids":[]}"#)["state"].string ?? ""
    }

    @Test func trap6UsingMayLeaveOutCoreAndIdentitiesComeUnderMail() async throws {
        try await World.with { world async throws in
            let answer = try await world.alice.request(
                #"""
                {"using":["urn:ietf:params:jmap:mail"],"methodCalls":[["Identity/get",{"accountId":"$A","ids":null},"a"],
                ["Email/query",{"accountId":"$A"},"b"],["Core/echo",{},"c"]]}
                """#)
            #expect(answer["methodResponses"][0][0] == "Identity/get")
            #expect(answer["methodResponses"][1][0] == "Email/query")
            #expect(answer["methodResponses"][2][1]["type"] == "unknownMethod")
        }
    }

    @Test func trap7SessionStateIsTheSessionsInEveryResponse() async throws {
        try await World.with { world async throws in
            let session = try JSONParser.parse(
                world.server.session(for: world.alice.principal, baseURL: "https://mail.example"))
            for _ in 0..<2 {
                let answer = try await world.alice.request(#"{"using":[],"methodCalls":[]}"#)
                #expect(answer["sessionState"] == session["state"])
                try await world.alice.deliver(Sample.plain(1))
            }
        }
    }

    @Test func trap8AnEscapedSolidusInAMethodsNameIsFine() async throws {
        try await World.with { world async throws in
            let answer = try await world.alice.request(
                #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core\/echo",{"a":1},"c"]]}"#)
            #expect(answer["methodResponses"] == (try json(#"[["Core/echo",{"a":1},"c"]]"#)))
        }
    }

    @Test func trap9IdsBeginWithALetter() async throws {
        try await World.with { world async throws in
            let email = try await world.alice.deliver(Sample.plain(1))
            let answer = try await world.alice.call("Email/get", #"{"ids":["\#(email)"]}"#)["list"][0]
            for id in [
                email, answer["threadId"].string ?? "", answer["blobId"].string ?? "", world.alice.accountID,
                answer["mailboxIds"].keys[0],
            ] {
                #expect(id.first?.isLetter == true)
                #expect(id.utf8.count <= 255)
                #expect(id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
            }
            await #expect(throws: RequestError.self) {
                try await world.alice.request(#"{"using":[],"using":[],"methodCalls":[]}"#)
            }
        }
    }

    @Test func trap12ChangesGetAndQueryOfOneRequestAgreeOnTheState() async throws {
        try await World.with { world async throws in
            let before = try await Self.state(world, "Email")
            try await world.alice.deliver(Sample.plain(1))
            let answers = try await world.alice.calls(
                #"""
                [["Email/changes",{"accountId":"$A","sinceState":"\#(before)"},"a"],
                ["Email/get",{"accountId":"$A","ids":[]},"b"],["Email/query",{"accountId":"$A"},"c"],
                ["Email/queryChanges",{"accountId":"$A","sinceQueryState":"\#(before)"},"d"]]
                """#)
            let state = answers[0][1]["newState"]
            #expect(answers[1][1]["state"] == state)
            #expect(answers[2][1]["queryState"] == state)
            #expect(answers[3][1]["newQueryState"] == state)
        }
    }

    @Test func trap13MailboxStateMovesWithTheUnreadThreadsOfOtherMailboxes() async throws {
        try await World.with { world async throws in
            let archive = try await world.alice.mailbox("archive")
            try await world.alice.deliver(Sample.plain(1), to: [.archive], keywords: [.seen])
            let (mailboxes, threads) = (
                try await Self.state(world, "Mailbox"), try await Self.state(world, "Thread")
            )
            let reply = try await world.alice.deliver(Sample.reply(2, to: 1))
            let changes = try await world.alice.call("Mailbox/changes", #"{"sinceState":"\#(mailboxes)"}"#)
            #expect(changes["updated"].strings.contains(archive))
            #expect(try await Self.state(world, "Thread") != threads)
            let delivery = try await world.server.pushState(for: world.alice.principal).states[.emailDelivery]
            try await world.alice.call("Email/set", #"{"update":{"\#(reply)":{"keywords/$seen":true}}}"#)
            let push = try await world.server.pushState(for: world.alice.principal)
            #expect(push.states[.emailDelivery] == delivery)
        }
    }

    @Test func trap14ChangesAreNotCutUnlessTheClientAsks() async throws {
        try await World.with { world async throws in
            let before = try await Self.state(world, "Email")
            let emails = try await world.alice.deliverMany(40)
            try await world.alice.call("Email/set", #"{"destroy":["\#(emails[0])"]}"#)
            let all = try await world.alice.call("Email/changes", #"{"sinceState":"\#(before)"}"#)
            #expect(all["created"].strings.count == 39)
            #expect(all["hasMoreChanges"] == false)
            #expect(all["oldState"].string == before)
            let zero = #"{"sinceState":"\#(before)","maxChanges":0}"#
            #expect(try await world.alice.error("Email/changes", zero) == "invalidArguments")
            var (state, seen, steps) = (before, Set<String>(), 0)
            while steps < 100 {
                let page = try await world.alice.call("Email/changes", #"{"sinceState":"\#(state)","maxChanges":7}"#)
                let ids = page["created"].strings + page["updated"].strings + page["destroyed"].strings
                #expect(ids.count <= 7)
                seen.formUnion(page["created"].strings)
                #expect(page["newState"].string != state)
                state = page["newState"].string ?? ""
                steps += 1
                guard page["hasMoreChanges"] == true else { break }
            }
            #expect(state == (try await Self.state(world, "Email")))
            #expect(seen.isSuperset(of: emails.dropFirst()))
        }
    }

    @Test func trap15UpdatedPropertiesNamesTheCountsOrIsNullForAReferenceToIt() async throws {
        try await World.with { world async throws in
            let before = try await Self.state(world, "Mailbox")
            try await world.alice.deliver(Sample.plain(1))
            func follow() async throws -> (JSONValue, JSONValue) {
                let answers = try await world.alice.calls(
                    ##"""
                    [["Mailbox/changes",{"accountId":"$A","sinceState":"\##(before)"},"a"],
                    ["Mailbox/get",{"accountId":"$A","#ids":{"resultOf":"a","name":"Mailbox/changes","path":"/updated"},
                    "#properties":{"resultOf":"a","name":"Mailbox/changes","path":"/updatedProperties"}},"b"]]
                    """##)
                return (answers[0][1]["updatedProperties"], answers[1][1]["list"][0])
            }
            let (counts, counted) = try await follow()
            #expect(counts.strings == ["totalEmails", "unreadEmails", "totalThreads", "unreadThreads"])
            #expect(counted.keys == ["id"] + counts.strings)
            let inbox = try await world.alice.mailbox("inbox")
            try await world.alice.call("Mailbox/set", #"{"update":{"\#(inbox)":{"name":"In"}}}"#)
            let (null, whole) = try await follow()
            #expect(null == .null)
            #expect(whole["name"] == "In")
        }
    }
}
