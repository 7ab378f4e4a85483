import JSON
import MailModel
import Testing

/// RFC 8621 §4.6 and §4.3.
@Suite struct EmailSetTests {
    private static func email(_ world: World, _ id: String) async throws -> JSONValue {
        try await world.alice.call("Email/get", #"{"ids":["\#(id)"],"properties":["keywords","mailboxIds"]}"#)["list"][
            0]
    }

    @Test func setsKeywordsByPatchAndWhole() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            func expect(_ patch: String, _ keywords: String) async throws {
                let set = try await world.alice.call("Email/set", #"{"update":{"\#(id)":\#(patch)}}"#)
                #expect(set["updated"] == (try json(#"{"\#(id)":null}"#)), "\(patch)")
                #expect(try await Self.email(world, id)["keywords"] == (try json(keywords)), "\(patch)")
            }
            try await expect(#"{"keywords/$seen":true}"#, #"{"$seen":true}"#)
            try await expect(#"{"keywords/$FLAGGED":true,"keywords/$Seen":null}"#, #"{"$flagged":true}"#)
            try await expect(#"{"keywords/$missing":null}"#, #"{"$flagged":true}"#)
            try await expect(#"{"keywords/a~1b":true}"#, #"{"$flagged":true,"a/b":true}"#)
            try await expect(#"{"keywords":{"$Seen":true,"X":true}}"#, #"{"$seen":true,"x":true}"#)
            try await expect(#"{}"#, #"{"$seen":true,"x":true}"#)
            try await expect(#"{"keywords":null}"#, "{}")
        }
    }

    @Test func movesBetweenMailboxes() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let (inbox, trash) = (try await world.alice.mailbox("inbox"), try await world.alice.mailbox("trash"))
            for (patch, mailboxes) in [
                (#"{"mailboxIds/\#(trash)":true}"#, [inbox, trash]), (#"{"mailboxIds/\#(inbox)":null}"#, [trash]),
                (#"{"mailboxIds":{"\#(inbox)":true},"keywords/$seen":true}"#, [inbox]),
            ] {
                let set = try await world.alice.call("Email/set", #"{"update":{"\#(id)":\#(patch)}}"#)
                #expect(set["notUpdated"] == .null, "\(patch)")
                #expect(Set(try await Self.email(world, id)["mailboxIds"].keys) == Set(mailboxes), "\(patch)")
            }
            #expect(try await Self.email(world, id)["keywords"] == (try json(#"{"$seen":true}"#)))
        }
    }

    @Test func anUpdateIsWholeOrNotAtAll() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let before = try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#)
            for (patch, type) in [
                (#"{"keywords/$seen":true,"mailboxIds":{}}"#, "invalidProperties"),
                (#"{"keywords/$seen":true,"mailboxIds":{"m999":true}}"#, "invalidProperties"),
                (#"{"keywords/$seen":true,"mailboxIds":{"nonsense":true}}"#, "invalidProperties"),
                (#"{"keywords/$seen":true,"mailboxIds":["m1"]}"#, "invalidProperties"),
                (#"{"keywords/$seen":true,"mailboxIds":null}"#, "invalidProperties"),
                (#"{"keywords/$seen":true,"mailboxIds/m1":false}"#, "invalidProperties"),
                (#"{"keywords/$seen":false}"#, "invalidProperties"), (#"{"keywords/$seen":1}"#, "invalidProperties"),
                (#"{"keywords":{"a b":true}}"#, "invalidProperties"), (#"{"keywords":["$seen"]}"#, "invalidProperties"),
                (#"{"keywords/$seen":true,"subject":"x"}"#, "invalidProperties"),
                (#"{"keywords/$seen":true,"id":"e999"}"#, "invalidProperties"),
                (#"{"keywords/$seen":true,"nonsense":1}"#, "invalidProperties"),
                (#"{"keywords/$seen":true,"header:From:asDate":1}"#, "invalidProperties"),
                (#"{"keywords/$seen":true,"keywords":{}}"#, "invalidPatch"),
                (#"{"keywords/$seen":true,"keywords/$SEEN":null}"#, "invalidPatch"),
                (#"{"keywords/$seen/x":true}"#, "invalidPatch"), (#"{"from/0/name":"x"}"#, "invalidPatch"),
                (#"{"keywords/$seen":true,"a~":1}"#, "invalidPatch"),
            ] {
                let set = try await world.alice.call("Email/set", #"{"update":{"\#(id)":\#(patch)}}"#)
                #expect(set["notUpdated"][id]["type"] == .string(type), "\(patch)")
                #expect(set["updated"] == .null)
                #expect(set["newState"] == before["state"])
            }
            #expect(try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#) == before)
        }
    }

    @Test func aWholeObjectIsAValidPatch() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.rich, keywords: [.seen])
            let object = try await world.alice.call(
                "Email/get", #"{"ids":["\#(id)"]}"#)["list"][0]
            var writer = JSONWriter()
            writer.value(object)
            let text = String(decoding: writer.bytes, as: UTF8.self)
            let set = try await world.alice.call("Email/set", #"{"update":{"\#(id)":\#(text)}}"#)
            #expect(set["updated"].keys == [id])
            #expect(set["oldState"] == set["newState"])
        }
    }

    @Test func destroysAndSaysWhatItDidNot() async throws {
        try await World.with { world async throws in
            let (one, two) = (
                try await world.alice.deliver(Sample.plain(1)), try await world.alice.deliver(Sample.plain(2))
            )
            let set = try await world.alice.call(
                "Email/set",
                #"{"update":{"\#(one)":{"keywords/$seen":true},"e999":{},"":{}},"destroy":["\#(one)","\#(one)","e999","x"]}"#
            )
            #expect(set["destroyed"].strings == [one])
            #expect(set["notUpdated"][one]["type"] == "willDestroy")
            #expect(set["notUpdated"]["e999"]["type"] == "notFound")
            #expect(set["notUpdated"][""]["type"] == "notFound")
            #expect(set["notDestroyed"].keys == ["e999", "x"])
            let answer = try await world.alice.call("Email/get", #"{"ids":["\#(one)","\#(two)"],"properties":["id"]}"#)
            #expect(answer["notFound"].strings == [one])
        }
    }

    @Test func changesTellWhatHappened() async throws {
        try await World.with { world async throws in
            let kept = try await world.alice.deliver(Sample.plain(1))
            let gone = try await world.alice.deliver(Sample.plain(2))
            let state = try await world.alice.call("Email/get", #"{"ids":[]}"#)["state"].string ?? ""
            let none = try await world.alice.call("Email/changes", #"{"sinceState":"\#(state)"}"#)
            #expect(none["created"] == .array([]))
            #expect(none["newState"] == .string(state))
            let new = try await world.alice.deliver(Sample.plain(3))
            try await world.alice.call(
                "Email/set", #"{"update":{"\#(kept)":{"keywords/$seen":true}},"destroy":["\#(gone)"]}"#)
            let answers = try await world.alice.calls(
                #"""
                [["Email/changes",{"accountId":"$A","sinceState":"\#(state)"},"0"],
                ["Email/get",{"accountId":"$A","ids":[]},"1"],["Email/query",{"accountId":"$A"},"2"]]
                """#)
            #expect(answers[0][1]["created"].strings == [new])
            #expect(answers[0][1]["updated"].strings == [kept])
            #expect(answers[0][1]["destroyed"].strings == [gone])
            #expect(answers[0][1]["newState"] == answers[1][1]["state"])
            #expect(answers[0][1]["newState"] == answers[2][1]["queryState"])
        }
    }

    @Test func changesComeInStepsThatLeadToTheEnd() async throws {
        try await World.with { world async throws in
            let state = try await world.alice.call("Email/get", #"{"ids":[]}"#)["state"].string ?? ""
            let emails = try await world.alice.deliverMany(5)
            var (since, seen, hasMore) = (state, [String](), true)
            for _ in 0..<10 where hasMore {
                let step = try await world.alice.call("Email/changes", #"{"sinceState":"\#(since)","maxChanges":2}"#)
                #expect(step["created"].strings.count <= 2)
                #expect(step["oldState"] == .string(since))
                seen += step["created"].strings
                since = step["newState"].string ?? ""
                hasMore = step["hasMoreChanges"].bool ?? false
            }
            #expect(Set(seen) == Set(emails))
            #expect(seen.count == 5)
            #expect(try await world.alice.call("Email/get", #"{"ids":[]}"#)["state"] == .string(since))
        }
    }

    @Test func readsAfterAWriteSeeIt() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let get = #"["Email/get",{"accountId":"$A","ids":["\#(id)"],"properties":["keywords"]}"#
            let answers = try await world.alice.calls(
                #"""
                [\#(get),"0"],["Email/set",{"accountId":"$A","update":{"\#(id)":{"keywords/$seen":true}}},"1"],
                \#(get),"2"],["Email/set",{"accountId":"$A","update":{"\#(id)":{"keywords/$seen":null}}},"3"],\#(get),"4"]]
                """#)
            let keywords = [0, 2, 4].map { answers[$0][1]["list"][0]["keywords"].keys }
            #expect(keywords == [[], ["$seen"], []])
            #expect(answers[0][1]["state"] == answers[1][1]["oldState"])
            #expect(answers[1][1]["newState"] == answers[2][1]["state"])
            #expect(answers[3][1]["newState"] == answers[4][1]["state"])
        }
    }
}
