import JMAP
import JSON
import MailModel
import MailStore
import TestSupport
import Testing
import WebAuthn

/// Passkeys over JMAP.
@Suite struct PasskeyMethodTests {
    private static let password = #""currentPassword":"\#(World.password)""#

    /// A browser at `origin`.
    private func browser(
        _ world: World, _ client: Client, at origin: String = "https://mail.example.org"
    ) async throws -> Client {
        var browser = try await world.browser(of: client)
        browser.relyingParty = RelyingParty(origin: origin)
        return browser
    }

    private func create(
        _ client: Client, _ authenticator: SoftwareAuthenticator, name: String = "laptop"
    ) async throws -> JSONValue {
        let options = try await client.call("Passkey/challenge", "{\(Self.password)}")["publicKey"]
        let made = try authenticator.register(try #require(options["challenge"].string))
        return try await client.call(
            "Passkey/set",
            """
            {"create":{"k":{"name":"\(name)","response":{"clientDataJSON":"\(Base64URL.encode(made.clientDataJSON))",\
            "attestationObject":"\(Base64URL.encode(made.attestationObject))"}}}}
            """)
    }

    @Test func aPasskeyIsMadeInTwoSteps() async throws {
        try await World.with { world async throws in
            let bob = try await browser(world, world.bob)
            let authenticator = SoftwareAuthenticator()
            let options = try await bob.call("Passkey/challenge", "{\(Self.password)}")["publicKey"]
            #expect(options["rp"]["id"] == "mail.example.org" && options["attestation"] == "none")
            #expect(options["user"]["name"] == "bob" && options["excludeCredentials"] == .array([]))
            #expect(Base64URL.decode(try #require(options["user"]["id"].string))?.count == 32)
            #expect(options["authenticatorSelection"]["userVerification"] == "required")
            #expect(options["authenticatorSelection"]["residentKey"] == "required")
            #expect(options["pubKeyCredParams"].array?.compactMap { $0["alg"].integer } == [-7, -8, -257])
            let answer = try await create(bob, authenticator)
            let id = try #require(answer["created"]["k"]["id"].string)
            #expect(answer["created"]["k"].keys == ["id", "userId", "createdAt", "lastUsedAt"])
            let listed = try await bob.call("Passkey/get")["list"][0]
            #expect(listed.keys == ["id", "userId", "name", "createdAt", "lastUsedAt"])
            #expect(listed["name"] == "laptop" && listed["lastUsedAt"] == .null && listed["id"] == .string(id))
            #expect(try await bob.error("Passkey/get", #"{"properties":["response"]}"#) == "forbidden")
            let again = try await bob.call("Passkey/challenge", "{\(Self.password)}")["publicKey"]
            #expect(again["excludeCredentials"][0]["id"] == .string(Base64URL.encode(authenticator.id)))
            #expect(again["user"]["id"] == options["user"]["id"] && again["challenge"] != options["challenge"])
        }
    }

    @Test func beginningWantsThePasswordAndAPageOfOurs() async throws {
        try await World.with { world async throws in
            let bob = try await browser(world, world.bob)
            var phone = try await world.device(of: world.bob)
            phone.relyingParty = bob.relyingParty
            for client in [bob, phone] {
                for arguments in ["{}", #"{"currentPassword":"wrong"}"#] {
                    #expect(try await client.error("Passkey/challenge", arguments) == "forbidden")
                }
                #expect(
                    try await client.error("Passkey/challenge", #"{\#(Self.password),"x":1}"#) == "invalidArguments")
                #expect(try await client.error("Passkey/challenge", "{\(Self.password)}") == nil)
            }
            for origin in ["http://mail.example.org", "https://127.0.0.1", "http://127.0.0.1:8080"] {
                let other = try await browser(world, world.bob, at: origin)
                #expect(try await other.error("Passkey/challenge", "{\(Self.password)}") == "forbidden")
            }
            #expect(try await world.bob.error("Passkey/challenge", "{}") == "forbidden")
        }
    }

    @Test(arguments: [
        (#"{}"#, "invalidProperties"), (#"{"name":"x"}"#, "invalidProperties"),
        (#"{"name":7,"response":{}}"#, "invalidProperties"), (#"{"name":"x","response":"y"}"#, "invalidProperties"),
        (#"{"name":"x","response":{"clientDataJSON":"","attestationObject":""}}"#, "invalidProperties"),
        (#"{"name":"x","response":{"clientDataJSON":"%","attestationObject":"AA"}}"#, "invalidProperties"),
        (#"{"name":"x","response":{"clientDataJSON":7,"attestationObject":null}}"#, "invalidProperties"),
        (#"{"name":"x","response":{"clientDataJSON":"e30","attestationObject":"oA"}}"#, "invalidProperties"),
        (#"{"name":"x","lastUsedAt":null}"#, "invalidProperties"), (#"{"color":"red"}"#, "invalidProperties"),
    ])
    func whatCannotBeIsRefused(record: String, type: String) async throws {
        try await World.with { world async throws in
            let bob = try await browser(world, world.bob)
            let error = try await bob.call("Passkey/set", #"{"create":{"k":\#(record)}}"#)["notCreated"]["k"]
            #expect(error["type"] == .string(type), "\(error)")
        }
    }

    @Test func anAnswerThatDoesNotHoldMakesNone() async throws {
        try await World.with { world async throws in
            let bob = try await browser(world, world.bob)
            var elsewhere = SoftwareAuthenticator()
            elsewhere.origin = "https://evil.example"
            var unverified = SoftwareAuthenticator()
            unverified.flags = SoftwareAuthenticator.userPresent
            for authenticator in [elsewhere, unverified] {
                let error = try await create(bob, authenticator)["notCreated"]["k"]
                #expect(error["type"] == "invalidProperties" && error["properties"].strings == ["response"])
            }
            let authenticator = SoftwareAuthenticator()
            #expect(try await create(bob, authenticator)["created"].keys == ["k"])
            #expect(try await create(bob, authenticator, name: "y")["notCreated"]["k"]["type"] == "invalidProperties")
            #expect(
                try await create(bob, SoftwareAuthenticator())["notCreated"]["k"]["type"] == "alreadyExists")
            #expect(try await bob.ids("Passkey/get").count == 1)
        }
    }

    @Test func theyAreSeenRenamedAndRemovedByTheirPersonAndByAdministrators() async throws {
        try await World.with { world async throws in
            let (alice, bob) = (try await browser(world, world.alice), try await browser(world, world.bob))
            let first = try await create(alice, SoftwareAuthenticator())["created"]["k"]["id"].string ?? ""
            let second = try await create(bob, SoftwareAuthenticator())["created"]["k"]["id"].string ?? ""
            #expect(try await world.alice.ids("Passkey/get") == [first, second])
            #expect(try await world.bob.ids("Passkey/get") == [second])
            let since = try await bob.call("Passkey/get", #"{"ids":[]}"#)["state"].string ?? ""
            let answer = try await bob.call(
                "Passkey/set",
                #"""
                {"update":{"\#(second)":{"name":"phone"},"\#(first)":{"name":"mine"}},"destroy":["\#(first)"]}
                """#)
            #expect(answer["updated"].keys == [second])
            #expect(answer["notUpdated"][first]["type"] == "notFound")
            #expect(answer["notDestroyed"][first]["type"] == "notFound")
            for patch in [#"{"name":7}"#, #"{"name":null}"#, #"{"userId":"u1"}"#, #"{"response":{}}"#, #"{"name":""}"#]
            {
                let refused = try await bob.call("Passkey/set", #"{"update":{"\#(second)":\#(patch)}}"#)
                #expect(refused["notUpdated"][second]["type"] == "invalidProperties", "\(patch) \(refused)")
            }
            #expect(
                try await world.alice.call("Passkey/set", #"{"destroy":["\#(second)"]}"#)["destroyed"].strings == [
                    second
                ])
            let changes = try await bob.call("Passkey/changes", #"{"sinceState":"\#(since)"}"#)
            #expect(changes["destroyed"].strings == [second])
        }
    }

    @Test func aMembersStateDoesNotTellOfOthers() async throws {
        try await World.with { world async throws in
            let before = try await world.bob.call("Passkey/get", #"{"ids":[]}"#)["state"]
            _ = try await create(try await browser(world, world.alice), SoftwareAuthenticator())
            #expect(try await world.bob.call("Passkey/get", #"{"ids":[]}"#)["state"] == before)
        }
    }

    @Test func anotherPasswordOfOnesOwnKeepsThemAndAnAdministratorsDoesNot() async throws {
        try await World.with { world async throws in
            let (alice, bob) = (try await browser(world, world.alice), try await browser(world, world.bob))
            _ = try await create(bob, SoftwareAuthenticator())
            let change = #"{"update":{"\#(bob.userID)":{"password":"another one"}}"#
            _ = try await bob.call("User/set", "\(change),\(Self.password)}")
            #expect(try await bob.ids("Passkey/get").count == 1)
            _ = try await alice.call("User/set", "\(change)}")
            #expect(try await world.bob.ids("Passkey/get").isEmpty)
        }
    }
}
