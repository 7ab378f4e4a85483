import JSON
import MailModel
import MailStore
import Testing

@testable import JMAP

/// PushSubscription/get and /set (RFC 8620 §7.2).
@Suite struct PushSubscriptionTests {
    /// A device of a user's, as a client.
    private func device(_ name: String, of client: Client) async throws -> Client {
        let (_, secret) = try await client.store.createDevice(user: client.principal.user, name: name)
        let principal = try #require(try await client.store.signIn(userName: nil, deviceSecret: secret))
        return Client(store: client.store, server: client.server, principal: principal)
    }

    private func with(_ body: (World, Client) async throws -> Void) async throws {
        try await World.with { world in try await body(world, try await device("phone", of: world.alice)) }
    }

    private func call(_ client: Client, _ method: String, _ arguments: String) async throws -> JSONValue {
        try await client.calls(#"[["\#(method)",\#(arguments),"c"]]"#)[0][1]
    }

    /// The key of the example of RFC 8291 §5.
    private static let keys =
        #"{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","#
        + #""auth":"BTBZMqHH6r4Tts7J_aSIgg"}"#

    private func create(_ client: Client, _ record: String) async throws -> JSONValue {
        try await call(client, "PushSubscription/set", #"{"create":{"k":\#(record)}}"#)
    }

    private func made(_ client: Client, _ more: String = "") async throws -> String {
        let answer = try await create(
            client, #"{"deviceClientId":"a889","url":"https://push.example.net/x"\#(more)}"#)
        return try #require(answer["created"]["k"]["id"].string, "\(answer)")
    }

    @Test func trap39ASubscriptionHasNeitherAccountNorState() async throws {
        try await with { _, phone in
            let answer = try await create(phone, #"{"deviceClientId":"a889","url":"https://push.example.net/x"}"#)
            #expect(answer["accountId"] == .null && answer["oldState"] == .null && answer["newState"] == .null)
            #expect(answer["created"]["k"]["keys"] == .null && answer["created"]["k"]["types"] == .null)
            let expires = World.now.adding(Limits.Push().life)
            #expect(answer["created"]["k"]["expires"] == .string(expires.description))
            let got = try await call(phone, "PushSubscription/get", #"{"ids":null}"#)
            #expect(got.object?.members.map(\.key) == ["list", "notFound"])
            for method in ["get", "set"] {
                let refused = try await phone.calls(
                    #"[["PushSubscription/\#(method)",{"accountId":"$A"},"c"]]"#)
                #expect(refused[0][1]["type"] == "invalidArguments")
            }
            let changes = try await phone.calls(#"[["PushSubscription/changes",{"sinceState":"x"},"c"]]"#)
            #expect(changes[0][1]["type"] == "unknownMethod")
        }
    }

    @Test func trap39NobodyIsToldTheAddressAndTheKeys() async throws {
        try await with { _, phone in
            let id = try await made(phone, #","keys":\#(Self.keys)"#)
            let all = try await call(phone, "PushSubscription/get", "{}")["list"][0]
            #expect(all.object?.members.map(\.key) == ["id", "deviceClientId", "verificationCode", "expires", "types"])
            #expect(all["id"] == .string(id) && all["verificationCode"] == .null)
            for name in ["url", "keys"] {
                let answer = try await phone.calls(#"[["PushSubscription/get",{"properties":["id","\#(name)"]},"c"]]"#)
                #expect(answer[0][0] == "error" && answer[0][1]["type"] == "forbidden")
            }
            let unknown = try await phone.calls(#"[["PushSubscription/get",{"properties":["uri"]},"c"]]"#)
            #expect(unknown[0][1]["type"] == "invalidArguments")
        }
    }

    @Test func trap39ACredentialSeesItsOwnAlone() async throws {
        try await with { world, phone in
            let id = try await made(phone)
            let others = [
                try await device("tablet", of: world.alice), try await device("phone", of: world.bob),
            ]
            for other in others {
                let got = try await call(other, "PushSubscription/get", #"{"ids":["\#(id)"]}"#)
                #expect(got["list"] == .array([]) && got["notFound"] == .array([.string(id)]))
                let set = try await call(
                    other, "PushSubscription/set", #"{"update":{"\#(id)":{"types":null}},"destroy":["\#(id)"]}"#)
                #expect(set["notUpdated"][id]["type"] == "notFound" && set["notDestroyed"][id]["type"] == "notFound")
            }
            let destroyed = try await call(phone, "PushSubscription/set", #"{"destroy":["\#(id)"]}"#)
            #expect(destroyed["destroyed"] == .array([.string(id)]))
            #expect(try await call(phone, "PushSubscription/get", "{}")["list"] == .array([]))
        }
    }

    @Test func whoIsNoDeviceHasNone() async throws {
        try await World.with { world in
            #expect(try await call(world.alice, "PushSubscription/get", "{}")["list"] == .array([]))
            let set = try await create(world.alice, #"{"deviceClientId":"a","url":"https://push.example.net/x"}"#)
            #expect(set["type"] == "forbidden")
        }
    }

    @Test(arguments: [
        "http://push.example.net/", "push.example.net", "https://", "https:///x", "ftp://push.example.net/",
        "https://user:secret@push.example.net/", "https://push.example.net/#x", "https://push.example.net/ x",
        "https://127.0.0.1/", "https://10.0.0.1/", "https://[::1]/", "https://[::ffff:192.168.0.1]/",
        "https://[fe80::1]/",
        "https://169.254.169.254/latest", "https://push.example.net:22/", "https://push.example.net:995/", "",
        "https://push.example.net:0/", "https://push.example.net:99999/", "https://0x7f000001:8080/",
        "https://push.example.net/" + String(repeating: "x", count: 2_000),
    ])
    func trap39WhereNothingMayBeSentNothingIs(url: String) async throws {
        try await with { _, phone in
            let answer = try await create(phone, #"{"deviceClientId":"a889","url":"\#(url)"}"#)
            #expect(answer["notCreated"]["k"]["type"] == "invalidProperties", "\(answer)")
            #expect(answer["notCreated"]["k"]["properties"] == .array(["url"]))
        }
    }

    @Test(arguments: [
        #""keys":{"p256dh":"AAAA","auth":"BTBZMqHH6r4Tts7J_aSIgg"}"#, #""keys":{}"#, #""keys":"x""#,
        // Standard base64, and a point that does not lie on the curve.
        #""keys":{"p256dh":"BCVxsr7N/eNgVRqvHtD0zTZsEc6+VV+JvLexhqUzORcxaOzi6+AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4=","auth":"BTBZMqHH6r4Tts7J_aSIgg"}"#,
        #""keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAjw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}"#,
    ])
    func keysThatEncryptNothingAreRefused(keys: String) async throws {
        try await with { _, phone in
            let answer = try await create(
                phone, #"{"deviceClientId":"a889","url":"https://push.example.net/x",\#(keys)}"#)
            #expect(answer["notCreated"]["k"]["properties"] == .array(["keys"]), "\(answer)")
        }
    }

    @Test(arguments: [
        (#""verificationCode":"x""#, "verificationCode"), (#""id":"n1""#, "id"), (#""types":"Email""#, "types"),
        (#""types":["Email",1]"#, "types"), (#""types":["Email,Mailbox"]"#, "types"), (#""expires":"soon""#, "expires"),
        (#""expires":"2020-01-01T00:00:00Z""#, "expires"), (#""expires":"2027-01-01T00:00:00+01:00""#, "expires"),
        (#""colour":"red""#, "colour"), (#""deviceClientId":null"#, "deviceClientId"),
    ])
    func otherValuesAreRefusedByName(member: String, property: String) async throws {
        try await with { _, phone in
            let client = property == "deviceClientId" ? "" : #""deviceClientId":"a889","#
            let answer = try await create(phone, #"{\#(client)"url":"https://push.example.net/x",\#(member)}"#)
            #expect(answer["notCreated"]["k"]["type"] == "invalidProperties", "\(answer)")
            #expect(answer["notCreated"]["k"]["properties"] == .array([.string(property)]))
        }
    }

    @Test func trap39AnExpiryIsCappedAndExtended() async throws {
        try await with { _, phone in
            let latest = JSONValue.string(World.now.adding(Limits.Push().life).description)
            let id = try await made(phone, #","expires":"2026-03-05T00:00:00Z""#)
            let get = { () async throws in
                try await self.call(phone, "PushSubscription/get", #"{"ids":["\#(id)"]}"#)["list"][0]["expires"]
            }
            #expect(try await get() == "2026-03-05T00:00:00Z")
            let more = try await call(
                phone, "PushSubscription/set", #"{"update":{"\#(id)":{"expires":"2099-01-01T00:00:00Z"}}}"#)
            #expect(more["updated"][id]["expires"] == latest)
            #expect(try await get() == latest)
            let less = try await call(
                phone, "PushSubscription/set", #"{"update":{"\#(id)":{"expires":"2026-03-09T00:00:00Z"}}}"#)
            #expect(less["updated"].object?[id] == .null)
            let none = try await call(phone, "PushSubscription/set", #"{"update":{"\#(id)":{"expires":null}}}"#)
            #expect(none["updated"][id]["expires"] == latest)
        }
    }

    @Test func whatIsImmutableStays() async throws {
        try await with { _, phone in
            let id = try await made(phone)
            for (name, value) in [
                ("url", #""https://push.example.net/x""#), ("keys", Self.keys), ("deviceClientId", #""b""#),
                ("id", #""n9""#), ("colour", "1"),
            ] {
                let answer = try await call(
                    phone, "PushSubscription/set", #"{"update":{"\#(id)":{"\#(name)":\#(value)}}}"#)
                #expect(answer["notUpdated"][id]["properties"] == .array([.string(name)]), "\(answer)")
            }
            let same = try await call(
                phone, "PushSubscription/set",
                #"{"update":{"\#(id)":{"id":"\#(id)","deviceClientId":"a889","types":["Email"]}}}"#)
            #expect(same["updated"].object?[id] == .null)
            let got = try await call(phone, "PushSubscription/get", #"{"properties":["types"]}"#)
            #expect(got["list"][0]["types"] == .array(["Email"]))
        }
    }

    @Test func aCreationIDStandsForItsSubscription() async throws {
        try await with { _, phone in
            let answers = try await phone.calls(
                """
                [["PushSubscription/set",{"create":{"k":{"deviceClientId":"a","url":"https://push.example.net/x"}},\
                "update":{"#k":{"types":[]}}},"a"],["PushSubscription/set",{"destroy":["#k"]},"b"]]
                """)
            let id = try #require(answers[0][1]["created"]["k"]["id"].string)
            #expect(answers[0][1]["updated"].object?[id] == .null)
            #expect(answers[1][1]["destroyed"] == .array([.string(id)]))
        }
    }

    @Test func thereAreAsManyAsThereMayBeAndNotOneMore() async throws {
        try await with { _, phone in
            for _ in 0..<Limits.Push().perDevice { _ = try await made(phone) }
            let more = try await create(phone, #"{"deviceClientId":"a","url":"https://push.example.net/x"}"#)
            #expect(more["notCreated"]["k"]["type"] == "overQuota")
        }
    }

    @Test func whoCreatesTooManyWithinTheHourIsSlowedDown() async throws {
        try await with { _, phone in
            let most = Limits.Push().creationsPerHour
            for _ in 0..<most {
                let id = try await made(phone)
                _ = try await call(phone, "PushSubscription/set", #"{"destroy":["\#(id)"]}"#)
            }
            let more = try await create(phone, #"{"deviceClientId":"a","url":"https://push.example.net/x"}"#)
            #expect(more["notCreated"]["k"]["type"] == "rateLimit")
        }
    }

    @Test func theSessionShowsTheKeyThatPushServicesKnow() async throws {
        try await with { world, phone in
            let session = try JSONParser.parse(world.server.session(for: phone.principal, baseURL: "https://x"))
            let key = session["capabilities"]["urn:ietf:params:jmap:webpush-vapid"]["applicationServerKey"].string
            let octets = try #require(key.flatMap { Base64URL.decode($0) })
            #expect(octets.count == 65 && octets[0] == 4)
            #expect(octets == world.store.applicationServerPublicKey)
        }
    }
}
