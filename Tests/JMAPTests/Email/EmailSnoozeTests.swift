import JSON
import MailModel
import MailStore
import Testing

/// The property `snoozed` (docs/jmap-view.md).
@Suite struct EmailSnoozeTests {
    private static let until = "2026-03-02T08:00:00Z"

    private static func email(_ client: Client, _ id: String) async throws -> JSONValue {
        try await client.call(
            "Email/get", #"{"ids":["\#(id)"],"properties":["mailboxIds","keywords","snoozed"]}"#)["list"][0]
    }

    @discardableResult
    private static func set(_ client: Client, _ id: String, _ patch: String) async throws -> JSONValue {
        try await client.call("Email/set", #"{"update":{"\#(id)":\#(patch)}}"#)
    }

    @Test func anEmailIsPutAwayAndSaysWhereItGoes() async throws {
        try await World.with { world async throws in
            let alice = world.alice
            let id = try await alice.deliver(Sample.plain(1))
            let inbox = try await alice.mailbox("inbox")
            #expect(try await Self.email(alice, id)["snoozed"] == .null)
            let answer = try await Self.set(alice, id, #"{"snoozed":{"until":"\#(Self.until)"}}"#)
            let place = try await alice.mailbox("snoozed")
            let snoozed = #"{"until":"\#(Self.until)","mailboxIds":{"\#(inbox)":true}}"#
            #expect(
                answer["updated"][id]
                    == (try json(#"{"snoozed":\#(snoozed),"mailboxIds":{"\#(place)":true}}"#)))
            let email = try await Self.email(alice, id)
            #expect(email["snoozed"] == (try json(snoozed)))
            #expect(email["mailboxIds"].keys == [place])
        }
    }

    @Test func othersHearOfItAsOfAnyChange() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let state = try await world.alice.call("Email/get", #"{"ids":[]}"#)["state"].string ?? ""
            let mailboxes = try await world.alice.call("Mailbox/get", #"{"ids":[]}"#)["state"].string ?? ""
            try await Self.set(world.alice, id, #"{"snoozed":{"until":"\#(Self.until)"}}"#)
            let changes = try await world.alice.call("Email/changes", #"{"sinceState":"\#(state)"}"#)
            #expect(changes["updated"].strings == [id])
            let others = try await world.alice.call("Mailbox/changes", #"{"sinceState":"\#(mailboxes)"}"#)
            #expect(others["created"].strings == [try await world.alice.mailbox("snoozed")])
            let again = changes["newState"].string ?? ""
            try await Self.set(world.alice, id, #"{"snoozed/until":"2026-03-03T08:00:00Z"}"#)
            let later = try await world.alice.call("Email/changes", #"{"sinceState":"\#(again)"}"#)
            #expect(later["updated"].strings == [id])
        }
    }

    @Test func nullBringsItBack() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1), keywords: [.seen])
            let inbox = try await world.alice.mailbox("inbox")
            try await Self.set(world.alice, id, #"{"snoozed":{"until":"\#(Self.until)"}}"#)
            let answer = try await Self.set(world.alice, id, #"{"snoozed":null}"#)
            #expect(answer["updated"][id] == (try json(#"{"snoozed":null,"mailboxIds":{"\#(inbox)":true}}"#)))
            #expect(try await Self.email(world.alice, id)["keywords"] == (try json(#"{"$seen":true}"#)))
            #expect(
                try await Self.set(world.alice, id, #"{"snoozed":null}"#)["updated"] == (try json(#"{"\#(id)":null}"#)))
        }
    }

    @Test func movingItEndsItAndSaysSo() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let trash = try await world.alice.mailbox("trash")
            try await Self.set(world.alice, id, #"{"snoozed":{"until":"\#(Self.until)"}}"#)
            let answer = try await Self.set(world.alice, id, #"{"mailboxIds":{"\#(trash)":true}}"#)
            #expect(answer["updated"][id] == (try json(#"{"snoozed":null}"#)))
            #expect(try await Self.email(world.alice, id)["snoozed"] == .null)
        }
    }

    @Test func itMayBeEndedIntoAnotherMailbox() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let trash = try await world.alice.mailbox("trash")
            try await Self.set(world.alice, id, #"{"snoozed":{"until":"\#(Self.until)"}}"#)
            try await Self.set(world.alice, id, #"{"snoozed":null,"mailboxIds":{"\#(trash)":true}}"#)
            #expect(try await Self.email(world.alice, id)["mailboxIds"].keys == [trash])
            let place = try await world.alice.mailbox("snoozed")
            try await Self.set(world.alice, id, #"{"snoozed":{"until":"\#(Self.until)"}}"#)
            try await Self.set(world.alice, id, #"{"snoozed":null,"mailboxIds":{"\#(place)":true}}"#)
            let email = try await Self.email(world.alice, id)
            #expect(email["mailboxIds"].keys == [place] && email["snoozed"] == .null)
        }
    }

    @Test func whereItComesBackToMayBeSaid() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let archive = try await world.alice.mailbox("archive")
            try await Self.set(
                world.alice, id,
                #"{"snoozed":{"until":"\#(Self.until)","mailboxIds":{"\#(archive)":true}},"keywords/$seen":true}"#)
            try await Self.set(world.alice, id, #"{"snoozed":{"until":"2026-03-04T08:00:00.5Z"}}"#)
            let email = try await Self.email(world.alice, id)
            #expect(
                email["snoozed"]
                    == (try json(#"{"until":"2026-03-04T08:00:00.500Z","mailboxIds":{"\#(archive)":true}}"#)))
            #expect(email["keywords"] == (try json(#"{"$seen":true}"#)))
            try await Self.set(world.alice, id, #"{"snoozed":null}"#)
            #expect(try await Self.email(world.alice, id)["mailboxIds"].keys == [archive])
        }
    }

    @Test func whatCannotBeIsRefusedWhole() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let other = try await world.alice.deliver(Sample.plain(2))
            try await Self.set(world.alice, other, #"{"snoozed":{"until":"\#(Self.until)"}}"#)
            let place = try await world.alice.mailbox("snoozed")
            let before = try await Self.email(world.alice, id)
            for value in [
                "true", "{}", #"{"until":null}"#, #"{"until":"tomorrow"}"#, #"{"until":"2026-03-02T08:00:00+01:00"}"#,
                #"{"until":"2026-03-01T12:00:00Z"}"#, #"{"until":"2020-01-01T00:00:00Z"}"#,
                #"{"until":"9999-01-01T00:00:00Z"}"#, #"{"until":"\#(Self.until)","x":1}"#,
                #"{"until":"\#(Self.until)","mailboxIds":["m1"]}"#,
                #"{"until":"\#(Self.until)","mailboxIds":{"m1":false}}"#,
                #"{"until":"\#(Self.until)","mailboxIds":{"m999":true}}"#,
                #"{"until":"\#(Self.until)","mailboxIds":{"\#(place)":true}}"#,
            ] {
                let answer = try await Self.set(world.alice, id, #"{"keywords/$flagged":true,"snoozed":\#(value)}"#)
                #expect(answer["notUpdated"][id]["type"] == "invalidProperties", "\(value)")
                #expect(answer["notUpdated"][id]["properties"].strings == ["snoozed"], "\(value)")
            }
            let both = try await Self.set(
                world.alice, id, #"{"snoozed":{"until":"\#(Self.until)"},"mailboxIds":{"m1":true}}"#)
            #expect(both["notUpdated"][id]["properties"].strings == ["snoozed", "mailboxIds"])
            let within = try await Self.set(world.alice, id, #"{"snoozed/until":"\#(Self.until)"}"#)
            #expect(within["notUpdated"][id]["type"] == "invalidPatch")
            #expect(try await Self.email(world.alice, id) == before)
        }
    }

    @Test func nobodyKnowsItWithoutTheCapability() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let answer = try await world.alice.request(
                #"""
                {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail"],"methodCalls":[
                ["Email/get",{"accountId":"$A","ids":["\#(id)"],"properties":["snoozed"]},"0"],
                ["Email/set",{"accountId":"$A","update":{"\#(id)":{"snoozed":{"until":"\#(Self.until)"}}}},"1"],
                ["Email/set",{"accountId":"$A","update":{"\#(id)":{"keywords/$seen":true}}},"2"]]}
                """#)
            let responses = answer["methodResponses"]
            #expect(responses[0][1]["type"] == "invalidArguments")
            #expect(responses[1][1]["notUpdated"][id]["properties"].strings == ["snoozed"])
            #expect(responses[2][1]["updated"] == (try json(#"{"\#(id)":null}"#)))
            #expect(try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#)["list"][0]["snoozed"] == .null)
        }
    }

    @Test func aNewEmailIsNotPutAwayYet() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            func create(_ snoozed: String) async throws -> JSONValue {
                try await world.alice.call(
                    "Email/set",
                    #"{"create":{"n":{"mailboxIds":{"\#(inbox)":true},"subject":"s","snoozed":\#(snoozed)}}}"#)
            }
            let refused = try await create(#"{"until":"\#(Self.until)"}"#)
            #expect(refused["notCreated"]["n"]["properties"].strings == ["snoozed"])
            #expect(try await create("null")["created"]["n"]["id"].string != nil)
        }
    }

    @Test func fiveHundredGoInOneCall() async throws {
        try await World.with { world async throws in
            let account = try await world.store.account(world.alice.principal.account, for: world.alice.principal)
            let inbox = try #require(try await account.read { try $0.mailbox(withRole: .inbox)?.id })
            var ids: [EmailID] = []
            for start in [0, 250] {
                var batch: [Arrival] = []
                for number in start..<start + 250 {
                    let message = try await account.prepare(.octets(Array("Subject: \(number)\r\n\r\nx\r\n".utf8)))
                    batch.append(Arrival(message, mailboxIDs: [inbox], receivedAt: World.now))
                }
                ids += try await account.ingest(batch)
            }
            let update = ids.map { #""\#($0)":{"snoozed":{"until":"\#(Self.until)"}}"# }.joined(separator: ",")
            let answer = try await world.alice.call("Email/set", #"{"update":{\#(update)}}"#)
            #expect(answer["updated"].keys.count == 500)
            let place = try await world.alice.mailbox("snoozed")
            let mailbox = try await world.alice.call("Mailbox/get", #"{"ids":["\#(place)"]}"#)["list"][0]
            #expect(mailbox["totalEmails"] == 500)
        }
    }

    @Test func twoEmailsMayTradePlacesInOneCall() async throws {
        try await World.with { world async throws in
            let ids = try await world.alice.deliverMany(2)
            try await Self.set(world.alice, ids[0], #"{"snoozed":{"until":"\#(Self.until)"}}"#)
            let answer = try await world.alice.call(
                "Email/set",
                #"{"update":{"\#(ids[0])":{"snoozed":null},"\#(ids[1])":{"snoozed":{"until":"\#(Self.until)"}}}}"#)
            #expect(answer["notUpdated"] == .null)
            #expect(try await Self.email(world.alice, ids[0])["snoozed"] == .null)
            #expect(try await Self.email(world.alice, ids[1])["snoozed"]["until"] == .string(Self.until))
        }
    }
}
