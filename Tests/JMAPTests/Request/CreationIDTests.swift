import JMAP
import JSON
import Testing

/// RFC 8620 §3.3 and §5.3.
@Suite struct CreationIDTests {
    @Test func standForRecordsAcrossCallsAndTypesAndInMapKeys() async throws {
        try await World.with { world async throws in
            let email = try await world.alice.deliver(Sample.plain(1))
            let answers = try await world.alice.calls(
                #"""
                [["Mailbox/set",{"accountId":"$A","create":{"mb":{"name":"New"},"sub":{"name":"Sub","parentId":"#mb"}}},"0"],
                ["Email/set",{"accountId":"$A","update":{"\#(email)":{"mailboxIds":{"#mb":true}}}},"1"],
                ["Email/set",{"accountId":"$A","update":{"\#(email)":{"mailboxIds/#sub":true}}},"2"],
                ["Maildrop/set",{"accountId":"$A","create":{"md":{"name":"p","host":"pop.example","username":"u",
                "mailboxId":"#mb"}}},"3"],
                ["Maildrop/set",{"accountId":"$A","update":{"#md":{"enabled":false}}},"4"],
                ["Email/get",{"accountId":"$A","ids":["\#(email)"],"properties":["mailboxIds"]},"5"]]
                """#)
            let mailbox = answers[0][1]["created"]["mb"]["id"].string ?? ""
            let sub = answers[0][1]["created"]["sub"]["id"].string ?? ""
            #expect(Set(answers[5][1]["list"][0]["mailboxIds"].keys) == [mailbox, sub])
            let maildrop = answers[3][1]["created"]["md"]["id"].string ?? ""
            #expect(answers[4][1]["updated"].keys == [maildrop])
        }
    }

    @Test func areAnsweredOnlyWhenTheyWereGiven() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let calls = #"""
                [["Mailbox/set",{"accountId":"$A","create":{"a":{"name":"A"},"b":{"name":"A"}},
                "update":{"#old":{"sortOrder":7}}},"0"]]
                """#
            let using = #""using":["urn:ietf:params:jmap:mail"]"#
            let response = try await world.alice.request(
                #"{\#(using),"methodCalls":\#(calls),"createdIds":{"old":"\#(inbox)","kept":"x1"}}"#)
            let created = response["methodResponses"][0][1]["created"]["a"]["id"]
            #expect(
                response["createdIds"] == (try json(#"{"a":"\#(created.string ?? "")","kept":"x1","old":"\#(inbox)"}"#))
            )
            #expect(response["methodResponses"][0][1]["updated"].keys == [inbox])
            let without = try await world.alice.request(#"{\#(using),"methodCalls":[]}"#)
            #expect(without.keys.contains("createdIds") == false)
        }
    }

    @Test func thatStandForNothingAreNotFound() async throws {
        try await World.with { world async throws in
            let email = try await world.alice.deliver(Sample.plain(1))
            let set = try await world.alice.call(
                "Email/set",
                ##"{"update":{"#nobody":{},"\##(email)":{"mailboxIds":{"#nothing":true}}},"destroy":["#gone"]}"##)
            #expect(set["notUpdated"]["#nobody"]["type"] == "notFound")
            #expect(set["notUpdated"][email]["properties"] == (try json(#"["mailboxIds"]"#)))
            #expect(set["notDestroyed"]["#gone"]["type"] == "notFound")
            let mailbox = try await world.alice.call("Mailbox/set", ##"{"create":{"a":{"name":"A","parentId":"#b"}}}"##)
            #expect(mailbox["notCreated"]["a"]["properties"] == (try json(#"["parentId"]"#)))
        }
    }

    @Test func thatReferToEachOtherInACircleAreRefused() async throws {
        try await World.with { world async throws in
            let set = try await world.alice.call(
                "Mailbox/set",
                ##"{"create":{"a":{"name":"A","parentId":"#b"},"b":{"name":"B","parentId":"#a"},"c":{"name":"C","parentId":"#c"}}}"##
            )
            #expect(set["created"] == .null)
            #expect(set["notCreated"].keys.sorted() == ["a", "b", "c"])
        }
    }
}
