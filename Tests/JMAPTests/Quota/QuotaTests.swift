import JMAP
import JSON
import MailModel
import Testing

/// RFC 9425.
@Suite struct QuotaTests {
    /// A message of exactly so many octets, with bare LF.
    private static func text(octets: Int, _ number: Int = 0) -> String {
        let head = "From: a@x.example\nSubject: \(number)\n\n"
        // What is delivered or uploaded as a text gets CRLF.
        return head + String(repeating: "a", count: octets - head.utf8.count - 3)
    }

    @Test func everyLimitOfTheAccountIsAQuota() async throws {
        try await World.with(octets: 10_000) { world async throws in
            try await world.alice.deliver(Self.text(octets: 1_000))
            let list = try await world.alice.call("Quota/get")["list"]
            #expect(
                list[0].keys == [
                    "id", "resourceType", "used", "hardLimit", "scope", "name", "types", "warnLimit", "softLimit",
                    "description",
                ])
            let first = try await world.alice.call(
                "Quota/get",
                #"""
                {"ids":["q1"],"properties":["resourceType","used","hardLimit","scope","types","warnLimit","softLimit"]}
                """#)["list"]
            #expect(
                first
                    == (try json(
                        #"""
                        [{"id":"q1","resourceType":"octets","used":1000,"hardLimit":10000,"scope":"account",
                        "types":["Email"],"warnLimit":9000,"softLimit":null}]
                        """#)))
            #expect(
                (list.array ?? []).map { $0["name"].string ?? "" } == [
                    "Messages", "Mailboxes", "Maildrops", "Identities", "Messages to send",
                ])
            #expect((list.array ?? []).map { $0["used"].integer } == [1_000, 6, 0, 0, 0])
            let some = try await world.alice.call("Quota/get", #"{"ids":["q3","q9","m1"],"properties":["used"]}"#)
            #expect(some["list"] == (try json(#"[{"id":"q3","used":0}]"#)))
            #expect(some["notFound"].strings == ["q9", "m1"])
        }
    }

    @Test func quotasOfTypesTheClientDoesNotKnowAreNotThere() async throws {
        try await World.with(octets: 10_000) { world async throws in
            for (capability, found) in [
                ("", []), (#","urn:ietf:params:jmap:mail""#, ["q1", "q2", "q4"]),
                (#","urn:ietf:params:jmap:submission""#, ["q4", "q5"]),
                (#","https://restante.example/ns/jmap/maildrop""#, ["q3"]),
            ] {
                let answer = try await world.alice.request(
                    #"""
                    {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:quota"\#(capability)],"methodCalls":[
                    ["Quota/query",{"accountId":"$A"},"0"],["Quota/get",{"accountId":"$A","ids":["q1"]},"1"]]}
                    """#)
                #expect(answer["methodResponses"][0][1]["ids"].strings == found)
                #expect(answer["methodResponses"][1][1]["notFound"].strings == (found.contains("q1") ? [] : ["q1"]))
            }
        }
    }

    @Test func theyAreFilteredAndSorted() async throws {
        try await World.with(octets: 10_000) { world async throws in
            for (arguments, found) in [
                (#"{"filter":{"name":"Messages"}}"#, ["q1", "q5"]),
                (#"{"filter":{"resourceType":"octets"}}"#, ["q1"]),
                (#"{"filter":{"resourceType":"count","type":"Mailbox"}}"#, ["q2"]),
                (#"{"filter":{"scope":"domain"}}"#, []), (#"{"filter":{"scope":"account","type":"Identity"}}"#, ["q4"]),
                (#"{"sort":[{"property":"name"}]}"#, ["q4", "q2", "q3", "q1", "q5"]),
                (#"{"sort":[{"property":"used","isAscending":false}]}"#, ["q2", "q1", "q3", "q4", "q5"]),
            ] {
                #expect(try await world.alice.call("Quota/query", arguments)["ids"].strings == found, "\(arguments)")
            }
        }
    }

    @Test func aChangedUseIsNamedAndMovesWhatIsSortedByIt() async throws {
        try await World.with(octets: 10_000) { world async throws in
            let sort = #""sort":[{"property":"used","isAscending":false}]"#
            let state = try await world.alice.call("Quota/query", "{\(sort)}")["queryState"].string ?? ""
            try await world.alice.deliver(Self.text(octets: 1_000))
            let changes = try await world.alice.call("Quota/changes", #"{"sinceState":"\#(state)"}"#)
            #expect(changes["updated"].strings == ["q1"] && changes["updatedProperties"].strings == ["used"])
            let moved = try await world.alice.call(
                "Quota/queryChanges", #"{"sinceQueryState":"\#(state)",\#(sort)}"#)
            #expect(moved["removed"].strings == ["q1"])
            #expect(moved["added"] == (try json(#"[{"id":"q1","index":0}]"#)))
            let newState = changes["newState"].string ?? ""
            let none = try await world.alice.call("Quota/changes", #"{"sinceState":"\#(newState)"}"#)
            #expect(none["updatedProperties"] == .null)
        }
    }

    @Test func nothingIsTakenBeyondTheLimit() async throws {
        try await World.with(octets: 3_000) { world async throws in
            try await world.alice.deliver(Self.text(octets: 1_000))
            let inbox = try await world.alice.mailbox("inbox")
            let fits = try await world.alice.upload(Self.text(octets: 1_500, 1))
            let over = try await world.alice.upload(Self.text(octets: 1_501, 2))
            let answer = try await world.alice.call(
                "Email/import",
                #"""
                {"emails":{"fits":{"blobId":"\#(fits)","mailboxIds":{"\#(inbox)":true}},
                "over":{"blobId":"\#(over)","mailboxIds":{"\#(inbox)":true}}}}
                """#)
            #expect(answer["created"]["fits"]["size"] == 1_500)
            #expect(answer["notCreated"]["over"]["type"] == "overQuota")
            let body = String(repeating: "a", count: 600)
            let set = try await world.alice.call(
                "Email/set",
                #"""
                {"create":{"k":{"mailboxIds":{"\#(inbox)":true},"subject":"s",
                "textBody":[{"partId":"1","type":"text/plain"}],"bodyValues":{"1":{"value":"\#(body)"}}}}}
                """#)
            #expect(set["notCreated"]["k"]["type"] == "overQuota")
            let blobs = try await world.alice.call(
                "Blob/upload",
                #"""
                {"create":{"over":{"data":[{"data:asText":"\#(body)"}]},"fits":{"data":[{"data:asText":"short"}]}}}
                """#)
            #expect(blobs["notCreated"]["over"]["type"] == "overQuota" && blobs["created"].keys == ["fits"])
            await #expect(throws: BlobError.self) { try await world.alice.upload([UInt8](repeating: 1, count: 501)) }
            _ = try await world.alice.upload([UInt8](repeating: 1, count: 500))
        }
    }
}
