import JSON
import MailModel
import Testing

/// What clients stumble over in /get and /set, by number of the list of traps.
@Suite struct GetAndSetTrapTests {
    private static func notUpdated(_ world: World, _ id: String, _ patch: String) async throws -> JSONValue {
        try await world.alice.call("Email/set", #"{"update":{"\#(id)":\#(patch)}}"#)["notUpdated"][id]
    }

    @Test func trap17IdsNullEmptyTwiceMalformedAndManyAtOnce() async throws {
        try await World.with { world async throws in
            let emails = try await world.alice.deliverMany(3)
            #expect(try await world.alice.call("Email/get", #"{"ids":null}"#)["list"].array?.count == 3)
            let none = try await world.alice.call("Email/get", #"{"ids":[]}"#)
            #expect(none["list"].array?.isEmpty == true)
            #expect(none["state"].string != nil)
            let twice = try await world.alice.call(
                "Email/get", #"{"ids":["\#(emails[0])","\#(emails[0])","no id!"],"properties":[]}"#)
            #expect(twice["list"] == (try json(#"[{"id":"\#(emails[0])"}]"#)))
            #expect(twice["notFound"].strings == ["no id!"])
            #expect(try await world.alice.error("Email/get", #"{"properties":["color"]}"#) == "invalidArguments")
            let many = (1...5_000).map { "\"e\($0)\"" }.joined(separator: ",")
            #expect(try await world.alice.error("Email/get", #"{"ids":[\#(many)],"properties":["id"]}"#) == nil)
        }
    }

    @Test func trap18AccountIdsThatAreMissingOrNobodys() async throws {
        try await World.with { world async throws in
            for (arguments, type) in [
                ("{}", "invalidArguments"), (#"{"accountId":null}"#, "invalidArguments"),
                (#"{"accountId":"x"}"#, "accountNotFound"),
                (#"{"accountId":"\#(world.bob.accountID)"}"#, "accountNotFound"),
            ] {
                for method in ["Email/get", "Email/query", "Email/set", "Identity/get", "Mailbox/queryChanges"] {
                    let answers = try await world.alice.calls(#"[["\#(method)",\#(arguments),"c"]]"#)
                    #expect(answers[0][1]["type"].string == type, "\(method) \(arguments)")
                }
            }
        }
    }

    @Test func trap19PatchesEscapeConflictAndSwap() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            #expect(try await Self.notUpdated(world, id, #"{"keywords/a~1b~0c":true}"#) == .null)
            let keywords = try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#)["list"][0]["keywords"]
            #expect(keywords == (try json(#"{"a/b~c":true}"#)))
            for patch in [
                #"{"keywords":{},"keywords/x":true}"#, #"{"keywords/x/y":true}"#, #"{"mailboxIds/m1/x":true}"#,
            ] {
                #expect(try await Self.notUpdated(world, id, patch)["type"] == "invalidPatch", "\(patch)")
            }
            #expect(try await Self.notUpdated(world, id, #"{"id":"\#(id)","keywords/absent":null}"#) == .null)
            let set = try await world.alice.call(
                "Mailbox/set", #"{"create":{"a":{"name":"A"},"b":{"name":"B"}}}"#)
            let (a, b) = (set["created"]["a"]["id"].string ?? "", set["created"]["b"]["id"].string ?? "")
            let swap = try await world.alice.call(
                "Mailbox/set", #"{"update":{"\#(a)":{"name":"B"},"\#(b)":{"name":"A"}}}"#)
            #expect(swap["notUpdated"] == .null)
        }
    }

    @Test func trap20CreationIdsReachFromImportToSetAndIntoMapKeys() async throws {
        try await World.with { world async throws in
            let blob = try await world.alice.upload(Sample.plain(1))
            let answer = try await world.alice.request(
                ##"""
                {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail"],"createdIds":{},"methodCalls":[
                ["Mailbox/set",{"accountId":"$A","create":{"mb":{"name":"New"}}},"a"],
                ["Email/import",{"accountId":"$A","emails":{"aerc":{"blobId":"\##(blob)","mailboxIds":{"#mb":true}}}},"b"],
                ["Email/set",{"accountId":"$A","update":{"#aerc":{"keywords/$draft":true}}},"c"],
                ["Email/get",{"accountId":"$A","ids":["#aerc"]},"d"]]}
                """##)
            let email = answer["methodResponses"][1][1]["created"]["aerc"]["id"].string ?? ""
            #expect(answer["methodResponses"][2][1]["updated"].keys == [email])
            #expect(Set(answer["createdIds"].keys) == ["aerc", "mb"])
            let without = try await world.alice.request(#"{"using":[],"methodCalls":[]}"#)
            #expect(without["createdIds"] == .null)
        }
    }

    @Test func trap21IfInStateIsCheckedBeforeAnything() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            for method in ["Email/set", "Mailbox/set", "Identity/set", "Maildrop/set"] {
                let arguments = #"{"ifInState":"s0-0","create":{"k":{"nonsense":1}},"destroy":["\#(id)"]}"#
                #expect(try await world.alice.error(method, arguments) == "stateMismatch", "\(method)")
            }
            let set = try await world.alice.call("Email/set", #"{"ifInState":null,"update":null,"create":null}"#)
            #expect(set["oldState"] == set["newState"])
            #expect(set["created"] == .null)
        }
    }

    @Test func trap22NoOpsSucceedAndAnArrayOfMailboxesIsRefused() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let inbox = try await world.alice.mailbox("inbox")
            let state = try await world.alice.call("Email/get", #"{"ids":[]}"#)["state"]
            for patch in ["{}", #"{"mailboxIds":{"\#(inbox)":true}}"#, #"{"keywords":{}}"#] {
                let set = try await world.alice.call("Email/set", #"{"update":{"\#(id)":\#(patch)}}"#)
                #expect(set["updated"].keys == [id])
                #expect(set["newState"] == state, "\(patch)")
            }
            for patch in [#"{"mailboxIds":["\#(inbox)"]}"#, #"{"mailboxIds":{}}"#] {
                #expect(try await Self.notUpdated(world, id, patch)["type"] == "invalidProperties", "\(patch)")
            }
        }
    }

    @Test func trap23KeywordsAreLowerCaseAndApartFromRoles() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            let drafts = try await world.alice.mailbox("drafts")
            for character in ["(", ")", "{", "]", "%", "*", "\\\"", "\\\\", " ", "é"] {
                let patch = #"{"keywords":{"a\#(character)":true}}"#
                #expect(try await Self.notUpdated(world, id, patch)["type"] == "invalidProperties", "\(patch)")
            }
            #expect(try await Self.notUpdated(world, id, #"{"keywords":{"$SEEN":true,"[x}":true}}"#) == .null)
            #expect(try await Self.notUpdated(world, id, #"{"mailboxIds":{"\#(drafts)":true}}"#) == .null)
            let email = try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#)["list"][0]
            #expect(email["keywords"] == (try json(#"{"$seen":true,"[x}":true}"#)))
        }
    }

    @Test func trap24MailboxesKeepTheirRules() async throws {
        try await World.with { world async throws in
            let set = try await world.alice.call(
                "Mailbox/set",
                ##"{"create":{"a":{"name":"Cafe\u0301"},"b":{"name":"Inner","parentId":"#a"},"c":{"name":"Caf\u00e9"}}}"##
            )
            let (a, b) = (set["created"]["a"]["id"].string ?? "", set["created"]["b"]["id"].string ?? "")
            #expect(set["notCreated"]["c"]["type"] == "alreadyExists")
            #expect(set["notCreated"]["c"]["existingId"].string == a)
            let cycle = try await world.alice.call("Mailbox/set", #"{"update":{"\#(a)":{"parentId":"\#(b)"}}}"#)
            #expect(cycle["notUpdated"][a]["type"] == "invalidProperties")
            let role = try await world.alice.call("Mailbox/set", #"{"update":{"\#(a)":{"role":"trash"}}}"#)
            #expect(role["notUpdated"][a]["type"] == "invalidProperties")
            let child = try await world.alice.call("Mailbox/set", #"{"destroy":["\#(a)"]}"#)
            #expect(child["notDestroyed"][a]["type"] == "mailboxHasChild")
            let id = try await world.alice.deliver(Sample.plain(1))
            try await world.alice.call("Email/set", #"{"update":{"\#(id)":{"mailboxIds/\#(b)":true}}}"#)
            let full = try await world.alice.call("Mailbox/set", #"{"destroy":["\#(b)"]}"#)
            #expect(full["notDestroyed"][b]["type"] == "mailboxHasEmail")
            try await world.alice.call("Mailbox/set", #"{"destroy":["\#(b)"],"onDestroyRemoveEmails":true}"#)
            #expect(try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#)["list"].array?.count == 1)
        }
    }
}
