import JMAP
import JSON
import MailModel
import Testing

/// What RFC 9404 demands of single cases, each by itself.
@Suite struct BlobRuleTests {
    private static func get(_ octets: [UInt8], _ arguments: String, _ client: Client) async throws -> JSONValue {
        let id = try await client.upload(octets)
        return try await client.call("Blob/get", #"{"ids":["\#(id)"],\#(arguments)}"#)["list"][0]
    }

    /// Surrogates alone, in CESU-8's way; octets that begin nothing; a form that is too long; a scalar past the last one.
    @Test(
        arguments: [
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0x80], [0xC0, 0xAF],
            [0xF4, 0x90, 0x80, 0x80], [0x61, 0xFF],
        ] as [[UInt8]])
    func textThatIsNoUTF8IsNullAndSaidToBeAProblem(octets: [UInt8]) async throws {
        try await World.with { world async throws in
            let answer = try await Self.get(octets, #""properties":["data:asText"]"#, world.alice)
            #expect(answer.keys == ["id", "data:asText", "isEncodingProblem"])
            #expect(answer["data:asText"] == .null && answer["isEncodingProblem"] == true)
        }
    }

    @Test func aStretchThatCutsACharacterIsAProblem() async throws {
        try await World.with { world async throws in
            let cut = try await Self.get(
                Array("aé".utf8), #""properties":["data:asText","data:asBase64"],"length":2"#, world.alice)
            #expect(cut["data:asText"] == .null && cut["isEncodingProblem"] == true)
            #expect(cut["data:asBase64"] == "YcM=" && cut["isTruncated"] == .null)
            let whole = try await Self.get(Array("aé".utf8), #""properties":["data:asText"],"length":1"#, world.alice)
            #expect(whole.keys == ["id", "data:asText"] && whole["data:asText"] == "a")
        }
    }

    @Test func aStretchBeyondTheEndIsCutAndSaidSo() async throws {
        try await World.with { world async throws in
            for (range, text) in [(#""offset":1,"length":3"#, "bc"), (#""offset":4"#, ""), (#""length":4"#, "abc")] {
                let answer = try await Self.get(
                    Array("abc".utf8), #""properties":["data:asText"],\#(range)"#, world.alice)
                #expect(answer["data:asText"] == .string(text) && answer["isTruncated"] == true, "\(range)")
            }
            for range in [#""offset":3"#, #""offset":0,"length":3"#, #""length":null"#] {
                let answer = try await Self.get(Array("abc".utf8), #""properties":["data"],\#(range)"#, world.alice)
                #expect(answer["isTruncated"] == .null, "\(range)")
            }
        }
    }

    @Test func theSizeIsTheBlobsWhateverTheStretch() async throws {
        try await World.with { world async throws in
            let answer = try await Self.get(
                Array("abc".utf8), #""properties":["size"],"offset":2,"length":9"#, world.alice)
            #expect(answer["size"] == 3 && answer["isTruncated"] == true && answer.keys.count == 3)
        }
    }

    @Test func aDigestIsOfWhatWouldBeReturned() async throws {
        try await World.with { world async throws in
            let answer = try await Self.get(
                Array("xabc".utf8), #""properties":["digest:sha"],"offset":1,"length":100"#, world.alice)
            #expect(answer["digest:sha"] == "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=" && answer["isTruncated"] == true)
        }
    }

    /// JSON can write what UTF-8 can't; I-JSON bars it (RFC 7493 §2.1), and with it the whole request (RFC 8620 §3.6.1).
    @Test(arguments: [#"\ud800"#, #"\udc00x"#, #"\ud83d\ud83d"#])
    func aSurrogateAloneIsNoText(text: String) async throws {
        try await World.with { world async throws in
            let error = await #expect(throws: RequestError.self) {
                try await world.alice.call("Blob/upload", #"{"create":{"k":{"data":[{"data:asText":"\#(text)"}]}}}"#)
            }
            #expect(error?.kind == .notJSON)
        }
    }

    @Test func whatWasMadeIsKnownToLaterCallsByItsCreationID() async throws {
        try await World.with { world async throws in
            let answers = try await world.alice.calls(
                ##"""
                [["Blob/upload",{"accountId":"$A","create":{"k":{"data":[{"data:asText":"abc"}],"type":null}}},"0"],
                ["Blob/get",{"accountId":"$A","ids":["#k"]},"1"]]
                """##)
            let made = answers[0][1]["created"]["k"]
            #expect(made.keys == ["id", "type", "size"] && made["type"] == "application/octet-stream")
            #expect(answers[1][1]["list"][0]["id"] == made["id"] && answers[1][1]["list"][0]["data:asText"] == "abc")
        }
    }

    /// §4.3 and §5: whether another account has it makes no difference.
    @Test func aLookupTellsNothingOfOthers() async throws {
        try await World.with { world async throws in
            let theirs = try await world.bob.deliver(Sample.plain(1))
            let blob =
                try await world.bob.call("Email/get", #"{"ids":["\#(theirs)"]}"#)["list"][0]["blobId"].string ?? ""
            let answer = try await world.alice.call("Blob/lookup", #"{"typeNames":["Email"],"ids":["\#(blob)"]}"#)
            #expect(answer["list"][0]["matchedIds"]["Email"] == .array([]) && answer["notFound"] == .array([]))
            #expect(try await world.alice.call("Blob/get", #"{"ids":["\#(blob)"]}"#)["notFound"].strings == [blob])
        }
    }
}
