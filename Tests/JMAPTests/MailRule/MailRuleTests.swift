import JSON
import MailModel
import Testing

/// docs/jmap-rules.md.
@Suite struct MailRuleTests {
    private static func create(_ client: Client, _ rule: String) async throws -> JSONValue {
        try await client.call("MailRule/set", #"{"create":{"k":\#(rule)}}"#)
    }

    private static func maildrop(_ client: Client) async throws -> String {
        let set = try await client.call(
            "Maildrop/set",
            #"{"create":{"k":{"name":"one","host":"pop.example.org","username":"ann@example.org"}}}"#)
        return try #require(set["created"]["k"]["id"].string)
    }

    @Test func createsTellsUpdatesAndDestroys() async throws {
        try await World.with { world async throws in
            let alice = world.alice
            let before = try await alice.call("MailRule/get")["state"].string ?? ""
            let set = try await Self.create(
                alice,
                #"""
                {"conditions":{"from":" @shop.example ","listId":"Shop <News.shop.example>"},
                "actions":{"keywords":{"$Seen":true}}}
                """#)
            // All that was not said, or is kept in another form.
            let created = set["created"]["k"]
            #expect(
                Set(created.keys)
                    == ["id", "name", "isEnabled", "sortOrder", "conditions", "actions", "stops", "problem"])
            #expect(
                created["conditions"]
                    == (try json(
                        #"""
                        {"from":"@shop.example","to":null,"subject":null,"listId":"news.shop.example","maildropId":null}
                        """#)))
            #expect(created["actions"] == (try json(#"{"mailboxId":null,"keywords":{"$seen":true},"isJunk":false}"#)))
            #expect(created["isEnabled"] == true && created["stops"] == false && created["sortOrder"] == 0)
            #expect(created["problem"] == .null && created["name"] == "")
            let id = try #require(created["id"].string)

            let archive = try await alice.mailbox("archive")
            let update = try await alice.call(
                "MailRule/set",
                #"""
                {"update":{"\#(id)":{"name":"Shop","conditions/subject":" Sale ","actions/mailboxId":"\#(archive)",
                "actions/keywords/$flagged":true,"stops":true}}}
                """#)
            #expect(update["updated"][id]["conditions"]["subject"] == "Sale")
            #expect(update["updated"][id].keys == ["conditions"])
            let again = try await alice.call(
                "MailRule/set", #"{"update":{"\#(id)":{"isEnabled":false,"conditions/subject":null}}}"#)
            #expect(again["updated"].keys == [id])
            let rule = try await alice.call("MailRule/get", #"{"ids":["\#(id)","r99","x"]}"#)
            #expect(rule["notFound"].strings == ["r99", "x"])
            #expect(rule["list"][0]["name"] == "Shop" && rule["list"][0]["isEnabled"] == false)
            #expect(rule["list"][0]["actions"]["mailboxId"] == .string(archive))
            #expect(rule["list"][0]["actions"]["keywords"] == (try json(#"{"$flagged":true,"$seen":true}"#)))
            #expect(rule["list"][0]["conditions"]["subject"] == .null)

            let destroy = try await alice.call("MailRule/set", #"{"destroy":["\#(id)","r99"]}"#)
            #expect(destroy["destroyed"].strings == [id])
            #expect(destroy["notDestroyed"]["r99"]["type"] == "notFound")
            let changes = try await alice.call("MailRule/changes", #"{"sinceState":"\#(before)"}"#)
            #expect(changes["created"].array?.isEmpty == true && changes["destroyed"].array?.isEmpty == true)
            #expect(try await alice.error("MailRule/changes", #"{"sinceState":"x"}"#) == "cannotCalculateChanges")
            #expect(try await alice.error("MailRule/set", #"{"ifInState":"x","destroy":[]}"#) == "stateMismatch")
            #expect(try await alice.error("MailRule/get", #"{"properties":["x"]}"#) == "invalidArguments")
        }
    }

    @Test func listsRulesInTheirOrder() async throws {
        try await World.with { world async throws in
            let rest = #""conditions":{"from":"@b.example"},"actions":{"isJunk":true}"#
            _ = try await world.alice.call(
                "MailRule/set",
                #"""
                {"create":{"a":{"name":"a",\#(rest)},"b":{"name":"b","sortOrder":0,\#(rest)},
                "c":{"name":"c",\#(rest)},"d":{"name":"d","sortOrder":null,\#(rest)}}}
                """#)
            let list = try await world.alice.call("MailRule/get", #"{"properties":["name","sortOrder"]}"#)["list"]
            #expect((list.array ?? []).map { $0["name"].string } == ["a", "b", "c", "d"])
            #expect((list.array ?? []).map { $0["sortOrder"].integer } == [0, 0, 1, 2])
        }
    }

    @Test(arguments: [
        (#"{}"#, "conditions"),
        (#"{"conditions":{},"actions":{"isJunk":true}}"#, "conditions"),
        (#"{"conditions":"x","actions":{"isJunk":true}}"#, "conditions"),
        (#"{"conditions":{"from":7},"actions":{"isJunk":true}}"#, "conditions"),
        (#"{"conditions":{"body":"x"},"actions":{"isJunk":true}}"#, "conditions"),
        (#"{"conditions":{"maildropId":"p99"},"actions":{"isJunk":true}}"#, "conditions"),
        (#"{"conditions":{"maildropId":"m1"},"actions":{"isJunk":true}}"#, "conditions"),
        (#"{"conditions":{"from":"@b.example"}}"#, "actions"),
        (#"{"conditions":{"from":"@b.example"},"actions":{}}"#, "actions"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"mailboxId":"m999"}}"#, "actions"),
        (##"{"conditions":{"from":"@b.example"},"actions":{"mailboxId":"#none"}}"##, "actions"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"keywords":{"a b":true}}}"#, "actions"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"keywords":{"a":false}}}"#, "actions"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"isJunk":1}}"#, "actions"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"forward":"x"}}"#, "actions"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"isJunk":true},"sortOrder":-1}"#, "sortOrder"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"isJunk":true},"sortOrder":1.5}"#, "sortOrder"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"isJunk":true},"name":7}"#, "name"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"isJunk":true},"id":"r1"}"#, "id"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"isJunk":true},"problem":null}"#, "problem"),
        (#"{"conditions":{"from":"@b.example"},"actions":{"isJunk":true},"order":1}"#, "order"),
    ])
    func refusesWhatIsNoRule(_ rule: String, _ property: String) async throws {
        try await World.with { world async throws in
            let error = try await Self.create(world.alice, rule)["notCreated"]["k"]
            #expect(error["type"] == "invalidProperties")
            #expect(error["properties"].strings == [property])
        }
    }

    @Test func aRuleIsMadeWithItsFolderAndFilesTheNextMail() async throws {
        try await World.with { world async throws in
            let maildrop = try await Self.maildrop(world.alice)
            let answers = try await world.alice.calls(
                #"""
                [["Mailbox/set",{"accountId":"$A","create":{"f":{"name":"Bills"}}},"0"],
                ["MailRule/set",{"accountId":"$A","create":{"r":{"conditions":{"from":"@shop.example",
                "maildropId":"\#(maildrop)"},"actions":{"mailboxId":"#f"}}}},"1"]]
                """#)
            let folder = try #require(answers[0][1]["created"]["f"]["id"].string)
            let rule = try #require(answers[1][1]["created"]["r"]["id"].string)
            #expect(answers[1][1]["created"]["r"]["actions"]["mailboxId"] == .string(folder))
            let state = try await world.alice.call("MailRule/get")["state"].string ?? ""
            let email = try await world.alice.deliver(
                "From: a@shop.example\nSubject: Bill\n\nPay.\n", from: maildrop)
            let got = try await world.alice.call("Email/get", #"{"ids":["\#(email)"],"properties":["mailboxIds"]}"#)
            #expect(got["list"][0]["mailboxIds"] == (try json(#"{"\#(folder)":true}"#)))

            // Nobody is kept from removing the folder; the rule says what became of it.
            let removed = try await world.alice.call(
                "Mailbox/set", #"{"destroy":["\#(folder)"],"onDestroyRemoveEmails":true}"#)
            #expect(removed["destroyed"].strings == [folder])
            let changes = try await world.alice.call("MailRule/changes", #"{"sinceState":"\#(state)"}"#)
            #expect(changes["updated"].strings == [rule])
            let broken = try await world.alice.call("MailRule/get")["list"][0]
            #expect(broken["problem"] == "mailboxDestroyed" && broken["actions"]["mailboxId"] == .null)
            let repaired = try await world.alice.call(
                "MailRule/set", #"{"update":{"\#(rule)":{"actions/isJunk":true}}}"#)
            #expect(repaired["updated"][rule] == (try json(#"{"problem":null}"#)))
        }
    }

    @Test func aMethodIsThereOnlyForWhoAsksForItsCapability() async throws {
        try await World.with { world async throws in
            let answer = try await world.alice.request(
                #"""
                {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail"],
                "methodCalls":[["MailRule/get",{"accountId":"$A"},"0"]]}
                """#)
            #expect(answer["methodResponses"][0][1]["type"] == "unknownMethod")
            #expect(try await world.bob.call("MailRule/get")["list"].array?.isEmpty == true)
        }
    }

    @Test func oneRuleMoreThanThereMayBeIsOverQuota() async throws {
        try await World.with { world async throws in
            let limit = Limits.Rules().perAccount
            let rule = #"{"conditions":{"from":"@b.example"},"actions":{"isJunk":true}}"#
            let all = (0...limit).map { #""k\#($0)":\#(rule)"# }.joined(separator: ",")
            let set = try await world.alice.call("MailRule/set", #"{"create":{\#(all)}}"#)
            #expect(set["created"].keys.count == limit)
            #expect(set["notCreated"]["k\(limit)"]["type"] == "overQuota")
        }
    }
}
