import JSON
import MailModel
import MailStore
import Testing

/// What outlives a sign-in wants the password of the person.
@Suite struct ConfirmationTests {
    @Test func aDeviceMakesNothingThatOutlivesItWithoutThePassword() async throws {
        try await World.with { world async throws in
            let phone = try await world.device(of: world.alice)
            let calls = [
                ("Device/set", #""create":{"k":{"name":"second"}}"#),
                ("User/set", #""create":{"k":{"name":"carol","password":"correct horse"}}"#),
                ("User/set", #""update":{"u2":{"role":"administrator"}}"#),
                ("User/set", #""update":{"u1":{"password":"stolen it"}}"#), ("User/set", #""destroy":["u2"]"#),
            ]
            for (method, arguments) in calls {
                #expect(try await phone.error(method, "{\(arguments)}") == "forbidden", "\(method)")
                #expect(
                    try await phone.error(method, #"{\#(arguments),"currentPassword":"wrong"}"#) == "forbidden")
                #expect(
                    try await phone.error(method, #"{\#(arguments),"currentPassword":7}"#) == "invalidArguments")
            }
            #expect(try await world.alice.ids("Device/get").count == 1)
            #expect(try await world.alice.ids("User/get") == ["u1", "u2"])
            #expect(try await world.store.user(named: "bob").role == .member)
            // Reading, and giving something up, want none.
            #expect(try await phone.ids("Device/get").count == 1)
            #expect(try await phone.error("User/set") == nil)
        }
    }

    @Test func withThePasswordItMay() async throws {
        try await World.with { world async throws in
            let phone = try await world.device(of: world.alice)
            let made = try await phone.call(
                "Device/set", #"{"create":{"k":{"name":"second"}},"currentPassword":"\#(World.password)"}"#)
            #expect(made["created"]["k"]["secret"].string != nil)
            let user = try await phone.call(
                "User/set",
                #"{"create":{"k":{"name":"carol","password":"correct horse"}},"currentPassword":"\#(World.password)"}"#)
            #expect(user["created"]["k"]["role"] == "member")
            // Bob's password is not Alice's.
            let other = try await world.device(of: world.bob)
            _ = try await world.bob.call("User/set", #"{"update":{"u2":{"password":"another one"}}}"#)
            #expect(
                try await other.error(
                    "Device/set", #"{"create":{"k":{"name":"x"}},"currentPassword":"\#(World.password)"}"#)
                    == "forbidden")
        }
    }

    @Test func wrongPasswordsAreCountedAndThenNotLookedAt() async throws {
        try await World.with { world async throws in
            let phone = try await world.device(of: world.bob)
            let create = #""create":{"k":{"name":"second"}}"#
            for _ in 0..<10 {
                #expect(try await phone.error("Device/set", #"{\#(create),"currentPassword":"guess"}"#) == "forbidden")
            }
            #expect(
                try await phone.error("Device/set", #"{\#(create),"currentPassword":"\#(World.password)"}"#)
                    == "serverUnavailable")
            // Nobody else waits for it, and the user signs in as before.
            let other = try await world.device(of: world.alice)
            #expect(
                try await other.error("Device/set", #"{\#(create),"currentPassword":"\#(World.password)"}"#) == nil)
            _ = try await world.browser(of: world.bob)
        }
    }

    @Test func aBrowserBringsItForItsOwnPasswordOnlyAndStaysSignedIn() async throws {
        try await World.with { world async throws in
            let (first, second) = (
                try await world.browser(of: world.alice), try await world.browser(of: world.alice)
            )
            #expect(try await first.call("Device/set", #"{"create":{"k":{"name":"d"}}}"#)["created"].keys == ["k"])
            #expect(try await first.call("User/set", #"{"update":{"u2":{"disabled":true}}}"#)["updated"].keys == ["u2"])
            let change = #""update":{"u1":{"password":"another one"}}"#
            #expect(try await first.error("User/set", "{\(change)}") == "forbidden")
            // Nor by another name for oneself.
            let renamed = try await first.request(
                """
                {"using":["urn:ietf:params:jmap:core","https://restante.example/ns/jmap/admin"],"createdIds":{"me":"u1"},\
                "methodCalls":[["User/set",{"accountId":"$A","update":{"#me":{"password":"another one"}}},"c"]]}
                """)
            #expect(renamed["methodResponses"][0][1]["type"] == "forbidden")
            let done = try await first.call("User/set", #"{\#(change),"currentPassword":"\#(World.password)"}"#)
            #expect(done["updated"].keys == ["u1"])
            #expect(try await world.store.isCurrent(first.principal))
            #expect(try await !world.store.isCurrent(second.principal))
            #expect(try await world.alice.ids("Session/get") == [first.principal.session?.description ?? ""])
        }
    }
}
