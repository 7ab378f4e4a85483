import JSON
import MailModel
import Testing

/// RFC 8621 §6.
@Suite struct IdentityTests {
    private static func addMaildrop(_ world: World, _ settings: String) async throws -> JSONValue {
        try await world.alice.call("Maildrop/set", #"{"create":{"k":\#(settings)}}"#)
    }

    @Test func everyMaildropsAddressIsAnIdentityFromTheStart() async throws {
        try await World.with { world async throws in
            #expect(try await world.alice.call("Identity/get")["list"].array?.isEmpty == true)
            for settings in [
                #"{"name":"one","host":"pop.example.org","username":"ann@example.org"}"#,
                #"{"name":"bob@example.net","host":"pop.example.org","username":"bob"}"#,
                #"{"name":"three","host":"pop.example.com","username":"carl"}"#,
                #"{"name":"four","host":"other.example.org","username":"ANN@example.org"}"#,
            ] {
                let set = try await Self.addMaildrop(world, settings)
                #expect(set["notCreated"] == .null, "\(settings)")
            }
            let list = try await world.alice.call("Identity/get")["list"]
            #expect(
                (list.array ?? []).map { $0["email"].string ?? "" }
                    == ["ann@example.org", "bob@example.net", "carl@example.com"])
            #expect(
                list[0].keys == [
                    "id", "name", "email", "replyTo", "bcc", "textSignature", "htmlSignature", "mayDelete",
                ])
            #expect(list[0]["name"] == "")
            #expect(list[0]["replyTo"] == .null)
            #expect(list[0]["mayDelete"] == true)
        }
    }

    @Test func createsUpdatesAndDestroys() async throws {
        try await World.with { world async throws in
            let before = try await world.alice.call("Identity/get")["state"].string ?? ""
            let set = try await world.alice.call(
                "Identity/set",
                #"""
                {"ifInState":"\#(before)","create":{"k":{"name":"Ann","email":"ann@example.org","bcc":[],
                "replyTo":[{"name":"R","email":"r@x.example"},{"name":null,"email":"s@x.example"}]}}}
                """#)
            let created = set["created"]["k"]
            #expect(Set(created.keys) == ["id", "textSignature", "htmlSignature", "mayDelete"])
            let id = created["id"].string ?? ""
            let update = try await world.alice.call(
                "Identity/set",
                #"{"update":{"\#(id)":{"textSignature":"-- \nA","name":null,"email":"ann@example.org","bcc":null}}}"#)
            #expect(update["updated"] == (try json(#"{"\#(id)":null}"#)))
            let identity = try await world.alice.call("Identity/get", #"{"ids":["\#(id)"]}"#)["list"][0]
            #expect(identity["name"] == "")
            #expect(identity["textSignature"] == "-- \nA")
            #expect(identity["bcc"] == .null)
            #expect(
                identity["replyTo"]
                    == (try json(#"[{"name":"R","email":"r@x.example"},{"name":null,"email":"s@x.example"}]"#)))
            let changes = try await world.alice.call("Identity/changes", #"{"sinceState":"\#(before)"}"#)
            #expect(changes["created"].strings == [id])
            let state = update["newState"].string ?? ""
            #expect(try await world.alice.call("Identity/get", #"{"ids":[]}"#)["state"].string == state)
            let destroy = try await world.alice.call("Identity/set", #"{"destroy":["\#(id)","i99"]}"#)
            #expect(destroy["destroyed"].strings == [id])
            #expect(destroy["notDestroyed"]["i99"]["type"] == "notFound")
            let gone = try await world.alice.call("Identity/changes", #"{"sinceState":"\#(state)"}"#)
            #expect(gone["destroyed"].strings == [id])
        }
    }

    @Test(arguments: [
        "{}", #"{"email":"nobody"}"#, #"{"email":"a@x\r\nBcc: b"}"#, #"{"email":"a@x","color":"red"}"#,
        #"{"email":"a@x","replyTo":"b@x"}"#, #"{"email":"a@x","replyTo":[{"email":"b"}]}"#,
        #"{"email":"a@x","name":"a\nb"}"#, #"{"email":"a@x","id":"i1"}"#, #"{"email":"a@x","mayDelete":true}"#,
    ])
    func refusesWhatIsNoIdentity(record: String) async throws {
        try await World.with { world async throws in
            let set = try await world.alice.call("Identity/set", #"{"create":{"k":\#(record)}}"#)
            #expect(set["notCreated"]["k"]["type"] == "invalidProperties", "\(record)")
        }
    }

    @Test func theAddressDoesNotChange() async throws {
        try await World.with { world async throws in
            let set = try await world.alice.call("Identity/set", #"{"create":{"k":{"email":"a@x.example"}}}"#)
            let id = set["created"]["k"]["id"].string ?? ""
            for patch in [#"{"email":"b@x.example"}"#, #"{"mayDelete":false}"#, #"{"id":"i9"}"#] {
                let update = try await world.alice.call("Identity/set", #"{"update":{"\#(id)":\#(patch)}}"#)
                #expect(update["notUpdated"][id]["type"] == "invalidProperties", "\(patch)")
            }
            #expect(try await world.alice.error("Identity/set", #"{"ifInState":"s0-0"}"#) == "stateMismatch")
        }
    }

    @Test func othersIdentitiesAreNobodys() async throws {
        try await World.with { world async throws in
            let set = try await world.bob.call("Identity/set", #"{"create":{"k":{"email":"bob@x.example"}}}"#)
            let id = set["created"]["k"]["id"].string ?? ""
            #expect(try await world.alice.call("Identity/get", #"{"ids":["\#(id)"]}"#)["notFound"].strings == [id])
        }
    }
}
