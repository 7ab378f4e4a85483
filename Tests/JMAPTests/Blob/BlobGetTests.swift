import JMAP
import JSON
import MailModel
import Testing

/// RFC 9404 §4.2 and §4.3.
@Suite struct BlobGetTests {
    private static let fox = Array("The quick brown fox jumped over the ".utf8) + [0x81, 0x81] + Array(" dog.".utf8)

    private static func get(_ id: String, _ more: String, _ client: Client) async throws -> JSONValue {
        try await client.call("Blob/get", #"{"ids":["\#(id)"]\#(more)}"#)["list"][0]
    }

    @Test func textIsTextAndTheRestIsBase64() async throws {
        try await World.with { world async throws in
            let (plain, broken) = (
                try await world.alice.upload(Array("Grüße".utf8)), try await world.alice.upload(Self.fox)
            )
            let whole = try await world.alice.call("Blob/get", #"{"ids":["\#(plain)","\#(broken)","\#(plain)","x"]}"#)
            #expect(whole.keys == ["accountId", "list", "notFound"])
            #expect(whole["list"].array?.count == 2)
            #expect(whole["list"][0].keys == ["id", "data:asText", "size"])
            #expect(whole["list"][0]["data:asText"] == "Grüße")
            #expect(whole["list"][0]["size"] == 7)
            #expect(whole["list"][1].keys == ["id", "data:asBase64", "isEncodingProblem", "size"])
            #expect(
                whole["list"][1]["data:asBase64"]
                    == "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wZWQgb3ZlciB0aGUggYEgZG9nLg==")
            #expect(whole["notFound"] == .array(["x"]))
            let asText = try await Self.get(broken, #","properties":["data:asText"]"#, world.alice)
            #expect(asText["data:asText"] == .null)
            #expect(asText["isEncodingProblem"] == true)
            let asBase64 = try await Self.get(broken, #","properties":["data:asBase64"]"#, world.alice)
            #expect(asBase64.keys == ["id", "data:asBase64"])
        }
    }

    @Test func aStretchIsToldApartFromTheWhole() async throws {
        try await World.with { world async throws in
            let blob = try await world.alice.upload(Self.fox)
            let start = try await Self.get(blob, #","offset":4,"length":5"#, world.alice)
            #expect(start["data:asText"] == "quick")
            #expect(start["size"] == 43)
            #expect(start["isTruncated"] == .null)
            let over = try await Self.get(blob, #","offset":39,"length":100"#, world.alice)
            #expect(over["data:asText"] == "dog.")
            #expect(over["isTruncated"] == true)
            let past = try await Self.get(blob, #","offset":9007199254740991,"length":9007199254740991"#, world.alice)
            #expect(past["data:asText"] == "")
            #expect(past["isTruncated"] == true)
            let end = try await Self.get(blob, #","offset":43"#, world.alice)
            #expect(end["data:asText"] == "")
            #expect(end["isTruncated"] == .null)
        }
    }

    @Test func digestsAreOfTheStretch() async throws {
        try await World.with { world async throws in
            let blob = try await world.alice.upload(Array("xabcx".utf8))
            let properties = #","properties":["digest:sha","digest:sha-256","digest:sha-512","digest:sha"]"#
            let answer = try await Self.get(blob, properties + #","offset":1,"length":3"#, world.alice)
            #expect(answer.keys == ["id", "digest:sha", "digest:sha-256", "digest:sha-512"])
            #expect(answer["digest:sha"] == "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=")
            #expect(answer["digest:sha-256"] == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
            #expect(
                answer["digest:sha-512"]
                    == "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==")
            #expect(try await Self.get(blob, #","properties":[]"#, world.alice).keys == ["id"])
        }
    }

    @Test func whatJSONCannotSayIsAnEncodingProblem() async throws {
        try await World.with { world async throws in
            for octets in [[0xEF, 0xBF, 0xBF], [0xEF, 0xB7, 0x90], [0xED, 0xA0, 0x80], [0xC3]] as [[UInt8]] {
                let blob = try await world.alice.upload(octets)
                let answer = try await Self.get(blob, "", world.alice)
                #expect(answer["isEncodingProblem"] == true)
                #expect(answer["data:asText"] == .null)
            }
            let blob = try await world.alice.upload([0, 0x0D, 0x0A, 0x22, 0x5C])
            #expect(try await Self.get(blob, "", world.alice)["data:asText"] == "\u{0}\r\n\"\\")
        }
    }

    @Test(arguments: [
        #"{}"#, #"{"ids":null}"#, #"{"ids":"x"}"#, #"{"ids":[],"properties":["digest:md5"]}"#,
        #"{"ids":[],"properties":["type"]}"#, #"{"ids":[],"properties":["digest:"]}"#, #"{"ids":[],"offset":-1}"#,
        #"{"ids":[],"length":"1"}"#, #"{"ids":[],"more":1}"#,
    ])
    func argumentsOfAnotherKindAreRefused(arguments: String) async throws {
        try await World.with { world async throws in
            #expect(try await world.alice.error("Blob/get", arguments) == "invalidArguments")
        }
    }

    @Test func aLookupFindsWhereABlobIs() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.rich, to: [.inbox, .archive])
            let email = try await world.alice.call("Email/get", #"{"ids":["\#(id)"]}"#)["list"][0]
            let blob = email["blobId"].string ?? ""
            let nothing = "b" + String(repeating: "0", count: 64)
            let answer = try await world.alice.call(
                "Blob/lookup",
                #"""
                {"typeNames":["Email","Thread","Mailbox","Email"],
                "ids":["\#(blob)","\#(blob)-2","\#(blob)-9","\#(nothing)","not-a-blob"]}
                """#)
            #expect(answer.keys == ["accountId", "list", "notFound"])
            for index in 0..<2 {
                let matched = answer["list"][index]["matchedIds"]
                #expect(matched.keys == ["Email", "Thread", "Mailbox"])
                #expect(matched["Email"] == .array([.string(id)]))
                #expect(matched["Thread"].strings == [email["threadId"].string ?? ""])
                #expect(Set(matched["Mailbox"].strings) == Set(email["mailboxIds"].keys))
            }
            for index in 2..<4 {
                #expect(answer["list"][index]["matchedIds"]["Email"] == .array([]))
                #expect(answer["list"][index]["matchedIds"]["Mailbox"] == .array([]))
            }
            #expect(answer["list"].array?.count == 4)
            #expect(answer["notFound"] == .array(["not-a-blob"]))
        }
    }

    @Test func aLookupKnowsTheTypesOfTheRequestOnly() async throws {
        try await World.with { world async throws in
            #expect(
                try await world.alice.error("Blob/lookup", #"{"typeNames":["Sieve"],"ids":[]}"#) == "unknownDataType")
            #expect(try await world.alice.error("Blob/lookup", #"{"typeNames":[],"ids":[]}"#) == nil)
            for arguments in [#"{"ids":[]}"#, #"{"typeNames":[]}"#, #"{"typeNames":"Email","ids":[]}"#] {
                #expect(try await world.alice.error("Blob/lookup", arguments) == "invalidArguments")
            }
            let without = try await world.alice.request(
                #"""
                {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:blob"],
                "methodCalls":[["Blob/lookup",{"accountId":"$A","typeNames":["Email"],"ids":[]},"c"]]}
                """#)
            #expect(without["methodResponses"][0][1]["type"] == "unknownDataType")
        }
    }
}
