import JSON
import MailModel
import MailStore
import Testing

/// Users over JMAP: Alice is an administrator, Bob is not.
@Suite struct UserMethodTests {
    private static let record = #"{"name":"Carol","password":"correct horse","role":"member"}"#

    private static func make(_ world: World, _ record: String = record) async throws -> JSONValue {
        try await world.alice.call("User/set", #"{"create":{"k":\#(record)}}"#)
    }

    @Test func anAdministratorSeesEverybodyAndOthersThemselves() async throws {
        try await World.with { world async throws in
            let (alice, bob) = (world.alice, world.bob)
            #expect(try await alice.ids("User/get") == [alice.userID, bob.userID])
            #expect(try await bob.ids("User/get") == [bob.userID])
            let user = try await bob.call("User/get")["list"][0]
            #expect(user.keys == ["id", "name", "role", "accountId", "createdAt", "disabled"])
            #expect(user["name"] == "bob" && user["role"] == "member" && user["disabled"] == false)
            #expect(user["accountId"] == .string(bob.accountID))
            let absent = try await bob.call("User/get", #"{"ids":["\#(alice.userID)","u999","x"]}"#)
            #expect(absent["notFound"].strings == [alice.userID, "u999", "x"])
            #expect(try await bob.error("User/get", #"{"properties":["password"]}"#) == "forbidden")
            #expect(try await bob.error("User/get", #"{"properties":["color"]}"#) == "invalidArguments")
        }
    }

    @Test func usersAreFoundByFilterAndInOrder() async throws {
        try await World.with { world async throws in
            _ = try await Self.make(world)
            let alice = world.alice
            #expect(try await alice.call("User/query")["ids"].strings == ["u1", "u2", "u3"])
            for (arguments, ids) in [
                (#"{"filter":{"name":"O"}}"#, ["u2", "u3"]), (#"{"filter":{"role":"administrator"}}"#, ["u1"]),
                (#"{"filter":{"disabled":true}}"#, []),
                (#"{"sort":[{"property":"name","isAscending":false}],"limit":2}"#, ["u3", "u2"]),
                (#"{"sort":[{"property":"createdAt"}],"position":1}"#, ["u2", "u3"]),
                (#"{"anchor":"u2"}"#, ["u2", "u3"]),
            ] {
                #expect(try await alice.call("User/query", arguments)["ids"].strings == ids, "\(arguments)")
            }
            #expect(try await world.bob.call("User/query")["ids"].strings == ["u2"])
            #expect(try await alice.error("User/query", #"{"filter":{"age":3}}"#) == "invalidArguments")
            #expect(try await alice.error("User/query", #"{"filter":{"role":"king"}}"#) == "invalidArguments")
            #expect(try await alice.error("User/query", #"{"sort":[{"property":"age"}]}"#) == "unsupportedSort")
            #expect(try await world.bob.error("User/query", #"{"anchor":"u1"}"#) == "anchorNotFound")
        }
    }

    @Test func anAdministratorMakesChangesAndRemovesUsers() async throws {
        try await World.with { world async throws in
            let made = try await Self.make(world)
            let id = try #require(made["created"]["k"]["id"].string, "\(made)")
            #expect(made["created"]["k"]["name"] == .null && made["created"]["k"]["disabled"] == false)
            #expect(try await world.store.verifyPassword(userName: "carol", password: Secret("correct horse")) != nil)
            let changed = try await world.alice.call(
                "User/set",
                #"{"update":{"\#(id)":{"role":"administrator","disabled":true,"name":"carol","password":"another one"}}}"#
            )
            #expect(changed["updated"].keys == [id], "\(changed)")
            #expect(try await world.store.verifyPassword(userName: "carol", password: Secret("another one")) != nil)
            let user = try await world.alice.call("User/get", #"{"ids":["\#(id)"]}"#)["list"][0]
            #expect(user["role"] == "administrator" && user["disabled"] == true)
            let gone = try await world.alice.call("User/set", #"{"destroy":["\#(id)","u999"]}"#)
            #expect(gone["destroyed"].strings == [id] && gone["notDestroyed"]["u999"]["type"] == "notFound")
            #expect(try await world.alice.ids("User/get") == ["u1", "u2"])
        }
    }

    @Test(arguments: [
        (#"{"password":"correct horse"}"#, "name"), (#"{"name":"c d","password":"correct horse"}"#, "name"),
        (#"{"name":"carol"}"#, "password"), (#"{"name":"carol","password":"short"}"#, "password"),
        (#"{"name":"carol","password":"correct horse","role":"king"}"#, "role"),
        (#"{"name":"carol","password":"correct horse","disabled":7}"#, "disabled"),
        (#"{"name":"carol","password":"correct horse","id":"u9"}"#, "id"),
        (#"{"name":"carol","password":"correct horse","color":"red"}"#, "color"),
    ])
    func whatCannotBeIsRefusedWithItsProperty(record: String, property: String) async throws {
        try await World.with { world async throws in
            let error = try await Self.make(world, record)["notCreated"]["k"]
            #expect(error["type"] == "invalidProperties" && error["properties"].strings == [property], "\(error)")
            #expect(error["description"].string?.hasSuffix(".") == true)
            #expect(try await world.alice.ids("User/get").count == 2)
        }
    }

    @Test func aNameIsThereOnceAndForGood() async throws {
        try await World.with { world async throws in
            let twice = try await Self.make(world, #"{"name":"bob","password":"correct horse"}"#)
            #expect(twice["notCreated"]["k"]["type"] == "alreadyExists")
            let renamed = try await world.alice.call("User/set", #"{"update":{"u2":{"name":"rob"}}}"#)
            #expect(renamed["notUpdated"]["u2"]["properties"].strings == ["name"])
        }
    }

    @Test func aMemberSetsTheOwnPasswordAndNothingElse() async throws {
        try await World.with { world async throws in
            let bob = world.bob
            #expect(
                try await bob.call("User/set", #"{"create":{"k":\#(Self.record)}}"#)["notCreated"]["k"]["type"]
                    == "forbidden")
            #expect(
                try await bob.call("User/set", #"{"destroy":["u2"]}"#)["notDestroyed"]["u2"]["type"] == "forbidden")
            #expect(
                try await bob.call("User/set", #"{"destroy":["u1"]}"#)["notDestroyed"]["u1"]["type"] == "notFound")
            for patch in [#"{"role":"administrator"}"#, #"{"disabled":true}"#] {
                let error = try await bob.call("User/set", #"{"update":{"u2":\#(patch)}}"#)["notUpdated"]["u2"]
                #expect(error["type"] == "invalidProperties", "\(patch)")
            }
            #expect(
                try await bob.call("User/set", #"{"update":{"u1":{"password":"stolen it"}}}"#)["notUpdated"]["u1"][
                    "type"] == "notFound")
            let changed = try await bob.call("User/set", #"{"update":{"u2":{"password":"another one"}}}"#)
            #expect(changed["updated"].keys == ["u2"])
            #expect(try await world.store.verifyPassword(userName: "bob", password: Secret("another one")) != nil)
            #expect(try await world.store.user(named: "bob").role == .member)
        }
    }

    @Test func theLastAdministratorStays() async throws {
        try await World.with { world async throws in
            let alice = world.alice
            try await refusesToLoseAlice(alice)
            #expect(
                try await alice.call("User/set", #"{"destroy":["u1"]}"#)["notDestroyed"]["u1"]["type"] == "forbidden")
            // One who may not sign in is none.
            _ = try await alice.call(
                "User/set", #"{"update":{"u2":{"role":"administrator","disabled":true}}}"#)
            #expect(
                try await alice.call("User/set", #"{"update":{"u1":{"role":"member"}}}"#)["notUpdated"].keys == ["u1"])
            _ = try await alice.call("User/set", #"{"update":{"u2":{"disabled":false}}}"#)
            #expect(
                try await alice.call("User/set", #"{"update":{"u1":{"role":"member"}}}"#)["updated"].keys == ["u1"])
        }
    }

    private func refusesToLoseAlice(_ client: Client) async throws {
        for (patch, property) in [(#"{"role":"member"}"#, "role"), (#"{"disabled":true}"#, "disabled")] {
            let error = try await client.call("User/set", #"{"update":{"u1":\#(patch)}}"#)["notUpdated"]["u1"]
            #expect(error["type"] == "invalidProperties" && error["properties"].strings == [property], "\(error)")
            #expect(error["description"].string?.contains("make another user one") == true, "\(error)")
        }
    }

    @Test func soDoesTheOnlyUser() async throws {
        try await World.with { world async throws in
            _ = try await world.alice.call("User/set", #"{"destroy":["u2"]}"#)
            try await refusesToLoseAlice(world.alice)
            let both = try await world.alice.call(
                "User/set", #"{"update":{"u1":{"role":"member","disabled":true}}}"#)
            #expect(both["notUpdated"].keys == ["u1"])
            let alice = try await world.store.user(named: "alice")
            #expect(alice.role == .administrator && alice.disabledAt == nil)
        }
    }

    @Test func whoIsDisabledIsOutAtOnceAndComesBack() async throws {
        try await World.with { world async throws in
            let (_, secret) = try await world.store.createDevice(user: world.bob.principal.user, name: "phone")
            let browser = try await world.browser(of: world.bob)
            let revocations = world.store.revocations()
            _ = try await world.alice.call("User/set", #"{"update":{"u2":{"disabled":true}}}"#)
            #expect(try await world.store.signIn(userName: nil, deviceSecret: secret) == nil)
            #expect(try await !world.store.isCurrent(browser.principal))
            #expect(try await world.alice.ids("Session/get") == [])
            for await revocation in revocations {
                #expect(revocation == .user(world.bob.principal.user))
                break
            }
            await #expect(throws: CancellationError.self) { try await world.browser(of: world.bob) }
            _ = try await world.alice.call("User/set", #"{"update":{"u2":{"disabled":false}}}"#)
            #expect(try await world.store.signIn(userName: nil, deviceSecret: secret) != nil)
            #expect(try await !world.store.isCurrent(browser.principal))
            _ = try await world.browser(of: world.bob)
        }
    }

    @Test func changesAreFollowedByThoseWhoMaySeeThem() async throws {
        try await World.with { world async throws in
            let before = try await world.alice.call("User/get", #"{"ids":[]}"#)["state"].string ?? ""
            let bobs = try await world.bob.call("User/get", #"{"ids":[]}"#)["state"].string ?? ""
            let id = try await Self.make(world)["created"]["k"]["id"].string ?? ""
            let made = try await world.alice.call("User/changes", #"{"sinceState":"\#(before)"}"#)
            #expect(made["created"].strings == [id])
            // A member hears nothing of others.
            #expect(try await world.bob.call("User/get", #"{"ids":[]}"#)["state"] == .string(bobs))
            _ = try await world.alice.call("User/set", #"{"update":{"u2":{"disabled":true}}}"#)
            #expect(
                try await world.bob.call("User/changes", #"{"sinceState":"\#(bobs)"}"#)["updated"].strings == ["u2"])
            let middle = try await world.alice.call("User/get", #"{"ids":[]}"#)["state"].string ?? ""
            let stale = try await world.alice.error("User/set", #"{"ifInState":"\#(before)","destroy":["\#(id)"]}"#)
            #expect(stale == "stateMismatch")
            _ = try await world.alice.call("User/set", #"{"ifInState":"\#(middle)","destroy":["\#(id)"]}"#)
            #expect(
                try await world.alice.call("User/changes", #"{"sinceState":"\#(middle)"}"#)["destroyed"].strings == [id]
            )
            #expect(try await world.alice.error("User/changes", #"{"sinceState":"s1-1"}"#) == "cannotCalculateChanges")
        }
    }

    @Test func anotherRoleStartsOver() async throws {
        try await World.with { world async throws in
            let before = try await world.bob.call("User/get", #"{"ids":[]}"#)["state"].string ?? ""
            let devices = try await world.bob.call("Device/get", #"{"ids":[]}"#)["state"].string ?? ""
            _ = try await world.alice.call("User/set", #"{"update":{"u2":{"role":"administrator"}}}"#)
            #expect(
                try await world.bob.error("User/changes", #"{"sinceState":"\#(before)"}"#) == "cannotCalculateChanges")
            #expect(
                try await world.bob.error("Device/changes", #"{"sinceState":"\#(devices)"}"#)
                    == "cannotCalculateChanges")
        }
    }
}
