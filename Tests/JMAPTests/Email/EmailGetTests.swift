import JSON
import MailModel
import Testing

/// RFC 8621 §4.1 and §4.2.
@Suite struct EmailGetTests {
    @Test func answersWithTheUsualPropertiesOfAList() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let keyword = try #require(Keyword("$Custom"))
            let id = try await world.alice.deliver(Sample.rich, keywords: [.flagged, keyword])
            let email = try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#)["list"][0]
            #expect(
                email.keys == [
                    "id", "blobId", "threadId", "mailboxIds", "keywords", "size", "receivedAt", "messageId",
                    "inReplyTo",
                    "references", "sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt", "hasAttachment",
                    "preview", "bodyValues", "textBody", "htmlBody", "attachments",
                ])
            #expect(email["mailboxIds"] == (try json(#"{"\#(inbox)":true}"#)))
            #expect(email["keywords"] == (try json(#"{"$flagged":true,"$custom":true}"#)))
            #expect(email["size"].integer == Int64(Sample.rich.replacing("\n", with: "\r\n").utf8.count))
            #expect(email["receivedAt"] == "2026-03-01T12:00:00Z")
            #expect(email["messageId"].strings == ["rich@example.org"])
            #expect(email["references"].strings == ["a@example.org", "b@example.org"])
            #expect(email["inReplyTo"] == .null)
            #expect(email["sender"] == (try json(#"[{"name":"Jürgen","email":"j@example.org"}]"#)))
            #expect(
                email["from"]
                    == (try json(
                        #"[{"name":"Müller, J.","email":"jm@example.org"},{"name":null,"email":"jane@example.org"}]"#)))
            #expect(email["cc"] == (try json(#"[{"name":"André","email":"andre@example.org"}]"#)))
            #expect(email["bcc"] == .null)
            #expect(email["subject"] == "Grüße aus Wien")
            #expect(email["sentAt"] == "2026-03-01T10:00:00+01:00")
            #expect(email["hasAttachment"] == true)
            #expect(email["preview"].string?.hasPrefix("Grüße") == true)
            #expect(email["bodyValues"] == .object(JSONObject()))
        }
    }

    @Test func describesItsParts() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.rich)
            let email = try await world.alice.call(
                "Email/get",
                #"{"ids":["\#(id)"],"properties":["blobId","bodyStructure","textBody","htmlBody","attachments"]}"#
            )["list"][0]
            let blob = email["blobId"].string ?? ""
            let text = try json(
                #"""
                {"partId":"1.1","blobId":"\#(blob)-1-1","size":17,"name":null,"type":"text/plain","charset":"utf-8",
                "disposition":null,"cid":null,"language":null,"location":null}
                """#)
            let html = email["htmlBody"][0]
            let file = try json(
                #"""
                {"partId":"2","blobId":"\#(blob)-2","size":5,"name":"b.pdf","type":"application/pdf","charset":null,
                "disposition":"attachment","cid":"part@example.org","language":["de","en"],
                "location":"http://example.org/a"}
                """#)
            #expect(email["textBody"] == .array([text]))
            #expect(html["type"] == "text/html")
            #expect(html["charset"] == "iso-8859-1")
            #expect(email["attachments"] == .array([file]))
            let structure = email["bodyStructure"]
            #expect(structure["type"] == "multipart/mixed")
            #expect(structure["partId"] == .null)
            #expect(structure["blobId"] == .null)
            #expect(structure["subParts"][0]["subParts"][0] == text)
            #expect(structure["subParts"][1] == file)
        }
    }

    @Test func describesPartsByTheirPropertiesAndHeaderFields() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.rich)
            let email = try await world.alice.call(
                "Email/get",
                #"""
                {"ids":["\#(id)"],"properties":["bodyStructure","attachments"],
                "bodyProperties":["partId","headers","header:Content-Type","subParts","header:X-None:all"]}
                """#)["list"][0]
            let file = email["attachments"][0]
            #expect(file.keys == ["partId", "headers", "header:Content-Type", "subParts", "header:X-None:all"])
            #expect(file["headers"].array?.count == 6)
            #expect(
                file["headers"][0] == (try json(#"{"name":"Content-Type","value":" application/pdf; name=\"a.pdf\""}"#))
            )
            #expect(file["header:Content-Type"] == #" application/pdf; name="a.pdf""#)
            #expect(file["header:X-None:all"] == .array([]))
            #expect(file["subParts"] == .null)
            #expect(email["bodyStructure"]["subParts"].array?.count == 2)
            let short = try await world.alice.call(
                "Email/get", #"{"ids":["\#(id)"],"properties":["bodyStructure"],"bodyProperties":["type"]}"#)
            #expect(short["list"][0]["bodyStructure"] == (try json(#"{"type":"multipart/mixed"}"#)))
        }
    }

    @Test func readsHeaderFieldsInEveryForm() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.rich)
            func expect(_ property: String, _ value: String) async throws {
                let answer = try await world.alice.call(
                    "Email/get", #"{"ids":["\#(id)"],"properties":["\#(property)"]}"#)
                #expect(answer["list"][0] == (try json(#"{"id":"\#(id)","\#(property)":\#(value)}"#)))
            }
            try await expect("header:X-Tag", #"" two""#)
            try await expect("header:x-tag:all", #"[" one"," two"]"#)
            try await expect("header:X-Tag:asText:all", #"["one","two"]"#)
            try await expect("header:Subject:asText", #""Grüße aus Wien""#)
            try await expect("header:Cc:asAddresses", #"[{"name":"André","email":"andre@example.org"}]"#)
            try await expect(
                "header:From:asGroupedAddresses",
                #"""
                [{"name":null,"addresses":[{"name":"Müller, J.","email":"jm@example.org"}]},
                {"name":"Friends","addresses":[{"name":null,"email":"jane@example.org"}]}]
                """#)
            try await expect("header:References:asMessageIds", #"["a@example.org","b@example.org"]"#)
            try await expect("header:Date:asDate", #""2026-03-01T10:00:00+01:00""#)
            try await expect("header:List-Post:asURLs", #"["mailto:list@example.org"]"#)
            try await expect("header:X-None", "null")
            try await expect("header:X-None:asDate", "null")
            try await expect("header:X-None:asAddresses:all", "[]")
            try await expect("header:X-Tag:asDate:all", "[null,null]")
            let headers = try await world.alice.call("Email/get", #"{"ids":["\#(id)"],"properties":["headers"]}"#)
            #expect(headers["list"][0]["headers"].array?.first?["name"] == "Received")
        }
    }

    @Test(arguments: [
        "nonsense", "header:", "header::asText", "header:Su bject", "header:Subject:asNonsense", "header:From:asDate",
        "header:Subject:asAddresses", "header:Subject:all:asText", "header:Subject:asText:all:x", "header:é", "Subject",
        "header:Received:asText",
    ])
    func refusesPropertiesThatDoNotExist(property: String) async throws {
        try await World.with { world async throws in
            let arguments = #"{"ids":[],"properties":["\#(property)"]}"#
            #expect(try await world.alice.error("Email/get", arguments) == "invalidArguments")
            let parts = #"{"ids":[],"bodyProperties":["\#(property)"]}"#
            #expect(try await world.alice.error("Email/get", parts) == "invalidArguments")
        }
    }

    @Test func decodesTheTextThatIsAskedFor() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.rich)
            func values(_ arguments: String) async throws -> JSONValue {
                try await world.alice.call(
                    "Email/get", #"{"ids":["\#(id)"],"properties":["bodyValues"],\#(arguments)}"#)["list"][0][
                        "bodyValues"]
            }
            let text = try json(#"{"value":"Grüße\naus Wien","isEncodingProblem":false,"isTruncated":false}"#)
            let textValues = try await values(#""fetchTextBodyValues":true"#)
            #expect(textValues.keys == ["1.1"])
            #expect(textValues["1.1"] == text)
            #expect(try await values(#""fetchHTMLBodyValues":true"#).keys == ["1.2"])
            #expect(try await values(#""fetchAllBodyValues":true"#).keys == ["1.1", "1.2"])
            #expect(
                try await values(#""fetchTextBodyValues":true,"fetchHTMLBodyValues":true"#).keys == ["1.1", "1.2"])
            let cut = try await values(#""fetchAllBodyValues":true,"maxBodyValueBytes":4"#)
            #expect(cut["1.1"] == (try json(#"{"value":"Grü","isEncodingProblem":false,"isTruncated":true}"#)))
            #expect(cut["1.2"]["isTruncated"] == true)
            #expect(cut["1.2"]["value"].string?.contains("<b") == false)
            #expect(try await values(#""fetchTextBodyValues":true,"maxBodyValueBytes":0"#)["1.1"] == text)
        }
    }

    @Test func answersForMessagesThatAreHardlyAny() async throws {
        try await World.with { world async throws in
            for (number, message) in [
                "", "\n", "no header", "X: y", "Content-Type: multipart/mixed\n\nx", "\u{0}\u{1}",
            ].enumerated() {
                let id = try await world.alice.deliver(message + String(repeating: "\n", count: number))
                let email = try await world.alice.call(
                    "Email/get",
                    #"""
                    {"ids":["\#(id)"],"fetchAllBodyValues":true,"bodyProperties":["partId","type","headers","size"],
                    "properties":["subject","from","sentAt","headers","bodyStructure","bodyValues","textBody","preview"]}
                    """#)["list"][0]
                #expect(email["subject"] == .null)
                #expect(email["from"] == .null)
                #expect(email["bodyStructure"]["partId"] == "1")
            }
        }
    }

    @Test func whatJSONCannotCarryIsReplaced() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(
                "Subject: =?UTF-8?B?YXC/v+qvvu+3kGI=?= =?UTF-8?Q?x=EF=BF=BEy?=\n\nz\n")
            let subject = try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#)["list"][0]["subject"].string
            #expect(subject?.contains("x\u{FFFD}y") == true)
        }
    }
}
