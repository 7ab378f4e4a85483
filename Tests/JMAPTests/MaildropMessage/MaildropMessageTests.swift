import JSON
import MailModel
import MailStore
import Testing

/// What our own capability says of single messages: Email's `maildrop`, its filter, and what a maildrop holds.
@Suite struct MaildropMessageTests {
    private struct Scene {
        let client: Client
        let account: Account
        let maildrop: MaildropID
        var emails: [String] = []
    }

    /// A maildrop with `count` stored messages, one that is held back and one that is parked.
    private static func scene(_ client: Client, count: Int) async throws -> Scene {
        let account = try await client.store.account(client.principal.account, for: client.principal)
        let created = try await client.call(
            "Maildrop/set", #"{"create":{"a":{"name":"P","host":"pop.example.org","username":"u"}}}"#)
        let id = try #require(created["created"]["a"]["id"].string.flatMap { MaildropID($0) })
        var scene = Scene(client: client, account: account, maildrop: id)
        for number in 0..<count {
            let email = try await client.deliver(Sample.plain(number))
            scene.emails.append(email)
            let stored = StoredMessage(
                uniqueID: try #require(UniqueID("id-\(number)".utf8)), octets: 100 + number, fingerprint: [1],
                email: try #require(EmailID(email)))
            try await account.write { try $0.recordStored([stored], of: id) }
        }
        let unstored = [
            UnstoredMessage(
                uniqueID: try #require(UniqueID([0x7A, 0xFF])), octets: 9, state: .heldBack, reason: "Too large."),
            UnstoredMessage(
                uniqueID: try #require(UniqueID("a".utf8)), octets: 8, state: .parked, reason: "Refused.", attempts: 2,
                retryAt: World.now),
        ]
        try await account.write { try $0.recordUnstored(unstored, of: id) }
        return scene
    }

    private static func list(_ scene: Scene, _ more: String) async throws -> JSONValue {
        try await scene.client.call("MaildropMessage/list", #"{"maildropId":"\#(scene.maildrop)"\#(more)}"#)
    }

    @Test func anEmailSaysWhichMessageItIs() async throws {
        try await World.with { world async throws in
            let scene = try await Self.scene(world.alice, count: 1)
            let other = try await world.alice.deliver(Sample.plain(50))
            let answer = try await world.alice.call(
                "Email/get", #"{"ids":["\#(scene.emails[0])","\#(other)"],"properties":["maildrop"]}"#)
            #expect(
                answer["list"][0]["maildrop"]
                    == (try json(#"{"id":"\#(scene.maildrop)","uniqueId":"id-0","isOnServer":true}"#)))
            #expect(answer["list"][1]["maildrop"] == .null)
            #expect(answer["list"][1].keys == ["id", "maildrop"])
            _ = try await scene.account.write { try $0.beginNumbering(of: scene.maildrop) }
            let later = try await world.alice.call(
                "Email/get", #"{"ids":["\#(scene.emails[0])"],"properties":["maildrop"]}"#)
            #expect(later["list"][0]["maildrop"]["isOnServer"] == false)
            try await world.alice.call("Maildrop/set", #"{"destroy":["\#(scene.maildrop)"]}"#)
            let removed = try await world.alice.call(
                "Email/get", #"{"ids":["\#(scene.emails[0])"],"properties":["maildrop"]}"#)
            #expect(removed["list"][0]["maildrop"] == .null)
        }
    }

    @Test func nobodyMeetsItWithoutTheCapability() async throws {
        try await World.with { world async throws in
            let scene = try await Self.scene(world.alice, count: 1)
            let calls = [
                #"["Email/get",{"accountId":"$A","ids":[],"properties":["maildrop"]},"c"]"#,
                #"["Email/query",{"accountId":"$A","filter":{"maildropId":"\#(scene.maildrop)"}},"c"]"#,
                #"["Email/query",{"accountId":"$A","filter":{"operator":"NOT","conditions":[{"maildropId":"x"}]}},"c"]"#,
            ]
            for call in calls {
                let answer = try await world.alice.request(
                    #"{"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail"],"methodCalls":[\#(call)]}"#)
                #expect(answer["methodResponses"][0][1]["type"] == "invalidArguments", "\(call)")
            }
            let usual = try await world.alice.call("Email/get", #"{"ids":["\#(scene.emails[0])"]}"#)
            #expect(!usual["list"][0].keys.contains("maildrop"))
            let set = try await world.alice.call(
                "Email/set", #"{"update":{"\#(scene.emails[0])":{"maildrop":null}}}"#)
            #expect(set["notUpdated"][scene.emails[0]]["type"] == "invalidProperties")
        }
    }

    @Test func emailsAreFoundByTheirMaildrop() async throws {
        try await World.with { world async throws in
            let scene = try await Self.scene(world.alice, count: 3)
            let other = try await world.alice.deliver(Sample.plain(50))
            func query(_ filter: String) async throws -> JSONValue {
                try await world.alice.call("Email/query", #"{"filter":\#(filter),"calculateTotal":true}"#)
            }
            let found = try await query(#"{"maildropId":"\#(scene.maildrop)"}"#)
            #expect(Set(found["ids"].strings) == Set(scene.emails))
            #expect(found["total"] == 3)
            #expect(found["canCalculateChanges"] == false)
            let others = try await query(
                #"{"operator":"NOT","conditions":[{"maildropId":"\#(scene.maildrop)"}]}"#)
            #expect(others["ids"].strings == [other])
            let inbox = try await world.alice.mailbox("inbox")
            let both = try await query(#"{"inMailbox":"\#(inbox)","maildropId":"\#(scene.maildrop)","text":"message"}"#)
            #expect(Set(both["ids"].strings).isSubset(of: Set(scene.emails)))
            for nobody in ["p999", "x", "", "p0"] {
                #expect(try await query(#"{"maildropId":"\#(nobody)"}"#)["ids"] == .array([]))
            }
            #expect(try await world.alice.error("Email/query", #"{"filter":{"maildropId":7}}"#) == "invalidArguments")
            let state = found["queryState"].string ?? ""
            #expect(
                try await world.alice.error(
                    "Email/queryChanges",
                    #"{"filter":{"maildropId":"\#(scene.maildrop)"},"sinceQueryState":"\#(state)"}"#)
                    == "cannotCalculateChanges")
        }
    }

    @Test func aMaildropTellsItsMessagesPageByPage() async throws {
        try await World.with { world async throws in
            let scene = try await Self.scene(world.alice, count: 5)
            var (ids, after, pages): ([String], String, Int) = ([], "", 0)
            repeat {
                let page = try await Self.list(scene, #","limit":3\#(after)"#)
                ids += (page["list"].array ?? []).compactMap { $0["uniqueId"].string }
                after = page["next"].string.map { #","after":"\#($0)""# } ?? ""
                pages += 1
            } while !after.isEmpty && pages < 9
            #expect(ids == ["a", "id-0", "id-1", "id-2", "id-3", "id-4", #"z\xff"#])
            #expect(pages == 3)
            let exact = try await Self.list(scene, #","limit":7"#)
            #expect(exact["list"].array?.count == 7)
            #expect(exact["next"] == .null)
            #expect(exact["list"][1]["emailId"].string == scene.emails[0])
            #expect(exact["list"][1]["size"] == 100)
            #expect(exact["list"][1]["state"] == "stored")
            try await world.alice.call("Email/set", #"{"destroy":["\#(scene.emails[0])"]}"#)
            let destroyed = try await Self.list(scene, "")["list"][1]
            #expect(destroyed["state"] == "stored")
            #expect(destroyed["emailId"] == .null)
        }
    }

    @Test func whatIsNotStoredSaysWhy() async throws {
        try await World.with { world async throws in
            let scene = try await Self.scene(world.alice, count: 5)
            let page = try await Self.list(scene, #","unstoredOnly":true"#)
            #expect(page["list"].array?.count == 2)
            #expect(
                page["list"][0]
                    == (try json(
                        #"""
                        {"uniqueId":"a","ordinal":0,"size":8,"state":"parked","emailId":null,"isOnServer":true,
                        "reason":"Refused.","attempts":2,"retryAt":"2026-03-01T12:00:00Z"}
                        """#)))
            #expect(page["list"][1]["state"] == "heldBack")
            let first = try await Self.list(scene, #","unstoredOnly":true,"limit":1"#)
            let second = try await Self.list(
                scene, #","unstoredOnly":true,"limit":1,"after":"\#(first["next"].string ?? "")""#)
            #expect(second["list"].array?.count == 1)
            #expect(second["next"] == .null)
        }
    }

    @Test(arguments: [
        #"{}"#, #"{"maildropId":null}"#, #"{"maildropId":"p999"}"#, #"{"maildropId":"$P","limit":0}"#,
        #"{"maildropId":"$P","limit":-1}"#, #"{"maildropId":"$P","after":"x"}"#,
        #"{"maildropId":"$P","after":"-1.YQ=="}"#,
        #"{"maildropId":"$P","after":"0."}"#, #"{"maildropId":"$P","after":"99999999999999999999.YQ=="}"#,
        #"{"maildropId":"$P","after":7}"#, #"{"maildropId":"$P","more":1}"#,
    ])
    func argumentsOfAnotherKindAreRefused(arguments: String) async throws {
        try await World.with { world async throws in
            let scene = try await Self.scene(world.alice, count: 0)
            #expect(
                try await world.alice.error(
                    "MaildropMessage/list", arguments.replacing("$P", with: scene.maildrop.description))
                    == "invalidArguments")
        }
    }
}
