import JMAP
import JSON
import MailModel
import Testing

/// RFC 8621 §4.6, create.
@Suite struct EmailCreateTests {
    /// Creates an email in the drafts, or says why not: the answer's `created` or `notCreated` member.
    private static func create(
        _ world: World, _ properties: String
    ) async throws -> (created: JSONValue, error: JSONValue) {
        let drafts = try await world.alice.mailbox("drafts")
        let inner = properties.dropFirst().dropLast()
        let set = try await world.alice.call(
            "Email/set",
            #"{"create":{"k":{"mailboxIds":{"\#(drafts)":true}\#(inner.isEmpty ? "" : ",")\#(inner)}}}"#)
        return (set["created"]["k"], set["notCreated"]["k"])
    }

    /// What Email/get says of an email that was just created.
    private static func get(_ world: World, _ properties: String, _ arguments: String = "") async throws -> JSONValue {
        let (created, error) = try await create(world, properties)
        #expect(error == .null, "\(properties)")
        let get = try await world.alice.call(
            "Email/get", #"{"ids":["\#(created["id"].string ?? "")"]\#(arguments)}"#)
        return get["list"][0]
    }

    private static func type(_ world: World, _ properties: String) async throws -> String? {
        try await create(world, properties).error["type"].string
    }

    @Test func answersWithWhatTheServerSet() async throws {
        try await World.with { world async throws in
            let (created, _) = try await Self.create(world, #"{"subject":"x","keywords":{"$draft":true,"$Seen":true}}"#)
            #expect(Set(created.keys) == ["id", "blobId", "threadId", "size"])
            let email = try await world.alice.call("Email/get", #"{"ids":["\#(created["id"].string ?? "")"]}"#)["list"][
                0]
            #expect(email["size"] == created["size"])
            #expect(email["blobId"] == created["blobId"])
            #expect(email["keywords"] == (try json(#"{"$draft":true,"$seen":true}"#)))
            #expect(email["receivedAt"] == "2026-03-01T12:00:00Z")
            #expect(email["sentAt"] == "2026-03-01T12:00:00Z")
            #expect(email["messageId"].strings.count == 1)
            #expect(email["preview"] == "")
        }
    }

    @Test func messageIDsAreDifferentAndOfTheSendersDomain() async throws {
        try await World.with { world async throws in
            let properties = #"{"from":[{"name":null,"email":"ann@Example.ORG"}]}"#
            let one = try await Self.get(world, properties)["messageId"].strings
            let other = try await Self.get(world, properties)["messageId"].strings
            #expect(one != other)
            #expect(one[0].hasSuffix("@example.org"))
        }
    }

    @Test func keepsEveryHeaderPropertyInEveryForm() async throws {
        try await World.with { world async throws in
            let properties = #"""
                {"from":[{"name":"Jürgen, M.","email":"j@example.org"}],"to":[{"email":"a@x"},{"name":"B","email":"b@x"}],
                "cc":[],"replyTo":[{"name":null,"email":"r@x"}],"sender":[{"name":"S","email":"s@x"}],
                "subject":"Grüße aus Wien 🦊","sentAt":"2020-02-29T23:59:59+05:30","messageId":["own@x"],
                "inReplyTo":["p@x"],"references":["o@x","p@x"],
                "header:X-Raw":" as (it) is","header:X-Text:asText":"Füße","header:List-Post:asURLs":["mailto:l@x"],
                "header:Resent-To:asGroupedAddresses":[{"name":"Friends","addresses":[{"name":"A","email":"a@x"}]}],
                "header:X-Ids:asMessageIds":["1@x"],"header:X-Date:asDate":"2020-01-01T00:00:00Z",
                "header:X-Many:asText:all":["one","two"]}
                """#
            let email = try await Self.get(
                world, properties,
                #"""
                ,"properties":["from","to","cc","replyTo","sender","subject","sentAt","messageId","inReplyTo",
                "references","header:X-Raw","header:X-Text:asText","header:List-Post:asURLs",
                "header:Resent-To:asGroupedAddresses","header:X-Ids:asMessageIds","header:X-Date:asDate",
                "header:X-Many:asText:all"]
                """#)
            let given = try json(properties)
            for key in given.keys where !["to", "cc"].contains(key) { #expect(email[key] == given[key], "\(key)") }
            #expect(email["to"] == (try json(#"[{"name":null,"email":"a@x"},{"name":"B","email":"b@x"}]"#)))
            #expect(email["cc"] == (try json("[]")))
        }
    }

    @Test func textAndHTMLBecomeAlternativesWithTheImagesThatTheHTMLShows() async throws {
        try await World.with { world async throws in
            let image = try await world.alice.upload([1, 2, 3], type: "image/png")
            let file = try await world.alice.upload([UInt8](repeating: 200, count: 1_000))
            let email = try await Self.get(
                world,
                #"""
                {"textBody":[{"partId":"t"}],"htmlBody":[{"partId":"h","type":"text/html"}],
                "bodyValues":{"t":{"value":"Grüße\nund mehr"},"h":{"value":"<img src=\"cid:i@x\">","isTruncated":false}},
                "attachments":[{"blobId":"\#(image)","type":"image/png","disposition":"inline","cid":"i@x"},
                {"blobId":"\#(file)","name":"Übersicht.bin"}]}
                """#,
                #","properties":["bodyStructure","textBody","htmlBody","attachments","hasAttachment","bodyValues"],"bodyProperties":["type","name","cid","disposition","size","blobId","subParts","partId"],"fetchAllBodyValues":true"#
            )
            let root = email["bodyStructure"]
            #expect(root["type"] == "multipart/mixed")
            #expect(root["subParts"][0]["type"] == "multipart/alternative")
            let related = root["subParts"][0]["subParts"][1]
            #expect(related["type"] == "multipart/related")
            #expect(related["subParts"][1]["cid"] == "i@x")
            #expect(related["subParts"][1]["disposition"] == "inline")
            let attachment = root["subParts"][1]
            #expect(attachment["name"] == "Übersicht.bin")
            #expect(attachment["disposition"] == "attachment")
            #expect(attachment["size"] == 1_000)
            #expect(email["hasAttachment"] == true)
            let text = email["textBody"][0]["partId"].string ?? ""
            #expect(email["bodyValues"][text]["value"] == "Grüße\nund mehr")
            let html = email["htmlBody"][0]["partId"].string ?? ""
            #expect(email["bodyValues"][html]["value"] == "<img src=\"cid:i@x\">")
            let octets = try await world.server.download(
                blobID: attachment["blobId"].string ?? "", accountID: world.alice.accountID,
                principal: world.alice.principal)
            #expect(try octets.octets(in: 0..<2_000) == [UInt8](repeating: 200, count: 1_000))
        }
    }

    @Test func aBodyStructureIsWrittenAsItIs() async throws {
        try await World.with { world async throws in
            let attached = try await world.alice.upload(Sample.plain(1))
            let email = try await Self.get(
                world,
                #"""
                {"bodyStructure":{"type":"multipart/mixed","header:X-Part:asText":"é","subParts":[
                {"partId":"1","type":"text/plain","language":["de","en"],"location":"http://x/a"},
                {"blobId":"\#(attached)","type":"message/rfc822","name":"a.eml"}]},
                "bodyValues":{"1":{"value":"hello","isEncodingProblem":false}}}
                """#,
                #","properties":["bodyStructure"],"bodyProperties":["type","name","language","location","subParts","header:X-Part:asText","size"]"#
            )["bodyStructure"]
            #expect(email["header:X-Part:asText"] == "é")
            #expect(email["subParts"][0]["language"] == (try json(#"["de","en"]"#)))
            #expect(email["subParts"][0]["location"] == "http://x/a")
            #expect(email["subParts"][1]["type"] == "message/rfc822")
            #expect(email["subParts"][1]["name"] == "a.eml")
            #expect(
                email["subParts"][1]["size"].integer
                    == Int64(Sample.plain(1).utf8.count + Sample.plain(1).count { $0 == "\n" }))
        }
    }

    @Test(arguments: [
        #"{"headers":[]}"#, #"{"id":"e1"}"#, #"{"size":1}"#, #"{"preview":"x"}"#, #"{"color":"red"}"#,
        #"{"subject":1}"#, #"{"subject":"a\r\nBcc: b@x"}"#, #"{"sentAt":"yesterday"}"#, #"{"from":{"email":"a@x"}}"#,
        #"{"from":[{"name":"a"}]}"#, #"{"from":[{"email":"a@x","x":1}]}"#, #"{"to":[{"email":"a@x>, b@x"}]}"#,
        #"{"messageId":[]}"#, #"{"messageId":["a b"]}"#, #"{"header:X-A:asFoo":"x"}"#,
        #"{"header:From:asText":"x"}"#, #"{"header:X-A:all":"x"}"#, #"{"header:X-A":" ü"}"#,
        #"{"from":[{"email":"a@x"}],"header:FROM:asAddresses":[{"email":"a@x"}]}"#,
        #"{"header:X-A":" 1","header:x-a:asText":"2"}"#, #"{"header:Content-Type":" text/plain"}"#,
        #"{"header:Content-Language":" de"}"#, #"{"receivedAt":"2026-03-01T12:00:00+01:00"}"#,
        #"{"keywords":{"a b":true}}"#, #"{"mailboxIds":{}}"#,
    ])
    func refusesWhatIsAmbiguousOrCannotBeWritten(properties: String) async throws {
        try await World.with { world async throws in
            let duplicate = properties.contains("mailboxIds")
            guard !duplicate else {
                let set = try await world.alice.call("Email/set", #"{"create":{"k":\#(properties)}}"#)
                #expect(set["notCreated"]["k"]["type"] == "invalidProperties")
                return
            }
            let (_, error) = try await Self.create(world, properties)
            #expect(error["type"] == "invalidProperties", "\(properties)")
            #expect(error["properties"].array?.isEmpty == false)
        }
    }

    @Test(arguments: [
        #"{"textBody":[]}"#, #"{"textBody":[{"partId":"a"}]}"#, #"{"textBody":[{"partId":"1"},{"partId":"1"}]}"#,
        #"{"textBody":[{"partId":"1","type":"text/html"}]}"#, #"{"htmlBody":[{"partId":"1","type":"text/plain"}]}"#,
        #"{"textBody":[{"partId":"1","blobId":"b1"}]}"#, #"{"textBody":[{}]}"#,
        #"{"textBody":[{"partId":"1","charset":"utf-8"}]}"#, #"{"textBody":[{"partId":"1","size":5}]}"#,
        #"{"textBody":[{"partId":"1","header:Content-Transfer-Encoding":" 8bit"}]}"#,
        #"{"textBody":[{"partId":"1","headers":[]}]}"#, #"{"textBody":[{"partId":"1","color":"x"}]}"#,
        #"{"textBody":[{"partId":"1"}],"bodyStructure":{"partId":"1"}}"#,
        #"{"bodyStructure":{"partId":"1","header:Subject:asText":"x"},"subject":"x"}"#,
        #"{"bodyStructure":{"type":"text/plain","subParts":[{"partId":"1"}]}}"#,
        #"{"bodyStructure":{"type":"multipart/mixed","partId":"1"}}"#,
        #"{"bodyStructure":{"type":"multipart/mixed","subParts":[]}}"#,
        #"{"bodyStructure":{"partId":"1","type":"image/png"}}"#, #"{"bodyStructure":{"partId":"1","type":"text"}}"#,
        #"{"bodyStructure":{"partId":"1","disposition":"in line"}}"#,
        #"{"bodyStructure":{"partId":"1","cid":"a b"}}"#, #"{"bodyStructure":{"partId":"1","name":"a\u0000b"}}"#,
        #"{"bodyStructure":{"partId":"1","cid":"a","header:Content-ID":" <a>"}}"#,
        #"{"bodyStructure":{"partId":"1","language":"de"}}"#,
    ])
    func refusesBodiesThatAreAmbiguous(properties: String) async throws {
        try await World.with { world async throws in
            let values = #""bodyValues":{"1":{"value":"x"}}"#
            let (_, error) = try await Self.create(world, "{\(properties.dropFirst().dropLast()),\(values)}")
            #expect(error["type"] == "invalidProperties", "\(properties)")
        }
    }

    @Test(arguments: [
        #"{"1":{"value":"x","isTruncated":true}}"#, #"{"1":{"value":"x","isEncodingProblem":true}}"#,
        #"{"1":{"value":1}}"#, #"{"1":"x"}"#, #"{"1":{"value":"x","charset":"y"}}"#,
    ])
    func refusesBodyValuesThatAreNotWhole(values: String) async throws {
        try await World.with { world async throws in
            #expect(
                try await Self.type(world, #"{"textBody":[{"partId":"1"}],"bodyValues":\#(values)}"#)
                    == "invalidProperties")
        }
    }

    @Test func namesEveryBlobThatIsNotThere() async throws {
        try await World.with { world async throws in
            let there = try await world.alice.upload([1])
            let missing = "b" + String(repeating: "0", count: 64)
            let (_, error) = try await Self.create(
                world, #"{"attachments":[{"blobId":"\#(there)"},{"blobId":"\#(missing)"},{"blobId":"\#(missing)-1"}]}"#)
            #expect(error["type"] == "blobNotFound")
            #expect(Set(error["notFound"].strings) == [missing, missing + "-1"])
            let (_, other) = try await Self.create(world, #"{"attachments":[{"blobId":"nonsense"}]}"#)
            #expect(other["type"] == "blobNotFound")
            #expect(other["notFound"].strings == ["nonsense"])
        }
    }

    @Test func attachmentsHaveALimit() async throws {
        var limits = Limits.JMAP()
        limits.uploadOctets = 1_000
        try await World.with(limits: limits) { world async throws in
            let blob = try await world.alice.upload([UInt8](repeating: 1, count: 1_000))
            let one = try await world.alice.upload([1])
            #expect(try await Self.type(world, #"{"attachments":[{"blobId":"\#(blob)"}]}"#) == nil)
            #expect(
                try await Self.type(world, #"{"attachments":[{"blobId":"\#(blob)"},{"blobId":"\#(one)"}]}"#)
                    == "tooLarge")
        }
    }

    @Test func creationIDsOfMailboxesAndEmailsMeanWhatBecameOfThem() async throws {
        try await World.with { world async throws in
            let answers = try await world.alice.calls(
                ##"""
                [["Mailbox/set",{"accountId":"$A","create":{"m":{"name":"New"}}},"a"],
                ["Email/set",{"accountId":"$A","create":{"e":{"mailboxIds":{"#m":true},"subject":"x"}}},"b"],
                ["Email/set",{"accountId":"$A","update":{"#e":{"keywords/$seen":true}}},"c"]]
                """##)
            let id = answers[1][1]["created"]["e"]["id"].string ?? ""
            #expect(answers[2][1]["updated"].keys == [id])
        }
    }

    @Test func aMismatchedStateCreatesNothing() async throws {
        try await World.with { world async throws in
            let drafts = try await world.alice.mailbox("drafts")
            let arguments = #"{"ifInState":"s1-1","create":{"k":{"mailboxIds":{"\#(drafts)":true}}}}"#
            #expect(try await world.alice.error("Email/set", arguments) == "stateMismatch")
            #expect(try await world.alice.call("Email/query")["ids"].strings.isEmpty)
        }
    }

    @Test func repliesJoinTheirThread() async throws {
        try await World.with { world async throws in
            let parent = try await world.alice.deliver(Sample.plain(1))
            let thread = try await world.alice.call("Email/get", #"{"ids":["\#(parent)"]}"#)["list"][0]["threadId"]
            let (created, _) = try await Self.create(
                world, #"{"subject":"Re: Message 1","inReplyTo":["m1@example.org"]}"#)
            #expect(created["threadId"] == thread)
        }
    }
}
