import JMAP
import JSON
import MailModel
import Testing

/// RFC 9404 §4.1.
@Suite struct BlobUploadTests {
    private static func text(_ id: String, _ client: Client) async throws -> String? {
        try await client.call("Blob/get", #"{"ids":["\#(id)"],"properties":["data:asText"]}"#)["list"][0][
            "data:asText"
        ].string
    }

    @Test func piecesAndStretchesOfOthersMakeABlob() async throws {
        try await World.with { world async throws in
            let answers = try await world.alice.calls(
                ##"""
                [["Blob/upload",{"accountId":"$A","create":{"fox":{"data":[
                  {"data:asText":"The quick brown fox jumped over the lazy dog."}]}}},"a"],
                ["Blob/upload",{"accountId":"$A","create":{"cat":{"type":"text/plain","data":[
                  {"data:asText":"How"},{"blobId":"#fox","offset":3,"length":7},{"data:asText":"was t"},
                  {"blobId":"#fox","offset":1,"length":1},{"data:asBase64":"YXQ/","blobId":null}]}}},"b"],
                ["Blob/get",{"accountId":"$A","ids":["#cat"],"properties":["data:asText","size"]},"c"]]
                """##)
            #expect(answers[0][1].keys == ["accountId", "created", "notCreated"])
            #expect(answers[0][1]["created"]["fox"]["type"] == "application/octet-stream")
            #expect(answers[0][1]["created"]["fox"]["size"] == 45)
            #expect(answers[1][1]["created"]["cat"]["type"] == "text/plain")
            #expect(answers[2][1]["list"][0]["data:asText"] == "How quick was that?")
            #expect(answers[2][1]["list"][0]["size"] == 19)
        }
    }

    @Test func blobsOfOneCallWaitForEachOther() async throws {
        try await World.with { world async throws in
            let answer = try await world.alice.call(
                "Blob/upload",
                ##"""
                {"create":{"z":{"data":[{"blobId":"#y"},{"blobId":"#x"}]},"y":{"data":[{"blobId":"#x"},{"blobId":"#x"}]},
                "x":{"data":[{"data:asText":"x"}]},"p":{"data":[{"blobId":"#q"}]},"q":{"data":[{"blobId":"#p"}]},
                "self":{"data":[{"blobId":"#self"}]},"late":{"data":[{"blobId":"#p"}]}}}
                """##)
            #expect(Set(answer["created"].keys) == ["x", "y", "z"])
            #expect(try await Self.text(answer["created"]["z"]["id"].string ?? "", world.alice) == "xxx")
            #expect(Set(answer["notCreated"].keys) == ["p", "q", "self", "late"])
            #expect(answer["notCreated"]["p"]["type"] == "invalidProperties")
        }
    }

    @Test func aMessagesPartIsASourceAndABlobIsAnAttachment() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.rich)
            let blob = try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#)["list"][0]["blobId"].string ?? ""
            let inbox = try await world.alice.mailbox("inbox")
            let answers = try await world.alice.calls(
                ##"""
                [["Blob/upload",{"accountId":"$A","create":{"b":{"data":[{"blobId":"\##(blob)-2"}]},
                  "m":{"data":[{"data:asText":"From: a@x.example\r\nSubject: made\r\n\r\nhere\r\n"}]}}},"0"],
                ["Email/set",{"accountId":"$A","create":{"e":{"mailboxIds":{"\##(inbox)":true},
                  "attachments":[{"blobId":"#b","type":"text/plain"}]}}},"1"],
                ["Email/parse",{"accountId":"$A","blobIds":["#m"],"properties":["subject"]},"3"],
                ["Email/import",{"accountId":"$A","emails":{"i":{"blobId":"#m","mailboxIds":{"\##(inbox)":true}}}},"4"]]
                """##)
            #expect(answers[0][1]["created"]["b"]["size"] == 5)
            let created = answers[1][1]["created"]["e"]["id"].string ?? ""
            let email = try await world.alice.call(
                "Email/get", #"{"ids":["\#(created)"],"properties":["attachments"]}"#)
            let part = email["list"][0]["attachments"][0]["blobId"].string ?? ""
            #expect(try await Self.text(part, world.alice) == "Hello")
            let parsed = answers[0][1]["created"]["m"]["id"].string ?? ""
            #expect(answers[2][1]["parsed"][parsed]["subject"] == "made")
            #expect(answers[3][1]["created"]["i"]["blobId"].string == parsed)
        }
    }

    @Test(arguments: [
        #"{}"#, #"{"data":null}"#, #"{"data":{}}"#, #"{"data":[[]]}"#, #"{"data":[{}]}"#, #"{"data":[null]}"#,
        #"{"data":[{"data:asText":1}]}"#, #"{"data":[{"data:asText":"a","data:asBase64":"YQ=="}]}"#,
        #"{"data":[{"data:asText":"a","offset":0}]}"#, #"{"data":[{"data:asText":"a","more":true}]}"#,
        #"{"data":[{"data:asBase64":"YQ"}]}"#, #"{"data":[{"data:asBase64":"YR=="}]}"#,
        #"{"data":[{"data:asBase64":"Y=Q="}]}"#, #"{"data":[{"data:asBase64":"===="}]}"#,
        #"{"data":[{"data:asBase64":"YWJj\n"}]}"#, #"{"data":[{"data:asBase64":"YW-_"}]}"#,
        #"{"data":[{"data:asBase64":"YWJjZGV="}]}"#,
        #"{"data":[{"blobId":"nobody"}]}"#, ##"{"data":[{"blobId":"#never"}]}"##,
        #"{"data":[{"blobId":"$B","offset":4}]}"#, #"{"data":[{"blobId":"$B","offset":1,"length":3}]}"#,
        #"{"data":[{"blobId":"$B","offset":-1}]}"#, #"{"data":[{"blobId":"$B","length":1.5}]}"#,
        #"{"data":[{"blobId":"$B","offset":9007199254740991,"length":9007199254740991}]}"#,
        #"{"data":[{"blobId":"$B-1"},{"blobId":"$B-9"}]}"#, #"{"data":[],"size":0}"#, #"{"data":[],"type":7}"#,
        #"{"data":[],"type":"a\u0001"}"#, #"{"data":[],"type":""}"#,
    ])
    func whatIsNotCertainIsRefused(record: String) async throws {
        try await World.with { world async throws in
            let blob = try await world.alice.upload(Array("abc".utf8))
            let answer = try await world.alice.call(
                "Blob/upload", #"{"create":{"k":\#(record.replacing("$B", with: blob))}}"#)
            #expect(answer["notCreated"]["k"]["type"] == "invalidProperties", "\(record)")
            #expect(answer["created"] == .null)
        }
    }

    @Test func rangesMayEndWhereTheBlobEnds() async throws {
        try await World.with { world async throws in
            let blob = try await world.alice.upload(Array("abc".utf8))
            let answer = try await world.alice.call(
                "Blob/upload",
                #"""
                {"create":{"end":{"data":[{"blobId":"\#(blob)","offset":3}]},
                "all":{"data":[{"blobId":"\#(blob)","offset":0,"length":3}]},"none":{"data":[]},
                "nothing":{"data":[{"blobId":"\#(blob)","offset":1,"length":0}]}}}
                """#)
            #expect(answer["created"]["end"]["size"] == 0)
            #expect(answer["created"]["all"]["id"].string == blob)
            #expect(answer["created"]["none"]["id"] == answer["created"]["nothing"]["id"])
        }
    }

    @Test func sizesAndCountsHaveLimits() async throws {
        var limits = Limits.JMAP()
        limits.uploadOctets = 10
        limits.objectsInSet = 3
        try await World.with(limits: limits) { world async throws in
            func source(_ count: Int) -> String {
                Array(repeating: #"{"data:asText":""}"#, count: count).joined(separator: ",")
            }
            let answer = try await world.alice.call(
                "Blob/upload",
                #"""
                {"create":{"full":{"data":[{"data:asText":"12345"},{"data:asText":"67890"}]},
                "over":{"data":[{"data:asText":"12345"},{"data:asText":"678901"}]}}}
                """#)
            #expect(answer["created"]["full"]["size"] == 10)
            #expect(answer["notCreated"]["over"]["type"] == "tooLarge")
            let sources = try await world.alice.call(
                "Blob/upload",
                #"{"create":{"most":{"data":[\#(source(64))]},"over":{"data":[\#(source(65))]}}}"#)
            #expect(sources["created"].keys == ["most"])
            #expect(sources["notCreated"]["over"]["type"] == "tooLarge")
            let one = #"{"data":[]}"#
            #expect(
                try await world.alice.error("Blob/upload", #"{"create":{"a":\#(one),"b":\#(one),"c":\#(one)}}"#) == nil)
            #expect(
                try await world.alice.error(
                    "Blob/upload", #"{"create":{"a":\#(one),"b":\#(one),"c":\#(one),"d":\#(one)}}"#)
                    == "requestTooLarge")
        }
    }

    /// A few octets of many large blobs cost as much as the blobs.
    @Test func whatACallReadsOfBlobsIsBounded() async throws {
        var limits = Limits.JMAP()
        limits.uploadOctets = 100
        try await World.with(limits: limits) { world async throws in
            let blob = try await world.alice.upload([UInt8](repeating: 7, count: 100))
            let one = #"{"blobId":"\#(blob)","length":1}"#
            let answer = try await world.alice.call(
                "Blob/upload",
                #"{"create":{"four":{"data":[\#(one),\#(one),\#(one),\#(one)]},"fifth":{"data":[\#(one)]}}}"#)
            #expect(answer["created"]["four"]["size"] == 4)
            #expect(answer["notCreated"]["fifth"]["type"] == "tooLarge")
            let ids = (0..<5).map { "\"\(blob)-\($0 + 1)\"" }.joined(separator: ",")
            #expect(
                try await world.alice.error("Blob/get", #"{"ids":[\#(ids)],"properties":["digest:sha"]}"#)
                    == "requestTooLarge")
        }
    }

    @Test(arguments: [
        #"{}"#, #"{"create":null}"#, #"{"create":[]}"#, #"{"create":{"a b":{}}}"#, #"{"create":{"a":[]}}"#,
        #"{"create":{},"update":{}}"#,
    ])
    func argumentsOfAnotherKindAreRefused(arguments: String) async throws {
        try await World.with { world async throws in
            #expect(try await world.alice.error("Blob/upload", arguments) == "invalidArguments")
        }
    }
}
