import JSON
import MailModel
import Testing

/// RFC 8621 §4.8.
@Suite struct EmailImportTests {
    @Test func bringsInAnUploadedMessage() async throws {
        try await World.with { world async throws in
            let blob = try await world.alice.upload(Sample.rich)
            let (inbox, sent) = (try await world.alice.mailbox("inbox"), try await world.alice.mailbox("sent"))
            let answers = try await world.alice.calls(
                #"""
                [["Email/import",{"accountId":"$A","ifInState":null,"emails":{"i":{"blobId":"\#(blob)",
                "mailboxIds":{"\#(inbox)":true},"keywords":{"$Seen":true},"receivedAt":"2020-02-29T23:59:59Z"}}},"0"],
                ["Email/set",{"accountId":"$A","update":{"#i":{"mailboxIds/\#(sent)":true}}},"1"],
                ["Email/get",{"accountId":"$A","#ids":{"resultOf":"0","name":"Email/import","path":"/created/i/id"}},"2"]]
                """#)
            let created = answers[0][1]["created"]["i"]
            #expect(created.keys == ["id", "blobId", "threadId", "size"])
            #expect(created["blobId"] == .string(blob))
            #expect(answers[0][1]["notCreated"] == .null)
            #expect(answers[1][1]["updated"].keys == [created["id"].string ?? ""])
            #expect(answers[2][1]["type"] == "invalidArguments")
            let email = try await world.alice.call("Email/get", #"{"ids":["\#(created["id"].string ?? "")"]}"#)["list"][
                0]
            #expect(email["receivedAt"] == "2020-02-29T23:59:59Z")
            #expect(email["keywords"] == (try json(#"{"$seen":true}"#)))
            #expect(Set(email["mailboxIds"].keys) == [inbox, sent])
            #expect(email["subject"] == "Grüße aus Wien")
        }
    }

    @Test func receivedAtIsTheTopmostReceivedElseNow() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let (rich, plain) = (
                try await world.alice.upload(Sample.rich), try await world.alice.upload(Sample.plain(1))
            )
            let answer = try await world.alice.call(
                "Email/import",
                #"""
                {"emails":{"r":{"blobId":"\#(rich)","mailboxIds":{"\#(inbox)":true}},
                "p":{"blobId":"\#(plain)","mailboxIds":{"\#(inbox)":true},"keywords":null,"receivedAt":null}}}
                """#)
            let ids = ["r", "p"].map { answer["created"][$0]["id"].string ?? "" }
            let emails = try await world.alice.call(
                "Email/get", #"{"ids":["\#(ids[0])","\#(ids[1])"],"properties":["receivedAt"]}"#)
            #expect(emails["list"][0]["receivedAt"] == "2026-02-28T08:00:00Z")
            #expect(emails["list"][1]["receivedAt"] == "2026-03-01T12:00:00Z")
        }
    }

    @Test func doesNotStoreAMessageTwice() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let blob = try await world.alice.upload(Sample.plain(1))
            let record = #"{"blobId":"\#(blob)","mailboxIds":{"\#(inbox)":true}}"#
            let first = try await world.alice.call("Email/import", #"{"emails":{"a":\#(record),"b":\#(record)}}"#)
            let id = first["created"]["a"]["id"]
            #expect(first["notCreated"]["b"]["type"] == "alreadyExists")
            #expect(first["notCreated"]["b"]["existingId"] == id)
            let second = try await world.alice.call("Email/import", #"{"emails":{"c":\#(record)}}"#)
            #expect(second["notCreated"]["c"]["existingId"] == id)
            #expect(second["created"] == .null)
        }
    }

    @Test func aBlobThatIsNamedOftenIsReadOnce() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let (known, new) = (
                try await world.alice.upload(Sample.plain(1)), try await world.alice.upload(Sample.plain(2))
            )
            func record(_ blob: String, _ mailbox: String) -> String {
                #"{"blobId":"\#(blob)","mailboxIds":{"\#(mailbox)":true}}"#
            }
            let first = try await world.alice.call("Email/import", #"{"emails":{"k":\#(record(known, inbox))}}"#)
            let id = first["created"]["k"]["id"]
            let many =
                (0..<200).map { #""k\#($0)":\#(record(known, inbox))"# } + [
                    #""bad":\#(record(new, "m999"))"#, #""one":\#(record(new, inbox))"#,
                    #""two":\#(record(new, inbox))"#,
                ]
            let answer = try await world.alice.call("Email/import", #"{"emails":{\#(many.joined(separator: ","))}}"#)
            #expect(answer["created"].keys == ["one"])
            #expect((0..<200).allSatisfy { answer["notCreated"]["k\($0)"]["existingId"] == id })
            #expect(answer["notCreated"]["bad"]["type"] == "invalidProperties")
            #expect(answer["notCreated"]["two"]["existingId"] == answer["created"]["one"]["id"])
        }
    }

    @Test func bringsInAnAttachedMessage() async throws {
        try await World.with { world async throws in
            let inner = Sample.plain(7)
            let outer = """
                From: a@example.org
                Subject: forwarded
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain

                see below
                --b
                Content-Type: message/rfc822

                \(inner)
                --b--
                """
            let id = try await world.alice.deliver(outer)
            let email = try await world.alice.call("Email/get", #"{"ids":["\#(id)"],"properties":["attachments"]}"#)
            let blob = email["list"][0]["attachments"][0]["blobId"].string ?? ""
            let inbox = try await world.alice.mailbox("inbox")
            let answer = try await world.alice.call(
                "Email/import", #"{"emails":{"a":{"blobId":"\#(blob)","mailboxIds":{"\#(inbox)":true}}}}"#)
            let new = answer["created"]["a"]["id"].string ?? ""
            let subject = try await world.alice.call("Email/get", #"{"ids":["\#(new)"],"properties":["subject"]}"#)
            #expect(subject["list"][0]["subject"] == "Message 7")
        }
    }

    @Test func refusesWhatCannotBeBroughtIn() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let blob = try await world.alice.upload(Sample.plain(1))
            let rubbish = try await world.alice.upload([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0])
            let foreign = try await world.bob.upload(Sample.plain(2))
            let here = #""mailboxIds":{"\#(inbox)":true}"#
            for (record, type, property) in [
                ("{}", "invalidProperties", "blobId"), (#"{"blobId":1,\#(here)}"#, "invalidProperties", "blobId"),
                (#"{"blobId":"nonsense",\#(here)}"#, "invalidProperties", "blobId"),
                (#"{"blobId":"\#(foreign)",\#(here)}"#, "invalidProperties", "blobId"),
                (#"{"blobId":"\#(blob)-7",\#(here)}"#, "invalidProperties", "blobId"),
                (#"{"blobId":"\#(blob)"}"#, "invalidProperties", "mailboxIds"),
                (#"{"blobId":"\#(blob)","mailboxIds":{}}"#, "invalidProperties", "mailboxIds"),
                (#"{"blobId":"\#(blob)","mailboxIds":{"m999":true}}"#, "invalidProperties", "mailboxIds"),
                (#"{"blobId":"\#(blob)","mailboxIds":{"\#(inbox)":false}}"#, "invalidProperties", "mailboxIds"),
                (#"{"blobId":"\#(blob)",\#(here),"keywords":{"a b":true}}"#, "invalidProperties", "keywords"),
                (#"{"blobId":"\#(blob)",\#(here),"receivedAt":"2026-03-01"}"#, "invalidProperties", "receivedAt"),
                (#"{"blobId":"\#(blob)",\#(here),"subject":"x"}"#, "invalidProperties", "subject"),
                (#"{"blobId":"\#(rubbish)",\#(here)}"#, "invalidEmail", ""),
            ] {
                let answer = try await world.alice.call("Email/import", #"{"emails":{"a":\#(record)}}"#)
                let error = answer["notCreated"]["a"]
                #expect(error["type"] == .string(type), "\(record)")
                #expect(error["properties"].strings == (property.isEmpty ? [] : [property]), "\(record)")
                #expect(answer["oldState"] == answer["newState"])
            }
            let mismatch = #"{"ifInState":"s0-0","emails":{"a":{"blobId":"\#(blob)",\#(here)}}}"#
            #expect(try await world.alice.error("Email/import", mismatch) == "stateMismatch")
        }
    }
}
