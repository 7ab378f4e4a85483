import JSON
import MailModel
import MailStore
import Testing

/// A maildrop's password goes where it was given for, and nowhere else because a device says so.
@Suite struct MaildropSecretTests {
    private static let record = #"{"name":"M","host":"pop.example.org","username":"ann","password":"s3cret"}"#
    private static let redirections = [
        #""host":"pop.example.net""#, #""port":1995"#, #""security":"plain""#, #""username":"bob""#,
        #""signIn":"password""#, #""certificatePin":"\#(String(repeating: "ab", count: 32))""#,
    ]

    private static func maildrop(_ world: World, _ record: String = record) async throws -> String {
        try await world.alice.call("Maildrop/set", #"{"create":{"a":\#(record)}}"#)["created"]["a"]["id"].string ?? ""
    }

    private static func update(_ world: World, _ id: String, _ patch: String) async throws -> JSONValue {
        try await world.alice.call("Maildrop/set", #"{"update":{"\#(id)":{\#(patch)}}}"#)
    }

    @Test(arguments: redirections)
    func anotherServerWantsThePasswordAgain(change: String) async throws {
        try await World.with { world async throws in
            let id = try await Self.maildrop(world)
            let before = try await world.alice.call("Maildrop/get")
            let error = try await Self.update(world, id, change)["notUpdated"][id]
            #expect(error["type"] == "invalidProperties")
            #expect(error["properties"].strings == ["password"])
            #expect(error["description"].string?.hasSuffix(".") == true)
            #expect(try await world.alice.call("Maildrop/get") == before)
            let again = try await Self.update(world, id, change + #","password":"s3cret""#)
            #expect(again["updated"].keys == [id])
        }
    }

    @Test(arguments: redirections)
    func withoutAPasswordThereIsNothingToGuard(change: String) async throws {
        try await World.with { world async throws in
            let id = try await Self.maildrop(world)
            #expect(try await Self.update(world, id, change + #","password":null"#)["updated"].keys == [id])
            let other = try await Self.maildrop(world, #"{"name":"N","host":"n.example.org","username":"eve"}"#)
            #expect(try await Self.update(world, other, change)["updated"].keys == [other])
        }
    }

    @Test(arguments: [
        #""name":"Other""#, #""pollInterval":600"#, #""enabled":false"#, #""markSeenOlderThan":null"#,
        #""vanished":"trash""#, #""host":"POP.Example.ORG","port":995,"security":"tls","username":"ann""#,
    ])
    func theRestIsFree(change: String) async throws {
        try await World.with { world async throws in
            let id = try await Self.maildrop(world)
            #expect(try await Self.update(world, id, change)["updated"].keys == [id])
        }
    }

    @Test(arguments: redirections)
    func aProvidersSignInStaysWithTheProvider(change: String) async throws {
        try await World.with { world async throws in
            let id = try await Self.maildrop(world)
            let maildrop = try #require(MaildropID(id))
            let principal = world.alice.principal
            let account = try await world.store.account(principal.account, for: principal)
            try await account.write { writer in
                try writer.setGrant(
                    MaildropGrant(
                        provider: "google", tokenEndpoint: "https://example.org/token", clientID: "c",
                        refreshToken: Secret("t0ken")), of: maildrop)
            }
            for patch in [change, change + #","password":null"#] {
                let error = try await Self.update(world, id, patch)["notUpdated"][id]
                #expect(error["properties"].strings == ["password"])
            }
            // The password takes the grant's place.
            #expect(try await Self.update(world, id, change + #","password":"p""#)["updated"].keys == [id])
            let after = try await world.alice.call("Maildrop/get")["list"][0]
            #expect(after["signInProvider"] == .null)
        }
    }
}
