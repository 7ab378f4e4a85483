import JSON
import MailModel
import MailStore
import Testing

/// Devices and browsers' sessions over JMAP.
@Suite struct DeviceMethodTests {
    @Test func aDeviceIsMadeWithASecretThatIsShownOnce() async throws {
        try await World.with { world async throws in
            let made = try await world.bob.call("Device/set", #"{"create":{"k":{"name":"phone"}}}"#)["created"]["k"]
            let secret = try #require(made["secret"].string)
            #expect(made["userId"] == .string(world.bob.userID) && made["name"] == .null)
            let principal = try #require(
                try await world.store.signIn(userName: "bob", deviceSecret: Secret(secret)))
            let own = world.client(principal)
            let listed = try await own.call("Device/get")["list"][0]
            #expect(listed.keys == ["id", "userId", "name", "createdAt", "lastSeenAt", "isCurrent"])
            #expect(listed["isCurrent"] == true && listed["name"] == "phone" && listed["lastSeenAt"] != .null)
            #expect(try await own.error("Device/get", #"{"properties":["secret"]}"#) == "forbidden")
            #expect(try await world.bob.call("Device/get")["list"][0]["isCurrent"] == false)
        }
    }

    @Test(arguments: [
        (#"{}"#, "invalidProperties"), (#"{"name":""}"#, "invalidProperties"), (#"{"name":7}"#, "invalidProperties"),
        (#"{"name":"phone"}"#, "alreadyExists"), (#"{"name":"x","secret":"mine"}"#, "invalidProperties"),
        (#"{"name":"x","userId":"u1"}"#, "invalidProperties"), (#"{"name":"x","color":"red"}"#, "invalidProperties"),
    ])
    func whatCannotBeIsRefused(record: String, type: String) async throws {
        try await World.with { world async throws in
            _ = try await world.device(of: world.bob)
            let error = try await world.bob.call("Device/set", #"{"create":{"k":\#(record)}}"#)["notCreated"]["k"]
            #expect(error["type"] == .string(type), "\(error)")
        }
    }

    @Test func devicesAreRevokedByTheirPersonAndByAdministrators() async throws {
        try await World.with { world async throws in
            let (alices, bobs) = (try await world.device(of: world.alice), try await world.device(of: world.bob))
            let (first, second) = (
                try #require(alices.principal.device).description, try #require(bobs.principal.device).description
            )
            #expect(try await world.alice.ids("Device/get") == [first, second])
            #expect(try await world.bob.ids("Device/get") == [second])
            let refused = try await bobs.call(
                "Device/set", #"{"destroy":["\#(first)","x"],"update":{"\#(first)":{},"\#(second)":{"name":"y"}}}"#)
            #expect(refused["notDestroyed"][first]["type"] == "notFound")
            #expect(refused["notDestroyed"]["x"]["type"] == "notFound")
            #expect(refused["notUpdated"][first]["type"] == "notFound")
            #expect(refused["notUpdated"][second]["type"] == "forbidden")
            let since = try await world.bob.call("Device/get", #"{"ids":[]}"#)["state"].string ?? ""
            let gone = try await world.alice.call("Device/set", #"{"destroy":["\#(second)"]}"#)
            #expect(gone["destroyed"].strings == [second])
            #expect(
                try await world.bob.call("Device/changes", #"{"sinceState":"\#(since)"}"#)["destroyed"].strings
                    == [second])
            #expect(try await !world.store.isCurrent(bobs.principal))
            // The one that asks may end itself.
            #expect(
                try await alices.call("Device/set", #"{"destroy":["\#(first)"]}"#)["destroyed"].strings == [first])
        }
    }

    @Test func aMembersStateDoesNotTellOfOthers() async throws {
        try await World.with { world async throws in
            let before = try await world.bob.call("Device/get", #"{"ids":[]}"#)["state"]
            _ = try await world.device(of: world.alice)
            _ = try await world.browser(of: world.alice)
            #expect(try await world.bob.call("Device/get", #"{"ids":[]}"#)["state"] == before)
            let mine = try await world.bob.call("Session/get", #"{"ids":[]}"#)["state"]
            _ = try await world.browser(of: world.bob)
            #expect(try await world.bob.call("Session/get", #"{"ids":[]}"#)["state"] != mine)
        }
    }

    @Test func sessionsAreSeenAndEnded() async throws {
        try await World.with { world async throws in
            let (alices, bobs) = (try await world.browser(of: world.alice), try await world.browser(of: world.bob))
            let since = try await world.alice.call("Session/get", #"{"ids":[]}"#)["state"].string ?? ""
            let id = try #require(bobs.principal.session).description
            let session = try await bobs.call("Session/get")["list"][0]
            #expect(
                session.keys == [
                    "id", "userId", "createdAt", "lastSeenAt", "expiresAt", "userAgent", "address", "isCurrent",
                ])
            #expect(session["userAgent"] == "Lynx/2.9" && session["address"] == "192.0.2.1")
            #expect(session["isCurrent"] == true)
            #expect(try await alices.ids("Session/get").count == 2)
            let other = try #require(alices.principal.session).description
            let refused = try await bobs.call(
                "Session/set", #"{"create":{"k":{}},"update":{"\#(id)":{"userAgent":"x"}},"destroy":["\#(other)"]}"#)
            #expect(refused["notCreated"]["k"]["type"] == "forbidden")
            #expect(refused["notUpdated"][id]["type"] == "forbidden")
            #expect(refused["notDestroyed"][other]["type"] == "notFound")
            #expect(
                try await alices.call("Session/set", #"{"destroy":["\#(id)"]}"#)["destroyed"].strings == [id])
            #expect(
                try await alices.call("Session/changes", #"{"sinceState":"\#(since)"}"#)["destroyed"].strings == [id])
            #expect(try await !world.store.isCurrent(bobs.principal))
        }
    }
}
