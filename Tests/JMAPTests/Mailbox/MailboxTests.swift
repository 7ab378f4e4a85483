import JSON
import MailModel
import Testing

/// RFC 8621 §2.
@Suite struct MailboxTests {
    @Test func anAccountComesWithItsMailboxes() async throws {
        try await World.with { world async throws in
            let answer = try await world.alice.call("Mailbox/get", #"{"ids":null}"#)
            #expect(answer["accountId"] == .string(world.alice.accountID))
            #expect(
                Set(answer["list"].array?.compactMap { $0["role"].string } ?? [])
                    == ["inbox", "drafts", "sent", "archive", "junk", "trash"])
            #expect(answer["notFound"] == .array([]))
            let inbox = try #require(answer["list"].array?.first { $0["role"] == "inbox" })
            #expect(
                inbox.keys == [
                    "id", "name", "parentId", "role", "sortOrder", "totalEmails", "unreadEmails", "totalThreads",
                    "unreadThreads", "myRights", "isSubscribed",
                ])
            #expect(inbox["myRights"].keys.count == 9)
            #expect(inbox["totalEmails"] == 0)
        }
    }

    @Test func getsWhatIsAskedForOnce() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let answer = try await world.alice.call(
                "Mailbox/get",
                #"{"ids":["\#(inbox)","m999","\#(inbox)","","M1","m01","é","m999"],"properties":["name","name"]}"#)
            #expect(answer["list"] == (try json(#"[{"id":"\#(inbox)","name":"Inbox"}]"#)))
            #expect(answer["notFound"].strings == ["m999", "", "M1", "m01", "é"])
            let none = try await world.alice.call("Mailbox/get", #"{"ids":[],"properties":[]}"#)
            #expect(none["list"] == .array([]))
            #expect(none["state"] == answer["state"])
            let bare = try await world.alice.call("Mailbox/get", #"{"ids":["\#(inbox)"],"properties":[]}"#)
            #expect(bare["list"] == (try json(#"[{"id":"\#(inbox)"}]"#)))
        }
    }

    @Test func countsFollowTheMailAndChangesSayThatOnlyTheyDid() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let before = try await world.alice.call("Mailbox/get")["state"].string ?? ""
            try await world.alice.deliver(Sample.plain(1))
            try await world.alice.deliver(Sample.reply(2, to: 1), keywords: [.seen])
            let answers = try await world.alice.calls(
                #"""
                [["Mailbox/changes",{"accountId":"$A","sinceState":"\#(before)"},"0"],
                ["Mailbox/get",{"accountId":"$A","#ids":{"resultOf":"0","name":"Mailbox/changes","path":"/updated"},
                "#properties":{"resultOf":"0","name":"Mailbox/changes","path":"/updatedProperties"}},"1"]]
                """#)
            #expect(answers[0][1]["oldState"] == .string(before))
            #expect(answers[0][1]["newState"] == answers[1][1]["state"])
            #expect(answers[0][1]["hasMoreChanges"] == false)
            #expect(
                answers[1][1]["list"]
                    == (try json(
                        #"[{"id":"\#(inbox)","totalEmails":2,"unreadEmails":1,"totalThreads":1,"unreadThreads":1}]"#)))
        }
    }

    @Test func createsChangesAndDestroys() async throws {
        try await World.with { world async throws in
            let before = try await world.alice.call("Mailbox/get", #"{"ids":[]}"#)["state"].string ?? ""
            let set = try await world.alice.call(
                "Mailbox/set",
                ##"{"ifInState":"\##(before)","create":{"b":{"name":"B","parentId":"#a"},"a":{"name":"A"}}}"##)
            let (a, b) = (set["created"]["a"]["id"].string ?? "", set["created"]["b"]["id"].string ?? "")
            #expect(set["oldState"] == .string(before))
            #expect(set["created"]["a"]["totalEmails"] == 0)
            #expect(set["created"]["a"]["isSubscribed"] == true)
            #expect(set["created"]["a"]["name"] == .null)
            #expect(set["notCreated"] == .null)
            #expect(set["updated"] == .null)
            #expect(set["destroyed"] == .null)
            #expect(
                try await world.alice.call("Mailbox/set", #"{"update":{"\#(b)":{"parentId":null,"sortOrder":5}}}"#)[
                    "updated"] == (try json(#"{"\#(b)":null}"#)))
            let got = try await world.alice.call("Mailbox/get", #"{"ids":["\#(b)"]}"#)["list"][0]
            #expect(got["parentId"] == .null)
            #expect(got["sortOrder"] == 5)
            let gone = try await world.alice.call("Mailbox/set", #"{"destroy":["\#(a)","\#(b)","\#(a)"]}"#)
            #expect(gone["destroyed"].strings == [a, b])
            let changes = try await world.alice.call("Mailbox/changes", #"{"sinceState":"\#(before)"}"#)
            #expect(changes["created"] == .array([]))
            #expect(changes["destroyed"] == .array([]))
        }
    }

    @Test func aWholeObjectIsAValidPatch() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let object = try await world.alice.call("Mailbox/get", #"{"ids":["\#(inbox)"]}"#)["list"][0]
            var writer = JSONWriter()
            writer.value(object)
            let text = String(decoding: writer.bytes, as: UTF8.self)
            let set = try await world.alice.call("Mailbox/set", #"{"update":{"\#(inbox)":\#(text)}}"#)
            #expect(set["updated"].keys == [inbox])
            #expect(set["oldState"] == set["newState"])
        }
    }

    @Test func twoMailboxesSwapTheirNames() async throws {
        try await World.with { world async throws in
            let (archive, junk) = (try await world.alice.mailbox("archive"), try await world.alice.mailbox("junk"))
            let set = try await world.alice.call(
                "Mailbox/set", #"{"update":{"\#(archive)":{"name":"Junk"},"\#(junk)":{"name":"Archive"}}}"#)
            #expect(set["notUpdated"] == .null)
            #expect(
                try await world.alice.call("Mailbox/get", #"{"ids":["\#(junk)"]}"#)["list"][0]["name"] == "Archive")
        }
    }

    /// RFC 8620 §5.3: what must hold, must hold when the call is over.
    @Test func aNameOrARoleThatTheSameCallFreesMayBeTaken() async throws {
        try await World.with { world async throws in
            let archive = try await world.alice.mailbox("archive")
            let old = try await world.alice.call("Mailbox/set", #"{"create":{"a":{"name":"A"},"b":{"name":"B"}}}"#)
            let (a, b) = (old["created"]["a"]["id"].string ?? "", old["created"]["b"]["id"].string ?? "")
            let set = try await world.alice.call(
                "Mailbox/set",
                ##"""
                {"create":{"k":{"name":"A"},"child":{"name":"C","parentId":"#k"},"r":{"name":"R","role":"archive"}},
                "update":{"\##(b)":{"name":"D"},"\##(archive)":{"role":null}},"destroy":["\##(a)"]}
                """##)
            for map in ["notCreated", "notUpdated", "notDestroyed"] { #expect(set[map] == .null, "\(set[map])") }
            #expect(Set(set["created"].keys) == ["k", "child", "r"])
            #expect(set["updated"].keys.sorted() == [archive, b].sorted())
            let moved = try await world.alice.call(
                "Mailbox/set",
                #"{"update":{"\#(b)":{"name":"A"}},"destroy":["\#(set["created"]["child"]["id"].string ?? "")","\#(set["created"]["k"]["id"].string ?? "")"]}"#
            )
            #expect(moved["updated"].keys == [b] && moved["notUpdated"] == .null)
            #expect(try await world.alice.mailbox("archive") == set["created"]["r"]["id"].string)
            // What stays taken is refused, once.
            let taken = try await world.alice.call(
                "Mailbox/set", #"{"create":{"k":{"name":"A"},"r":{"name":"S","role":"archive"}}}"#)
            #expect(taken["notCreated"]["k"]["type"] == "alreadyExists")
            #expect(taken["notCreated"]["k"]["existingId"].string == b)
            #expect(taken["notCreated"]["r"]["properties"].strings == ["role"])
            #expect(taken["oldState"] == taken["newState"])
        }
    }

    @Test func parentsMayBeNamedBeforeTheirChildrenWhenDestroyed() async throws {
        try await World.with { world async throws in
            let set = try await world.alice.call(
                "Mailbox/set",
                ##"{"create":{"a":{"name":"A"},"b":{"name":"B","parentId":"#a"},"c":{"name":"C","parentId":"#b"}}}"##)
            let ids = ["a", "b", "c"].map { set["created"][$0]["id"].string ?? "" }
            let blocked = try await world.alice.call("Mailbox/set", #"{"destroy":["\#(ids[0])","\#(ids[1])"]}"#)
            #expect(blocked["notDestroyed"][ids[0]]["type"] == "mailboxHasChild")
            #expect(blocked["notDestroyed"][ids[1]]["type"] == "mailboxHasChild")
            let gone = try await world.alice.call(
                "Mailbox/set", #"{"destroy":["\#(ids[0])","\#(ids[1])","\#(ids[2])"]}"#)
            #expect(Set(gone["destroyed"].strings) == Set(ids))
        }
    }

    @Test func emailsStayUnlessTheyAreToGo() async throws {
        try await World.with { world async throws in
            let set = try await world.alice.call("Mailbox/set", #"{"create":{"a":{"name":"A"}}}"#)
            let mailbox = set["created"]["a"]["id"].string ?? ""
            let inbox = try await world.alice.mailbox("inbox")
            let both = try await world.alice.deliver(Sample.plain(1))
            let only = try await world.alice.deliver(Sample.plain(2))
            try await world.alice.call(
                "Email/set",
                #"{"update":{"\#(both)":{"mailboxIds/\#(mailbox)":true},"\#(only)":{"mailboxIds":{"\#(mailbox)":true}}}}"#
            )
            let kept = try await world.alice.call("Mailbox/set", #"{"destroy":["\#(mailbox)"]}"#)
            #expect(kept["notDestroyed"][mailbox]["type"] == "mailboxHasEmail")
            let gone = try await world.alice.call(
                "Mailbox/set", #"{"destroy":["\#(mailbox)"],"onDestroyRemoveEmails":true}"#)
            #expect(gone["destroyed"].strings == [mailbox])
            let emails = try await world.alice.call(
                "Email/get", #"{"ids":["\#(both)","\#(only)"],"properties":["mailboxIds"]}"#)
            #expect(emails["list"][0]["mailboxIds"].keys == [inbox])
            #expect(emails["notFound"].strings == [only])
        }
    }

    @Test(arguments: [
        (#"{}"#, "name"), (#"{"name":""}"#, "name"), (#"{"name":1}"#, "name"), (#"{"name":"a\u0000b"}"#, "name"),
        (#"{"name":"x","parentId":"m999"}"#, "parentId"), (#"{"name":"x","parentId":"nonsense"}"#, "parentId"),
        (#"{"name":"x","parentId":5}"#, "parentId"), (#"{"name":"x","role":"inbox"}"#, "role"),
        (#"{"name":"x","role":"emperor"}"#, "role"), (#"{"name":"x","role":1}"#, "role"),
        (#"{"name":"x","sortOrder":-1}"#, "sortOrder"), (#"{"name":"x","sortOrder":2147483648}"#, "sortOrder"),
        (#"{"name":"x","sortOrder":0.5}"#, "sortOrder"), (#"{"name":"x","isSubscribed":"yes"}"#, "isSubscribed"),
        (#"{"name":"x","id":"m1"}"#, "id"), (#"{"name":"x","totalEmails":0}"#, "totalEmails"),
        (#"{"name":"x","myRights":{}}"#, "myRights"), (#"{"name":"x","color":"red"}"#, "color"),
    ])
    func refusesWhatAMailboxCannotBe(record: String, property: String) async throws {
        try await World.with { world async throws in
            let error = try await world.alice.call("Mailbox/set", #"{"create":{"a":\#(record)}}"#)["notCreated"]["a"]
            #expect(error["type"] == "invalidProperties")
            #expect(error["properties"].strings == [property])
            #expect(error["description"].string?.hasSuffix(".") == true)
        }
    }

    @Test func refusesUpdatesThatBreakARule() async throws {
        try await World.with { world async throws in
            let (inbox, junk) = (try await world.alice.mailbox("inbox"), try await world.alice.mailbox("junk"))
            for (patch, type) in [
                (#"{"name":"Junk"}"#, "alreadyExists"), (#"{"name":null}"#, "invalidProperties"),
                (#"{"role":"junk"}"#, "invalidProperties"), (#"{"parentId":"\#(inbox)"}"#, "invalidProperties"),
                (#"{"totalEmails":7}"#, "invalidProperties"), (#"{"id":"m9"}"#, "invalidProperties"),
                (#"{"myRights/mayDelete":true}"#, "invalidProperties"), (#"{"color":1}"#, "invalidProperties"),
                (#"{"name/x":1}"#, "invalidPatch"), (#"{"myRights":{},"myRights/mayDelete":true}"#, "invalidPatch"),
                (#"{"a~2":1}"#, "invalidPatch"),
            ] {
                let set = try await world.alice.call("Mailbox/set", #"{"update":{"\#(inbox)":\#(patch)}}"#)
                #expect(set["notUpdated"][inbox]["type"] == .string(type), "\(patch)")
                if type == "alreadyExists" { #expect(set["notUpdated"][inbox]["existingId"] == .string(junk)) }
            }
            let both = try await world.alice.call(
                "Mailbox/set", #"{"update":{"\#(junk)":{"name":"x"},"m99":{}},"destroy":["\#(junk)"]}"#)
            #expect(both["notUpdated"][junk]["type"] == "willDestroy")
            #expect(both["notUpdated"]["m99"]["type"] == "notFound")
            #expect(both["destroyed"].strings == [junk])
        }
    }

    @Test func theInboxStays() async throws {
        try await World.with { world async throws in
            let (inbox, junk) = (try await world.alice.mailbox("inbox"), try await world.alice.mailbox("junk"))
            let set = try await world.alice.call(
                "Mailbox/set",
                #"{"update":{"\#(inbox)":{"role":null}},"destroy":["\#(inbox)"],"onDestroyRemoveEmails":true}"#)
            #expect(set["notUpdated"][inbox]["type"] == "willDestroy")
            #expect(set["notDestroyed"][inbox]["type"] == "forbidden")
            let roles = try await world.alice.call(
                "Mailbox/set",
                #"{"update":{"\#(inbox)":{"role":null,"name":"In"},"\#(junk)":{"role":null,"name":"Spam"}}}"#)
            #expect(roles["notUpdated"][inbox]["properties"].strings == ["role"])
            #expect(roles["updated"].keys == [junk])
            #expect(
                try await world.alice.call("Mailbox/set", #"{"update":{"\#(inbox)":{"name":"In"}}}"#)["updated"].keys
                    == [inbox])
        }
    }

    @Test func whatIsNamedTwiceIsAnsweredOnce() async throws {
        try await World.with { world async throws in
            let answers = try await world.alice.calls(
                #"""
                [["Mailbox/set",{"accountId":"$A","create":{"a":{"name":"A"}}},"0"],
                ["Mailbox/get",{"accountId":"$A","ids":[]},"1"]]
                """#)
            let id = answers[0][1]["created"]["a"]["id"].string ?? ""
            let email = try await world.alice.deliver(Sample.plain(1))
            let response = try await world.alice.request(
                ##"""
                {"using":["urn:ietf:params:jmap:mail"],"createdIds":{"a":"\##(id)","e":"\##(email)"},"methodCalls":[
                ["Mailbox/set",{"accountId":"$A","update":{"#a":{"name":"B"},"\##(id)":{"name":"C"}}},"0"],
                ["Email/set",{"accountId":"$A","update":{"#e":{"keywords/x":true},"\##(email)":{"keywords/y":true}}},"1"],
                ["Email/set",{"accountId":"$A","destroy":["#e","\##(email)"]},"2"],
                ["Mailbox/set",{"accountId":"$A","destroy":["\##(id)","#a"]},"3"]]}
                """##)
            let results = response["methodResponses"]
            #expect(results[0][1]["updated"].keys == [id])
            #expect(results[0][1]["notUpdated"][id]["type"] == "invalidPatch")
            #expect(results[1][1]["updated"].keys == [email])
            #expect(results[2][1]["destroyed"].strings == [email])
            #expect(results[2][1]["notDestroyed"] == .null)
            #expect(results[3][1]["destroyed"].strings == [id])
        }
    }

    @Test func aStateThatHasPassedStopsASet() async throws {
        try await World.with { world async throws in
            let state = try await world.alice.call("Mailbox/get", #"{"ids":[]}"#)["state"].string ?? ""
            try await world.alice.call("Mailbox/set", #"{"create":{"a":{"name":"A"}}}"#)
            let arguments = #"{"ifInState":"\#(state)","create":{"b":{"name":"B"}}}"#
            #expect(try await world.alice.error("Mailbox/set", arguments) == "stateMismatch")
            #expect(try await world.alice.error("Mailbox/set", #"{"ifInState":"nonsense"}"#) == "stateMismatch")
        }
    }

    @Test(arguments: ["nonsense", "", "s0-0", "sffffffff-1", "s1-99999999999999999999"])
    func changesFromAStateThatIsNotOursCannotBeCalculated(state: String) async throws {
        try await World.with { world async throws in
            for type in ["Mailbox", "Thread", "Email", "Maildrop", "MaildropStatus", "Identity"] {
                let error = try await world.alice.error("\(type)/changes", #"{"sinceState":"\#(state)"}"#)
                #expect(error == "cannotCalculateChanges", "\(type)")
            }
        }
    }
}
