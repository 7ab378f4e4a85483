import JSON
import Testing

/// RFC 8620 §5.3, of every type.
@Suite struct SetRuleTests {
    private static let maps = ["created", "updated", "destroyed", "notCreated", "notUpdated", "notDestroyed"]

    @Test func nothingToDoIsDone() async throws {
        try await World.with { world async throws in
            for type in Records.settable {
                for arguments in ["{}", #"{"create":null,"update":null,"destroy":null,"ifInState":null}"#] {
                    let set = try await world.alice.call("\(type)/set", arguments)
                    #expect(set["oldState"].string != nil && set["oldState"] == set["newState"], "\(type)")
                    for map in Self.maps {
                        #expect(set.keys.contains(map) && set[map] == .null, "\(type) \(map)")
                    }
                }
            }
        }
    }

    @Test func argumentsOfAnotherKindAreRefused() async throws {
        try await World.with { world async throws in
            for type in Records.settable {
                for arguments in [
                    #"{"create":[]}"#, #"{"create":{"k":1}}"#, #"{"create":{"a b":{}}}"#, #"{"update":{"x":null}}"#,
                    #"{"update":[]}"#, #"{"destroy":{}}"#, #"{"destroy":[1]}"#, #"{"ifInState":1}"#,
                    #"{"color":true}"#,
                ] {
                    #expect(
                        try await world.alice.error("\(type)/set", arguments) == "invalidArguments",
                        "\(type) \(arguments)")
                }
            }
        }
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        try await World.with { world async throws in
            for type in Records.settable {
                let set = try await world.alice.call(
                    "\(type)/set", ##"{"update":{"z9":{},"#k":{},"":{}},"destroy":["z8","z8","#j"]}"##)
                for id in ["z9", "#k", ""] { #expect(set["notUpdated"][id]["type"] == "notFound", "\(type) \(id)") }
                #expect(set["notDestroyed"].keys == ["z8", "#j"], "\(type)")
                for id in ["z8", "#j"] { #expect(set["notDestroyed"][id]["type"] == "notFound", "\(type)") }
                #expect(set["oldState"] == set["newState"], "\(type)")
            }
        }
    }

    @Test func patchesThatCannotBeAppliedSaySo() async throws {
        // By type: a prefix of another path, a path into an array, into nothing, and into what is no object.
        let patches: [(type: String, patches: [String])] = [
            ("Mailbox", [#"{"myRights":{},"myRights/mayRename":true}"#, #"{"name/x":1}"#, #"{"no/thing":1}"#]),
            ("Email", [#"{"keywords":{},"keywords/x":true}"#, #"{"keywords/$draft/x":true}"#, #"{"from/0":null}"#]),
            ("Identity", [#"{"replyTo":null,"replyTo/0":null}"#, #"{"no/thing":1}"#]),
            ("EmailSubmission", [#"{"envelope/rcptTo/0":null}"#, #"{"envelope/rcptTo/0/email":"x@y.example"}"#]),
            ("Maildrop", [#"{"retention":{},"retention/kind":"keep"}"#, #"{"name/x":1}"#]),
            ("MaildropJob", [#"{"type/x":1}"#, #"{"no/thing":1}"#]),
            ("User", [#"{"name/x":1}"#, #"{"role":"member","role/x":1}"#]),
            ("Device", [#"{"name/x":1}"#]), ("Session", [#"{"userAgent/x":1}"#]),
        ]
        try await World.with { world async throws in
            let records = try await Records(world)
            for (type, patches) in patches {
                let id = records.id(type)
                for patch in patches {
                    let set = try await world.alice.call("\(type)/set", #"{"update":{"\#(id)":\#(patch)}}"#)
                    #expect(set["notUpdated"][id]["type"] == "invalidPatch", "\(type) \(patch)")
                }
                let unknown = try await world.alice.call("\(type)/set", #"{"update":{"\#(id)":{"color":"red"}}}"#)
                #expect(unknown["notUpdated"][id]["type"] == "invalidProperties", "\(type)")
                #expect(unknown["notUpdated"][id]["properties"].strings == ["color"], "\(type)")
                let other = try await world.alice.call("\(type)/set", #"{"update":{"\#(id)":{"id":"z9"}}}"#)
                #expect(other["notUpdated"][id]["type"] == "invalidProperties", "\(type)")
                #expect(other["notUpdated"][id]["properties"].strings == ["id"], "\(type)")
            }
        }
    }

    @Test func aRecordMayBeSentBackAsItWasGot() async throws {
        try await World.with { world async throws in
            let records = try await Records(world)
            for type in Records.settable {
                let id = records.id(type)
                let got = try await world.alice.call("\(type)/get", #"{"ids":["\#(id)"]}"#)
                var writer = JSONWriter()
                writer.value(got["list"][0])
                let whole = String(decoding: writer.bytes, as: UTF8.self)
                let set = try await world.alice.call("\(type)/set", #"{"update":{"\#(id)":\#(whole)}}"#)
                #expect(set["updated"].keys == [id], "\(type) \(set["notUpdated"])")
                #expect(set["newState"] == got["state"], "\(type)")
            }
        }
    }

    @Test func whatIsDestroyedIsNotUpdated() async throws {
        try await World.with { world async throws in
            let records = try await Records(world)
            // What sends goes before what it is sent of and with.
            for type in [
                "EmailSubmission", "Identity", "MaildropJob", "Maildrop", "Email", "Mailbox", "Session", "Device",
                "User",
            ] {
                let id = records.id(type)
                let set = try await world.alice.call(
                    "\(type)/set", #"{"update":{"\#(id)":{}},"destroy":["\#(id)","\#(id)"]}"#)
                #expect(set["notUpdated"][id]["type"] == "willDestroy", "\(type)")
                #expect(set["destroyed"].strings == [id], "\(type) \(set)")
                #expect(set["oldState"] != set["newState"], "\(type)")
                let again = try await world.alice.call("\(type)/set", #"{"destroy":["\#(id)"]}"#)
                #expect(again["notDestroyed"][id]["type"] == "notFound", "\(type)")
            }
        }
    }
}
