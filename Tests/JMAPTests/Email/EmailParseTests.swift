import JMAP
import JSON
import Testing

/// RFC 8621 §4.9, and the accounts that RFC 8620 §5.4 and §6.3 copy between.
@Suite struct EmailParseTests {
    private static let forwarded = """
        From: Carol <carol@example.org>
        Subject: Fwd: rich
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=fwd

        --fwd
        Content-Type: text/plain

        See below.
        --fwd
        Content-Type: message/rfc822

        \(Sample.rich)
        --fwd--

        """

    @Test func anUploadIsShownAsAnEmail() async throws {
        try await World.with { world async throws in
            let blob = try await world.alice.upload(Sample.rich)
            let answer = try await world.alice.call("Email/parse", #"{"blobIds":["\#(blob)","\#(blob)"]}"#)
            let email = answer["parsed"][blob]
            #expect(email["subject"] == "Grüße aus Wien")
            #expect(email["messageId"] == (try json(#"["rich@example.org"]"#)))
            #expect(email["attachments"].array?.count == 1)
            #expect(
                email.keys == [
                    "messageId", "inReplyTo", "references", "sender", "from", "to", "cc", "bcc", "replyTo", "subject",
                    "sentAt", "hasAttachment", "preview", "bodyValues", "textBody", "htmlBody", "attachments",
                ])
            #expect(answer["notParsable"] == .null)
            #expect(answer["notFound"] == .null)
            #expect(try await world.alice.call("Email/query")["ids"].strings.isEmpty)
        }
    }

    @Test func whatOnlyTheStoreGivesIsNull() async throws {
        try await World.with { world async throws in
            let blob = try await world.alice.upload(Sample.plain(1))
            let answer = try await world.alice.call(
                "Email/parse",
                #"{"blobIds":["\#(blob)"],"properties":["id","threadId","mailboxIds","keywords","receivedAt","blobId","size"]}"#
            )
            let email = answer["parsed"][blob]
            for property in ["id", "threadId", "mailboxIds", "keywords", "receivedAt"] {
                #expect(email[property] == .null, "\(property)")
            }
            #expect(email["blobId"].string == blob)
            #expect((email["size"].integer ?? 0) > 100)
        }
    }

    @Test func anAttachedMessageAndItsPartsAreReached() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Self.forwarded)
            let attachment = try await world.alice.call(
                "Email/get", #"{"ids":["\#(id)"],"properties":["attachments"],"bodyProperties":["blobId","type"]}"#)[
                    "list"][0]["attachments"][0]
            #expect(attachment["type"] == "message/rfc822")
            let blob = attachment["blobId"].string ?? ""
            let answer = try await world.alice.call(
                "Email/parse",
                #"{"blobIds":["\#(blob)"],"fetchTextBodyValues":true,"properties":["subject","attachments","textBody","bodyValues"]}"#
            )
            let inner = answer["parsed"][blob]
            #expect(inner["subject"] == "Grüße aus Wien")
            #expect(inner["bodyValues"]["1.1"]["value"] == "Grüße\naus Wien")
            let file = inner["attachments"][0]["blobId"].string ?? ""
            let download = try await world.server.download(
                blobID: file, accountID: world.alice.accountID, principal: world.alice.principal)
            #expect(try download.octets(in: 0..<100) == Array("Hello".utf8))
        }
    }

    @Test func saysWhatIsNoMessageAndWhatIsNotThere() async throws {
        try await World.with { world async throws in
            let noise = try await world.alice.upload([0, 1, 2, 3])
            let missing = "b" + String(repeating: "0", count: 64)
            let answer = try await world.alice.call(
                "Email/parse", #"{"blobIds":["\#(noise)","\#(missing)","nonsense","\#(noise)-7"]}"#)
            #expect(answer["parsed"] == .null)
            #expect(answer["notParsable"].strings == [noise])
            #expect(answer["notFound"].strings == [missing, "nonsense", noise + "-7"])
            #expect(try await world.alice.error("Email/parse") == "invalidArguments")
            let bad = #"{"blobIds":[],"properties":["color"]}"#
            #expect(try await world.alice.error("Email/parse", bad) == "invalidArguments")
        }
    }

    @Test func othersBlobsAreNotFound() async throws {
        try await World.with { world async throws in
            let blob = try await world.bob.upload(Sample.plain(1))
            let answer = try await world.alice.call("Email/parse", #"{"blobIds":["\#(blob)"]}"#)
            #expect(answer["notFound"].strings == [blob])
        }
    }

    @Test func thereIsNoOtherAccountToCopyEmailsFrom() async throws {
        try await World.with { world async throws in
            for (from, type) in [
                ("$A", "invalidArguments"), (world.bob.accountID, "fromAccountNotFound"), ("x", "fromAccountNotFound"),
            ] {
                #expect(
                    try await world.alice.error("Email/copy", #"{"fromAccountId":"\#(from)","create":{}}"#) == type)
            }
            #expect(try await world.alice.error("Email/copy", #"{"create":{}}"#) == "invalidArguments")
        }
    }

    @Test func blobsAreCopiedWithinTheAccount() async throws {
        try await World.with { world async throws in
            let blob = try await world.alice.upload([1, 2])
            let theirs = try await world.bob.upload([3])
            let answer = try await world.alice.call(
                "Blob/copy", #"{"fromAccountId":"$A","blobIds":["\#(blob)","\#(theirs)","x"]}"#)
            #expect(answer["fromAccountId"].string == world.alice.accountID)
            #expect(answer["copied"] == (try json(#"{"\#(blob)":"\#(blob)"}"#)))
            #expect(answer["notCopied"][theirs]["type"] == "notFound")
            #expect(answer["notCopied"]["x"]["type"] == "notFound")
            let other = #"{"fromAccountId":"\#(world.bob.accountID)","blobIds":[]}"#
            #expect(try await world.alice.error("Blob/copy", other) == "fromAccountNotFound")
        }
    }
}
