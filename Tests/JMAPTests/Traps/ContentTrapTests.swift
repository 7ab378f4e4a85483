import JSON
import MailModel
import Testing

/// What clients stumble over in the content of emails, by number of the list of traps.
@Suite struct ContentTrapTests {
    private static func get(_ world: World, _ id: String, _ arguments: String) async throws -> JSONValue {
        try await world.alice.call("Email/get", #"{"ids":["\#(id)"],\#(arguments)}"#)["list"][0]
    }

    @Test func trap31AThreadIdNeverChanges() async throws {
        try await World.with { world async throws in
            func thread(_ id: String) async throws -> JSONValue {
                try await Self.get(world, id, #""properties":["threadId"]"#)["threadId"]
            }
            let one = try await world.alice.deliver(Sample.plain(1))
            let two = try await world.alice.deliver(Sample.plain(2, subject: "Message 1"))
            let (first, second) = (try await thread(one), try await thread(two))
            #expect(first != second)
            let link = try await world.alice.deliver(
                Sample.reply(3, to: 1).replacing("References: ", with: "References: <m2@example.org> "))
            #expect(try await thread(one) == first)
            #expect(try await thread(two) == second)
            #expect(try await thread(link) == first)
        }
    }

    @Test func trap32HeaderPropertiesAreAnsweredAsTheyWereAskedFor() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.rich)
            let email = try await Self.get(
                world, id,
                #""properties":["header:x-TAG","header:X-Tag:asText:all","header:List-Post:asURLs","header:X-None","header:X-None:all","header:Subject:asText"]"#
            )
            #expect(email["header:x-TAG"] == " two")
            #expect(email["header:X-Tag:asText:all"].strings == ["one", "two"])
            #expect(email["header:List-Post:asURLs"].strings == ["mailto:list@example.org"])
            #expect(email["header:X-None"] == .null)
            #expect(email["header:X-None:all"] == .array([]))
            #expect(email["header:Subject:asText"] == "Grüße aus Wien")
            for property in ["header:Subject:asDate", "header:From:asText", "header:", "header:X:asNothing"] {
                #expect(
                    try await world.alice.error("Email/get", #"{"properties":["\#(property)"]}"#) == "invalidArguments",
                    "\(property)")
            }
        }
    }

    @Test func trap33BodyValuesAreCutAtCharactersAndNestingIsBounded() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.rich)
            for limit in 1...8 {
                let email = try await Self.get(
                    world, id, #""fetchTextBodyValues":true,"maxBodyValueBytes":\#(limit)"#)
                let part = email["textBody"][0]["partId"].string ?? ""
                let value = email["bodyValues"][part]["value"].string ?? ""
                #expect(value.utf8.count <= limit)
                #expect("Grüße\naus Wien".hasPrefix(value))
                #expect(email["bodyValues"][part]["isTruncated"] == true)
            }
            let structure = try await Self.get(world, id, #""properties":["bodyStructure"]"#)["bodyStructure"]
            #expect(structure["partId"] == .null)
            #expect(structure["blobId"] == .null)
            #expect(structure["subParts"][1]["blobId"].string != nil)
            var deep = "Content-Type: text/plain\n\ntext\n"
            for level in (0..<150).reversed() {
                deep = "Content-Type: multipart/mixed; boundary=b\(level)x\n\n--b\(level)x\n\(deep)\n--b\(level)x--\n"
            }
            let nested = try await world.alice.deliver("From: a@x\nSubject: deep\n\(deep)")
            let answer = try await Self.get(world, nested, #""properties":["bodyStructure","textBody"]"#)
            #expect(answer["id"].string == nested)
            let unknown = try await world.alice.deliver(
                "From: a@x\nSubject: \u{FC}\nContent-Type: text/plain; charset=x-none\nMessage-ID: <u@x>\n\nplain\n")
            let value = try await Self.get(world, unknown, #""fetchTextBodyValues":true"#)
            #expect(value["bodyValues"]["1"]["isEncodingProblem"] == true)
        }
    }

    @Test func trap34ImportsSayWhatIsThereAlreadyAndParseIsNull() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let blob = try await world.alice.upload(Sample.rich)
            func add(_ blob: String) async throws -> JSONValue {
                try await world.alice.call(
                    "Email/import", #"{"emails":{"k":{"blobId":"\#(blob)","mailboxIds":{"\#(inbox)":true}}}}"#)
            }
            let id = try await add(blob)["created"]["k"]["id"].string ?? ""
            let email = try await Self.get(world, id, #""properties":["receivedAt"]"#)
            #expect(email["receivedAt"] == "2026-02-28T08:00:00Z")
            let again = try await add(blob)["notCreated"]["k"]
            #expect(again["type"] == "alreadyExists")
            #expect(again["existingId"].string == id)
            let noise = try await world.alice.upload([1, 2, 3])
            #expect(try await add(noise)["notCreated"]["k"]["type"] == "invalidEmail")
            let parsed = try await world.alice.call(
                "Email/parse", #"{"blobIds":["\#(blob)","\#(noise)"],"properties":["id","mailboxIds","receivedAt"]}"#)
            #expect(parsed["parsed"][blob] == (try json(#"{"id":null,"mailboxIds":null,"receivedAt":null}"#)))
            #expect(parsed["notParsable"].strings == [noise])
        }
    }

    @Test func trap35ComposingRefusesTheAmbiguousAndFillsInTheRest() async throws {
        try await World.with { world async throws in
            let drafts = try await world.alice.mailbox("drafts")
            func create(_ rest: String) async throws -> JSONValue {
                try await world.alice.call(
                    "Email/set",
                    #"{"create":{"k":{"mailboxIds":{"\#(drafts)":true},"bodyValues":{"1":{"value":"x"}},\#(rest)}}}"#)
            }
            for rest in [
                #""header:Content-Type":" text/plain""#, #""headers":[]"#,
                #""textBody":[{"partId":"1","charset":"utf-8"}]"#, #""textBody":[{"partId":"1","size":1}]"#,
                #""htmlBody":[{"partId":"1","type":"text/html"},{"partId":"1","type":"text/html"}]"#,
            ] {
                #expect(try await create(rest)["notCreated"]["k"]["type"] == "invalidProperties", "\(rest)")
            }
            let created = try await create(#""textBody":[{"partId":"1"}]"#)["created"]["k"]
            #expect(Set(created.keys) == ["id", "blobId", "threadId", "size"])
            let email = try await Self.get(
                world, created["id"].string ?? "", #""properties":["sentAt","messageId","textBody"]"#)
            #expect(email["sentAt"].string != nil)
            #expect(email["messageId"].strings.count == 1)
            #expect(email["textBody"][0]["type"] == "text/plain")
        }
    }

    @Test func trap36CountsAreThoseOfAQuery() async throws {
        try await World.with { world async throws in
            let ids = try await world.alice.deliverMany(3)
            try await world.alice.deliver(Sample.reply(9, to: 1), to: [.trash])
            try await world.alice.call(
                "Email/set",
                #"{"update":{"\#(ids[0])":{"keywords/$seen":true},"\#(ids[1])":{"keywords/$draft":true}}}"#)
            for role in ["inbox", "trash"] {
                let mailbox = try await world.alice.mailbox(role)
                let counts = try await world.alice.call("Mailbox/get", #"{"ids":["\#(mailbox)"]}"#)["list"][0]
                let all = try await world.alice.call(
                    "Email/query", #"{"filter":{"inMailbox":"\#(mailbox)"},"calculateTotal":true}"#)
                #expect(counts["totalEmails"] == all["total"])
                let unread = #"{"operator":"NOT","conditions":[{"hasKeyword":"$seen"},{"hasKeyword":"$draft"}]}"#
                let query = try await world.alice.call(
                    "Email/query",
                    #"{"filter":{"operator":"AND","conditions":[{"inMailbox":"\#(mailbox)"},\#(unread)]}}"#)
                #expect(counts["unreadEmails"].integer == Int64(query["ids"].strings.count))
            }
            // An unread reply that is only in the trash makes no thread of the Inbox unread.
            let inbox = try await world.alice.mailbox("inbox")
            let counts = try await world.alice.call("Mailbox/get", #"{"ids":["\#(inbox)"]}"#)["list"][0]
            #expect(counts["unreadThreads"] == 1)
        }
    }

    @Test func trap37SnippetsAreHTMLAndNullWithoutAMatch() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1, subject: "A <b> & message"))
            func snippet(_ filter: String) async throws -> JSONValue {
                try await world.alice.call("SearchSnippet/get", #"{"filter":\#(filter),"emailIds":["\#(id)"]}"#)
            }
            let found = try await snippet(#"{"text":"message"}"#)
            #expect(found["list"][0]["subject"] == "A &lt;b&gt; &amp; <mark>message</mark>")
            #expect(found["list"][0]["preview"] == "The text of <mark>message</mark> 1.")
            #expect(found["notFound"] == .null)
            let none = try await snippet("null")
            #expect(none["list"][0]["subject"] == .null)
            #expect(none["list"][0]["preview"] == .null)
        }
    }
}
