import JMAP
import JSON
import MailModel
import MailStore
import Testing

/// RFC 8621 §7.
@Suite struct EmailSubmissionTests {
    /// A maildrop that can send, its identity, and a draft to `bob@example.net` and, secretly, `cy@example.net`.
    private struct Desk {
        let world: World
        let identity: String
        let email: String

        init(_ world: World) async throws {
            self.world = world
            let made = try await world.alice.call(
                "Maildrop/set",
                #"""
                {"create":{"k":{"name":"a","host":"pop.example.org","username":"ann@example.org","password":"secret",
                "submission":{"host":"smtp.example.org"}}}}
                """#)
            #expect(made["notCreated"] == .null)
            identity = try await world.alice.call("Identity/get")["list"][0]["id"].string ?? ""
            email = try await Self.draft(world)
        }

        static func draft(_ world: World, from: String = "ann@example.org", to: String = "bob@example.net") async throws
            -> String
        {
            try await world.alice.deliver(
                "From: \(from)\nTo: \(to)\nCc: Bob <bob@example.net>\nBcc: cy@example.net\nSubject: s\n\nhi\n",
                to: [.drafts], keywords: [.draft])
        }

        func create(_ more: String = "", email: String? = nil, outer: String = "") async throws -> JSONValue {
            try await world.alice.call(
                "EmailSubmission/set",
                #"{"create":{"k":{"identityId":"\#(identity)","emailId":"\#(email ?? self.email)"\#(more)}}\#(outer)}"#)
        }

        func error(_ more: String = "", email: String? = nil) async throws -> JSONValue {
            try await create(more, email: email)["notCreated"]["k"]
        }
    }

    private static let later =
        #","envelope":{"mailFrom":{"email":"ann@example.org","parameters":{"HOLDFOR":"60"}},"#
        + #""rcptTo":[{"email":"bob@example.net"}]}"#

    @Test func aMessageIsQueuedForEverybodyItNames() async throws {
        try await World.with { world async throws in
            let desk = try await Desk(world)
            let created = try await desk.create()["created"]["k"]
            #expect(
                Set(created.keys) == [
                    "id", "threadId", "envelope", "sendAt", "undoStatus", "deliveryStatus", "dsnBlobIds", "mdnBlobIds",
                ])
            let id = created["id"].string ?? ""
            let got = try await world.alice.call("EmailSubmission/get", #"{"ids":["\#(id)","s9"]}"#)
            #expect(got["notFound"].strings == ["s9"])
            let one = got["list"][0]
            #expect(one["identityId"].string == desk.identity && one["emailId"].string == desk.email)
            #expect(one["undoStatus"] == "pending" && one["sendAt"] == "2026-03-01T12:00:00Z")
            #expect(
                one["envelope"]
                    == (try json(
                        #"""
                        {"mailFrom":{"email":"ann@example.org","parameters":null},"rcptTo":[
                        {"email":"bob@example.net","parameters":null},{"email":"cy@example.net","parameters":null}]}
                        """#)))
            #expect(
                one["deliveryStatus"]["cy@example.net"]
                    == (try json(
                        #"""
                        {"smtpReply":"250 2.1.5 The message waits to be sent.","delivered":"queued","displayed":"unknown"}
                        """#)))
            #expect(one.keys.contains("sendState") == false)
            let ours = try await world.alice.call(
                "EmailSubmission/get",
                #"{"ids":["\#(id)"],"properties":["sendState","maildropId","problem","attempts"]}"#)
            #expect(ours["list"][0]["sendState"] == "pending" && ours["list"][0]["maildropId"] == "p1")
        }
    }

    @Test func theDraftIsFiledAwayWithTheSameCall() async throws {
        try await World.with { world async throws in
            let desk = try await Desk(world)
            let sent = try await world.alice.mailbox("sent")
            let drafts = try await world.alice.mailbox("drafts")
            let answers = try await world.alice.calls(
                #"""
                [["EmailSubmission/set",{"accountId":"$A","create":{"k":{"identityId":"\#(desk.identity)",
                "emailId":"\#(desk.email)"}},"onSuccessUpdateEmail":{"#k":{"mailboxIds/\#(drafts)":null,
                "mailboxIds/\#(sent)":true,"keywords/$draft":null},"#nobody":{"keywords/$seen":true}}},"c"],
                ["Email/get",{"accountId":"$A","ids":["\#(desk.email)"],"properties":["mailboxIds","keywords"]},"d"]]
                """#)
            #expect(answers[0][0] == "EmailSubmission/set" && answers[1][0] == "Email/set" && answers[1][2] == "c")
            #expect(answers[1][1]["updated"].keys == [desk.email])
            #expect(answers[2][1]["list"][0]["mailboxIds"].keys == [sent])
            #expect(answers[2][1]["list"][0]["keywords"].keys == [])
            let gone = try await world.alice.calls(
                #"""
                [["EmailSubmission/set",{"accountId":"$A","create":{"k":{"identityId":"\#(desk.identity)",
                "emailId":"\#(desk.email)"}},"onSuccessDestroyEmail":["#k"]},"c"]]
                """#)
            #expect(gone[1][1]["destroyed"].strings == [desk.email])
            // What was handed in is sent all the same: its octets stay.
            let account = try await world.store.account(world.alice.principal.account, for: world.alice.principal)
            #expect(try await account.read { try $0.message(of: SubmissionID(rawValue: 2))?.size } ?? 0 > 0)
        }
    }

    @Test func aFailureChangesNoEmail() async throws {
        try await World.with { world async throws in
            let desk = try await Desk(world)
            let answers = try await world.alice.calls(
                #"""
                [["EmailSubmission/set",{"accountId":"$A","create":{"k":{"identityId":"i99","emailId":"\#(desk.email)"}},
                "onSuccessDestroyEmail":["#k"]},"c"]]
                """#)
            #expect(answers.array?.count == 1)
            #expect(answers[0][1]["notCreated"]["k"]["properties"].strings == ["identityId"])
        }
    }

    @Test func withoutAServerToSendWithNobodyMaySend() async throws {
        try await World.with { world async throws in
            let made = try await world.alice.call("Identity/set", #"{"create":{"k":{"email":"ann@example.org"}}}"#)
            let identity = made["created"]["k"]["id"].string ?? ""
            let email = try await Desk.draft(world)
            let error = try await world.alice.call(
                "EmailSubmission/set",
                #"{"create":{"k":{"identityId":"\#(identity)","emailId":"\#(email)"}}}"#)["notCreated"]["k"]
            #expect(error["type"] == "forbiddenToSend")
            #expect(error["description"].string?.contains("--smtp-host") == true)
        }
    }

    @Test func everyErrorOfACreate() async throws {
        try await World.with { world async throws in
            let desk = try await Desk(world)
            func envelope(_ from: String, _ to: [String]) -> String {
                let recipients = to.map { #"{"email":"\#($0)"}"# }.joined(separator: ",")
                return #","envelope":{"mailFrom":{"email":"\#(from)"},"rcptTo":[\#(recipients)]}"#
            }
            #expect(try await desk.error(email: "e99")["properties"].strings == ["emailId"])
            #expect(try await desk.error(#","sendAt":"2026-03-01T12:00:00Z""#)["properties"].strings == ["sendAt"])
            #expect(try await desk.error(#","colour":1"#)["properties"].strings == ["colour"])
            #expect(try await desk.error(envelope("ann@example.org", []))["type"] == "noRecipients")
            #expect(try await desk.error(envelope("eve@example.org", ["a@b"]))["type"] == "forbiddenMailFrom")
            let invalid = try await desk.error(envelope("ann@example.org", ["a@b", "c d@e", "f\\r\\nDATA@g"]))
            #expect(invalid["type"] == "invalidRecipients")
            #expect(invalid["invalidRecipients"].strings == ["c d@e", "f\r\nDATA@g"])
            let many = try await desk.error(envelope("ann@example.org", (0...500).map { "u\($0)@example.net" }))
            #expect(many["type"] == "tooManyRecipients" && many["maxRecipients"] == 500)
            #expect(
                try await desk.create(envelope("ann@example.org", (0..<500).map { "u\($0)@example.net" }))["notCreated"]
                    == .null)
            let foreign = try await Desk.draft(world, from: "eve@example.com")
            #expect(try await desk.error(email: foreign)["type"] == "forbiddenFrom")
            let nobodys = try await world.alice.deliver("To: bob@example.net\nSubject: s\n\nhi\n")
            let error = try await desk.error(email: nobodys)
            #expect(error["type"] == "invalidEmail" && error["properties"].strings == ["from"])
            for bad in [
                "1", "{}", #"{"mailFrom":{"email":"ann@example.org"},"rcptTo":{}}"#,
                #"{"mailFrom":{"email":"ann@example.org","parameters":{"RET":"HDRS"}},"rcptTo":[{"email":"a@b"}]}"#,
                #"{"mailFrom":{"email":"ann@example.org","parameters":{"HOLDFOR":"-1"}},"rcptTo":[{"email":"a@b"}]}"#,
                #"{"mailFrom":{"email":"ann@example.org","parameters":{"HOLDFOR":"31622401"}},"rcptTo":[{"email":"a@b"}]}"#,
                #"{"mailFrom":{"email":"ann@example.org"},"rcptTo":[{"email":"a@b","parameters":{"NOTIFY":"NEVER"}}]}"#,
            ] {
                #expect(try await desk.error(#","envelope":\#(bad)"#)["properties"].strings == ["envelope"], "\(bad)")
            }
        }
    }

    @Test func aSenderThatIsNobodysGivesWayToTheIdentity() async throws {
        try await World.with { world async throws in
            let desk = try await Desk(world)
            let email = try await world.alice.deliver(
                "From: Ann <ann@example.org>\nSender: list@example.com\nTo: b@example.net\n\nhi\n")
            let envelope = try await desk.create(email: email)["created"]["k"]["envelope"]
            #expect(envelope["mailFrom"]["email"] == "ann@example.org")
        }
    }

    @Test func aMessageIsHeldAndTakenBack() async throws {
        try await World.with { world async throws in
            let desk = try await Desk(world)
            let created = try await desk.create(Self.later)["created"]["k"]
            #expect(created["sendAt"] == "2026-03-01T12:01:00Z")
            let id = created["id"].string ?? ""
            for (patch, property) in [
                (#"{"undoStatus":"final"}"#, "undoStatus"), (#"{"sendAt":"2030-01-01T00:00:00Z"}"#, "sendAt"),
                (#"{"sendState":"sent"}"#, "sendState"), (#"{"emailId":"e9"}"#, "emailId"),
            ] {
                let set = try await world.alice.call("EmailSubmission/set", #"{"update":{"\#(id)":\#(patch)}}"#)
                #expect(set["notUpdated"][id]["properties"].strings == [property])
            }
            let set = try await world.alice.call(
                "EmailSubmission/set", #"{"update":{"\#(id)":{"undoStatus":"canceled"}}}"#)
            #expect(set["updated"].keys == [id])
            let got = try await world.alice.call("EmailSubmission/get", #"{"ids":["\#(id)"]}"#)["list"][0]
            #expect(got["undoStatus"] == "canceled")
            #expect(got["deliveryStatus"]["bob@example.net"]["delivered"] == "no")
        }
    }

    @Test func whatAServerMayHaveCantBeTakenBackAndSomebodySaysWhatItIs() async throws {
        try await World.with { world async throws in
            let desk = try await Desk(world)
            for (word, after) in [("sent", "sent"), ("failed", "failed"), ("pending", "pending")] {
                let id = try await desk.create()["created"]["k"]["id"].string ?? ""
                let number = try #require(SubmissionID(id))
                let account = try await world.store.account(world.alice.principal.account, for: world.alice.principal)
                try await account.write { writer in
                    let submission = try #require(try writer.beginSubmission(number))
                    let accepted = submission.recipients.map {
                        SubmissionRecipient(address: $0.address, state: .sending, reply: "250 ok")
                    }
                    #expect(try writer.beginSending(number, accepted))
                }
                let undo = #"{"update":{"\#(id)":{"undoStatus":"canceled"}}}"#
                #expect(
                    try await world.alice.call("EmailSubmission/set", undo)["notUpdated"][id]["type"] == "cannotUnsend")
                try await account.write { try $0.leaveInDoubt(number, .cut) }
                let got = try await world.alice.call(
                    "EmailSubmission/get",
                    #"{"ids":["\#(id)"],"properties":["sendState","undoStatus","deliveryStatus"]}"#)["list"][0]
                #expect(got["sendState"] == "inDoubt" && got["undoStatus"] == "final")
                #expect(got["deliveryStatus"]["bob@example.net"]["smtpReply"].string?.hasPrefix("451 4.4.2") == true)
                #expect(got["deliveryStatus"]["bob@example.net"]["delivered"] == "unknown")
                let set = try await world.alice.call(
                    "EmailSubmission/set", #"{"update":{"\#(id)":{"sendState":"\#(word)"}}}"#)
                #expect(set["updated"].keys == [id])
                let settled = try await world.alice.call(
                    "EmailSubmission/get", #"{"ids":["\#(id)"],"properties":["sendState"]}"#)["list"][0]
                #expect(settled["sendState"].string == after)
            }
        }
    }

    @Test func listsFollowWhatChanges() async throws {
        try await World.with { world async throws in
            let desk = try await Desk(world)
            let other = try await Desk.draft(world)
            var ids: [String] = []
            for email in [desk.email, other, desk.email] {
                ids.append(try await desk.create(Self.later, email: email)["created"]["k"]["id"].string ?? "")
            }
            func query(_ arguments: String) async throws -> JSONValue {
                try await world.alice.call("EmailSubmission/query", arguments)
            }
            #expect(try await query("{}")["ids"].strings == ids)
            #expect(try await query(#"{"filter":{"emailIds":["\#(other)"]}}"#)["ids"].strings == [ids[1]])
            #expect(try await query(#"{"filter":{"threadIds":[]}}"#)["ids"].strings == [])
            #expect(try await query(#"{"filter":{"identityIds":["\#(desk.identity)"]}}"#)["ids"].strings == ids)
            #expect(try await query(#"{"filter":{"before":"2026-03-01T12:01:00Z"}}"#)["ids"].strings == [])
            #expect(try await query(#"{"filter":{"after":"2026-03-01T12:01:00Z"}}"#)["ids"].strings == ids)
            #expect(
                try await query(#"{"sort":[{"property":"emailId","isAscending":false},{"property":"sentAt"}]}"#)["ids"]
                    .strings == [ids[1], ids[0], ids[2]])
            #expect(try await world.alice.error("EmailSubmission/query", #"{"filter":{"x":1}}"#) == "invalidArguments")
            #expect(
                try await world.alice.error("EmailSubmission/query", #"{"sort":[{"property":"x"}]}"#)
                    == "unsupportedSort")
            let pending = #""filter":{"undoStatus":"pending"}"#
            let before = try await query("{\(pending)}")
            #expect(before["canCalculateChanges"] == true)
            let state = before["queryState"].string ?? ""
            try await world.alice.call(
                "EmailSubmission/set",
                #"{"update":{"\#(ids[0])":{"undoStatus":"canceled"}},"destroy":["\#(ids[2])"]}"#)
            let fresh = try await desk.create(Self.later)["created"]["k"]["id"].string ?? ""
            let changes = try await world.alice.call(
                "EmailSubmission/queryChanges", #"{"sinceQueryState":"\#(state)",\#(pending),"calculateTotal":true}"#)
            #expect(changes["removed"].strings == [ids[0], ids[2]])
            #expect(changes["added"] == (try json(#"[{"id":"\#(fresh)","index":1}]"#)) && changes["total"] == 2)
            let log = try await world.alice.call("EmailSubmission/changes", #"{"sinceState":"\#(state)"}"#)
            #expect(log["created"].strings == [fresh] && log["updated"].strings == [ids[0]])
            #expect(log["destroyed"].strings == [ids[2]])
        }
    }

    @Test func identitiesAndSubmissionsAreThereUnderTheirCapability() async throws {
        try await World.with { world async throws in
            let answer = try await world.alice.request(
                #"""
                {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:submission"],"methodCalls":[
                ["Identity/get",{"accountId":"$A"},"a"],["EmailSubmission/get",{"accountId":"$A"},"b"],
                ["Email/get",{"accountId":"$A"},"c"]]}
                """#)["methodResponses"]
            #expect(answer[0][0] == "Identity/get" && answer[1][0] == "EmailSubmission/get")
            #expect(answer[2][1]["type"] == "unknownMethod")
            let session = try JSONParser.parse(world.server.session(for: world.alice.principal, baseURL: "https://x"))
            let account = session["accounts"][world.alice.accountID]["accountCapabilities"]
            #expect(account["urn:ietf:params:jmap:submission"]["maxDelayedSend"] == 31_622_400)
            #expect(session["capabilities"]["urn:ietf:params:jmap:submission"].object?.isEmpty == true)
        }
    }
}
