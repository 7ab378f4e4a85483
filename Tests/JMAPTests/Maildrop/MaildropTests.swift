import JSON
import MailModel
import MailStore
import Testing

/// Our own capability: the maildrops of an account.
@Suite struct MaildropTests {
    private static let record = #"{"name":"Provider","host":"POP.example.org","username":"alice","password":"s3cret"}"#

    private static func create(_ world: World, _ record: String = record) async throws -> String {
        try await world.alice.call("Maildrop/set", #"{"create":{"a":\#(record)}}"#)["created"]["a"]["id"].string ?? ""
    }

    private func names(_ world: World) async throws -> [String: String] {
        let list = try await world.alice.call("Maildrop/get", #"{"properties":["name"]}"#)["list"].array ?? []
        return Dictionary(uniqueKeysWithValues: list.map { ($0["id"].string ?? "", $0["name"].string ?? "") })
    }

    /// RFC 8620 §5.3: what must hold, must hold when the call is over.
    @Test func maildropsSwapTheirNames() async throws {
        try await World.with { world async throws in
            let made = try await world.alice.call(
                "Maildrop/set",
                #"""
                {"create":{"a":{"name":"A","host":"pop.example.org","username":"a"},
                "b":{"name":"B","host":"pop.example.org","username":"b"},
                "c":{"name":"C","host":"pop.example.org","username":"c"}}}
                """#)
            let ids = ["a", "b", "c"].map { made["created"][$0]["id"].string ?? "" }
            let (a, b, c) = (ids[0], ids[1], ids[2])
            func set(_ names: [(String, String)]) async throws -> JSONValue {
                let patches = names.map { #""\#($0)":{"name":"\#($1)"}"# }.joined(separator: ",")
                return try await world.alice.call("Maildrop/set", #"{"update":{\#(patches)}}"#)
            }
            let swap = try await set([(a, "B"), (b, "A")])
            #expect(swap["notUpdated"] == .null)
            #expect(try await names(world) == [a: "B", b: "A", c: "C"])
            let circle = try await set([(a, "A"), (b, "C"), (c, "B")])
            #expect(circle["notUpdated"] == .null)
            #expect(try await names(world) == [a: "A", b: "C", c: "B"])
            // One that keeps its name breaks the chain: nobody moves.
            let chain = try await set([(a, "C"), (b, "B")])
            #expect(Set(chain["notUpdated"].keys) == [a, b])
            #expect(chain["notUpdated"][a]["properties"].strings == ["name"])
            // One of two that is wrong in itself stays, and so the other one can't have its name.
            let wrong = try await world.alice.call(
                "Maildrop/set", #"{"update":{"\#(a)":{"name":"C"},"\#(b)":{"name":"A","port":0}}}"#)
            #expect(wrong["notUpdated"][b]["properties"].strings == ["port"])
            #expect(wrong["notUpdated"][a]["properties"].strings == ["name"])
            #expect(try await names(world) == [a: "A", b: "C", c: "B"])
            // What is only changed is in nobody's way.
            let other = try await world.alice.call(
                "Maildrop/set", #"{"update":{"\#(a)":{"enabled":false},"\#(b)":{"name":"A"}}}"#)
            #expect(other["updated"].keys == [a])
            #expect(other["notUpdated"].keys == [b])
        }
    }

    @Test func createsWithDefaultsAndNeverAnswersWithThePassword() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let set = try await world.alice.call("Maildrop/set", #"{"create":{"a":\#(Self.record)}}"#)
            let id = set["created"]["a"]["id"].string ?? ""
            #expect(
                set["created"]["a"]
                    == (try json(
                        #"""
                        {"id":"\#(id)","port":995,"security":"tls","hasPassword":true,"signInProvider":null,
                        "certificatePin":null,"mailboxId":"\#(inbox)","pollInterval":null,"markSeenOlderThan":1209600,
                        "retention":{"deleteAfter":null,"deleteDestroyed":false,"keepUnread":false,"largerThan":null},
                        "vanished":"keep","enabled":true,"signIn":"automatic","submission":null}
                        """#)))
            let answer = try await world.alice.call("Maildrop/get", #"{"ids":["\#(id)","p9","x"]}"#)
            #expect(
                answer["list"][0].keys == [
                    "id", "name", "host", "port", "security", "username", "hasPassword", "signInProvider",
                    "certificatePin", "mailboxId", "pollInterval", "markSeenOlderThan", "retention", "vanished",
                    "enabled", "signIn", "submission",
                ])
            #expect(answer["list"][0]["host"] == "pop.example.org")
            #expect(answer["notFound"].strings == ["p9", "x"])
            var writer = JSONWriter()
            writer.value(.array([set, answer]))
            #expect(!String(decoding: writer.bytes, as: UTF8.self).contains("s3cret"))
            #expect(try await world.alice.error("Maildrop/get", #"{"properties":["password"]}"#) == "forbidden")
            #expect(try await world.alice.error("Maildrop/get", #"{"properties":["color"]}"#) == "invalidArguments")
        }
    }

    @Test func updatesOneSettingOrTheWholeObject() async throws {
        try await World.with { world async throws in
            let id = try await Self.create(world)
            func get() async throws -> JSONValue {
                try await world.alice.call("Maildrop/get", #"{"ids":["\#(id)"]}"#)["list"][0]
            }
            func update(_ patch: String) async throws {
                let set = try await world.alice.call("Maildrop/set", #"{"update":{"\#(id)":\#(patch)}}"#)
                #expect(set["updated"] == (try json(#"{"\#(id)":null}"#)), "\(patch)")
            }
            try await update(#"{"enabled":false,"port":1995,"markSeenOlderThan":null,"password":"s3cret"}"#)
            #expect(try await get()["enabled"] == false)
            #expect(try await get()["port"] == 1995)
            #expect(try await get()["markSeenOlderThan"] == .null)
            try await update(#"{"password":null}"#)
            #expect(try await get()["hasPassword"] == false)
            try await update(#"{"password":"new","certificatePin":"\#(String(repeating: "AB:", count: 31))ab"}"#)
            #expect(try await get()["hasPassword"] == true)
            #expect(try await get()["certificatePin"] == .string(String(repeating: "ab", count: 32)))
            var writer = JSONWriter()
            writer.value(try await get())
            try await update(String(decoding: writer.bytes, as: UTF8.self))
            try await update(#"{"port":null,"pollInterval":null,"certificatePin":null,"password":"new"}"#)
            #expect(try await get()["port"] == 995)
            #expect(try await get()["pollInterval"] == .null)
            #expect(try await get()["certificatePin"] == .null)
            #expect(try await get()["hasPassword"] == true)
        }
    }

    @Test(arguments: [
        (#"{"name":null}"#, ["name"]), (#"{"name":""}"#, ["name"]), (#"{"host":5}"#, ["host"]),
        (#"{"host":"pop://x/"}"#, ["host"]), (#"{"port":0}"#, ["port"]), (#"{"port":65536}"#, ["port"]),
        (#"{"port":"995"}"#, ["port"]), (#"{"security":"ssl"}"#, ["security"]), (#"{"security":1}"#, ["security"]),
        (#"{"username":""}"#, ["username"]), (#"{"password":5}"#, ["password"]), (#"{"password":""}"#, ["password"]),
        (#"{"password":"a\nb"}"#, ["password"]), (#"{"certificatePin":"abc"}"#, ["certificatePin"]),
        (#"{"certificatePin":"zz"}"#, ["certificatePin"]), (#"{"mailboxId":"m999"}"#, ["mailboxId"]),
        (#"{"mailboxId":"x"}"#, ["mailboxId"]), (#"{"mailboxId":5}"#, ["mailboxId"]),
        (#"{"pollInterval":9}"#, ["pollInterval"]), (#"{"pollInterval":-1}"#, ["pollInterval"]),
        (#"{"pollInterval":9007199254740991}"#, ["pollInterval"]),
        (#"{"markSeenOlderThan":-1}"#, ["markSeenOlderThan"]),
        (#"{"markSeenOlderThan":"14d"}"#, ["markSeenOlderThan"]), (#"{"retention":"delete"}"#, ["retention"]),
        (#"{"enabled":"yes"}"#, ["enabled"]), (#"{"id":"p9"}"#, ["id"]), (#"{"hasPassword":false}"#, ["hasPassword"]),
        (#"{"color":"red"}"#, ["color"]),
    ])
    func refusesSettingsWithASentence(patch: String, properties: [String]) async throws {
        try await World.with { world async throws in
            let id = try await Self.create(world)
            let before = try await world.alice.call("Maildrop/get")
            let set = try await world.alice.call("Maildrop/set", #"{"update":{"\#(id)":\#(patch)}}"#)
            let error = set["notUpdated"][id]
            #expect(error["type"] == "invalidProperties")
            #expect(error["properties"].strings == properties)
            #expect(error["description"].string?.hasSuffix(".") == true)
            #expect(try await world.alice.call("Maildrop/get") == before)
        }
    }

    @Test func aNameOrASignInIsTakenOnce() async throws {
        try await World.with { world async throws in
            _ = try await Self.create(world)
            for (record, properties) in [
                (#"{"name":"Provider","host":"other.example","username":"x"}"#, ["name"]),
                (#"{"name":"Other","host":"pop.example.org","username":"alice"}"#, ["host", "username"]),
                (#"{"host":"other.example","username":"x"}"#, ["name"]), (#"{"name":"N","username":"x"}"#, ["host"]),
                (#"{"name":"N","host":"h"}"#, ["username"]),
            ] {
                let set = try await world.alice.call("Maildrop/set", #"{"create":{"a":\#(record)}}"#)
                #expect(set["notCreated"]["a"]["type"] == "invalidProperties")
                #expect(set["notCreated"]["a"]["properties"].strings == properties)
            }
        }
    }

    @Test func anAccountHasAtMostAHundred() async throws {
        try await World.with { world async throws in
            let records = (0..<101).map { #""r\#($0)":{"name":"n\#($0)","host":"h\#($0).example","username":"u"}"# }
            let set = try await world.alice.call(
                "Maildrop/set", #"{"create":{\#(records.joined(separator: ","))}}"#)
            #expect(set["created"].keys.count == 100)
            #expect(set["notCreated"]["r100"]["type"] == "overQuota")
            let one = try #require(set["created"]["r7"]["id"].string)
            try await world.alice.call("Maildrop/set", #"{"destroy":["\#(one)"]}"#)
            #expect(try await Self.create(world) != "")
        }
    }

    @Test func statesAndChangesAndDestroys() async throws {
        try await World.with { world async throws in
            let before = try await world.alice.call("Maildrop/get")["state"].string ?? ""
            let id = try await Self.create(world)
            #expect(
                try await world.alice.call("Maildrop/changes", #"{"sinceState":"\#(before)"}"#)["created"].strings == [
                    id
                ])
            let state = try await world.alice.call("Maildrop/get")["state"].string ?? ""
            #expect(try await world.alice.error("Maildrop/set", #"{"ifInState":"\#(before)"}"#) == "stateMismatch")
            let set = try await world.alice.call(
                "Maildrop/set",
                #"{"ifInState":"\#(state)","update":{"\#(id)":{"name":"x"},"p9":{}},"destroy":["\#(id)","p9","y"]}"#)
            #expect(set["destroyed"].strings == [id])
            #expect(set["notUpdated"][id]["type"] == "willDestroy")
            #expect(set["notUpdated"]["p9"]["type"] == "notFound")
            #expect(set["notDestroyed"].keys == ["p9", "y"])
            let changes = try await world.alice.call("Maildrop/changes", #"{"sinceState":"\#(state)"}"#)
            #expect(changes["destroyed"].strings == [id])
            #expect(changes["newState"] == set["newState"])
        }
    }

    @Test func queries() async throws {
        try await World.with { world async throws in
            let one = try await Self.create(world, #"{"name":"beta","host":"z.example","username":"u"}"#)
            let two = try await Self.create(
                world, #"{"name":"Alpha","host":"a.example","username":"u","enabled":false}"#)
            func expect(_ arguments: String, _ ids: [String]) async throws {
                #expect(try await world.alice.call("Maildrop/query", arguments)["ids"].strings == ids, "\(arguments)")
            }
            try await expect("{}", [one, two])
            try await expect(#"{"sort":[{"property":"name"}]}"#, [two, one])
            try await expect(#"{"sort":[{"property":"host","isAscending":false}]}"#, [one, two])
            try await expect(#"{"filter":{"enabled":true}}"#, [one])
            try await expect(#"{"filter":{"name":"ALPH"}}"#, [two])
            try await expect(#"{"filter":{"host":"example","mailboxId":"m999"}}"#, [])
            try await expect(#"{"limit":1,"position":1}"#, [two])
            #expect(
                try await world.alice.error("Maildrop/query", #"{"sort":[{"property":"port"}]}"#) == "unsupportedSort")
            #expect(try await world.alice.error("Maildrop/query", #"{"filter":{"port":1}}"#) == "invalidArguments")
        }
    }

    @Test func statusIsThereBeforeTheFirstPoll() async throws {
        try await World.with { world async throws in
            let id = try await Self.create(world)
            let answer = try await world.alice.call("MaildropStatus/get", #"{"ids":["\#(id)","p9"]}"#)
            #expect(
                answer["list"][0]
                    == (try json(
                        #"""
                        {"id":"\#(id)","state":"idle","lastPollAt":null,"lastSuccessAt":null,"nextPollAt":null,
                        "error":null,"held":0,"stored":0,"pending":0,"capabilities":[],"certificateSha256":null,
                        "notices":[],"nextPollCause":null,"certificate":null,"signInMethod":null,"loginDelay":null,
                        "parked":0,"heldBack":0}
                        """#)))
            #expect(answer["notFound"].strings == ["p9"])
            try await world.alice.call("Maildrop/set", #"{"update":{"\#(id)":{"enabled":false}}}"#)
            let disabled = try await world.alice.call("MaildropStatus/get", #"{"properties":["state"]}"#)
            #expect(disabled["list"] == (try json(#"[{"id":"\#(id)","state":"disabled"}]"#)))
        }
    }

    @Test func statusMovesOnTransitionsOnly() async throws {
        try await World.with { world async throws in
            let id = try #require(MaildropID(try await Self.create(world)))
            let account = world.alice.principal.account
            world.store.updateStatus(of: id, in: account) { $0.held = 5 }
            let state = try await world.alice.call("MaildropStatus/get")["state"].string ?? ""
            world.store.updateStatus(of: id, in: account) { $0.lastPollAt = World.now }
            #expect(try await world.alice.call("MaildropStatus/get")["state"] == .string(state))
            world.store.updateStatus(of: id, in: account) { status in
                status.state = .failing
                status.error = .init(type: "authenticationFailed", description: "Wrong password.", since: World.now)
            }
            let changes = try await world.alice.call("MaildropStatus/changes", #"{"sinceState":"\#(state)"}"#)
            #expect(changes["updated"].strings == [id.description])
            let status = try await world.alice.call("MaildropStatus/get")
            #expect(status["state"] == changes["newState"])
            #expect(status["list"][0]["lastPollAt"] == "2026-03-01T12:00:00Z")
            #expect(
                status["list"][0]["error"]
                    == (try json(
                        #"{"type":"authenticationFailed","description":"Wrong password.","since":"2026-03-01T12:00:00Z"}"#
                    )))
        }
    }
}

/// When messages are deleted at the provider, as clients say it.
@Suite struct MaildropRetentionTests {
    private static func update(_ world: World, _ id: String, _ patch: String) async throws -> JSONValue {
        try await world.alice.call("Maildrop/set", #"{"update":{"\#(id)":\#(patch)}}"#)
    }

    private static func create(_ world: World) async throws -> String {
        let record = #"{"name":"r","host":"pop.example.org","username":"ada"}"#
        let set = try await world.alice.call("Maildrop/set", #"{"create":{"a":\#(record)}}"#)
        return set["created"]["a"]["id"].string ?? ""
    }

    @Test func aRetentionIsSetWholeAndByMember() async throws {
        try await World.with { world async throws in
            let id = try await Self.create(world)
            _ = try await Self.update(world, id, #"{"retention":{"deleteAfter":30},"vanished":"trash"}"#)
            _ = try await Self.update(world, id, #"{"retention/keepUnread":true,"retention/largerThan":1000}"#)
            let answer = try await world.alice.call("Maildrop/get", #"{"properties":["retention","vanished"]}"#)
            #expect(
                answer["list"][0]
                    == (try json(
                        #"""
                        {"id":"\#(id)","retention":{"deleteAfter":30,"deleteDestroyed":false,"keepUnread":true,
                        "largerThan":1000},"vanished":"trash"}
                        """#)))
        }
    }

    @Test(arguments: [
        #"{"retention":"delete"}"#, #"{"retention":{"deleteAfter":-1}}"#, #"{"retention":{"after":1}}"#,
        #"{"retention":{"deleteAfter":36526}}"#, #"{"vanished":"destroy"}"#,
    ])
    func whatIsNoRetentionIsRefused(patch: String) async throws {
        try await World.with { world async throws in
            let id = try await Self.create(world)
            let answer = try await Self.update(world, id, patch)
            #expect(answer["notUpdated"][id]["type"].string == "invalidProperties")
        }
    }
}
