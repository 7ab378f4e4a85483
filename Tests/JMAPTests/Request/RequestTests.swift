import JMAP
import JSON
import MailModel
import Testing

/// RFC 8620 §3.3 and §3.6.1.
@Suite struct RequestTests {
    @Test func echoAnswersWithItsArguments() async throws {
        try await World.with { world async throws in
            let response = try await world.alice.request(
                #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core\/echo",{"hello":true,"high":[5,null]},"b3ff"]]}"#
            )
            #expect(
                response["methodResponses"] == (try json(#"[["Core/echo",{"hello":true,"high":[5,null]},"b3ff"]]"#)))
            #expect(response["sessionState"].string == world.server.sessionState(for: world.alice.principal))
            #expect(response.keys == ["methodResponses", "sessionState"])
        }
    }

    @Test(arguments: [
        ("", RequestError.Kind.notJSON), ("{", .notJSON), (#"{"using":[],"using":[],"methodCalls":[]}"#, .notJSON),
        ("[]", .notRequest), ("null", .notRequest), ("{}", .notRequest), (#"{"using":[]}"#, .notRequest),
        (#"{"using":{},"methodCalls":[]}"#, .notRequest), (#"{"using":[1],"methodCalls":[]}"#, .notRequest),
        (#"{"using":[],"methodCalls":{}}"#, .notRequest), (#"{"using":[],"methodCalls":[[]]}"#, .notRequest),
        (#"{"using":[],"methodCalls":[["Core/echo",{}]]}"#, .notRequest),
        (#"{"using":[],"methodCalls":[["Core/echo",{},"a","b"]]}"#, .notRequest),
        (#"{"using":[],"methodCalls":[["Core/echo",[],"a"]]}"#, .notRequest),
        (#"{"using":[],"methodCalls":[["Core/echo",{},1]]}"#, .notRequest),
        (#"{"using":[],"methodCalls":[[null,{},"a"]]}"#, .notRequest),
        (#"{"using":[],"methodCalls":[],"createdIds":[]}"#, .notRequest),
        (#"{"using":[],"methodCalls":[],"createdIds":{"a":1}}"#, .notRequest),
        (#"{"using":[],"methodCalls":[],"createdIds":{"":"e1"}}"#, .notRequest),
        (#"{"using":["urn:ietf:params:jmap:calendars"],"methodCalls":[]}"#, .unknownCapability),
    ])
    func refusesARequestAsAWhole(body: String, kind: RequestError.Kind) async throws {
        try await World.with { world async throws in
            await #expect {
                try await world.alice.request(body)
            } throws: {
                ($0 as? RequestError)?.kind == kind
            }
        }
    }

    @Test func ignoresMembersOfARequestThatItDoesNotKnow() async throws {
        try await World.with { world async throws in
            let response = try await world.alice.request(#"{"using":[],"methodCalls":[],"later":{"a":1}}"#)
            #expect(response["methodResponses"] == .array([]))
        }
    }

    @Test func aMethodNeedsItsCapability() async throws {
        try await World.with { world async throws in
            let response = try await world.alice.request(
                #"""
                {"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{},"a"],
                ["Mailbox/get",{"accountId":"$A"},"b"],["Maildrop/get",{"accountId":"$A"},"c"],["core/echo",{},"d"]]}
                """#)
            let names = (0..<4).map { response["methodResponses"][$0][0] }
            #expect(names == ["Core/echo", "error", "error", "error"])
            for index in 1...3 { #expect(response["methodResponses"][index][1]["type"] == "unknownMethod") }
            let mailOnly = try await world.alice.request(
                #"{"using":["urn:ietf:params:jmap:mail"],"methodCalls":[["Mailbox/get",{"accountId":"$A"},"b"]]}"#)
            #expect(mailOnly["methodResponses"][0][0] == "Mailbox/get")
        }
    }

    @Test func writesProblemDetails() throws {
        let error = RequestError(.limit, "Too much.", limit: "maxSizeRequest")
        #expect(
            String(decoding: error.problemDetails(status: 400), as: UTF8.self)
                == #"{"type":"urn:ietf:params:jmap:error:limit","status":400,"detail":"Too much.","limit":"maxSizeRequest"}"#
        )
    }

    @Test func argumentsAreCheckedOneByOne() async throws {
        try await World.with { world async throws in
            for (method, arguments) in [
                ("Mailbox/get", #"{"ids":"m1"}"#), ("Mailbox/get", #"{"ids":[1]}"#), ("Mailbox/get", #"{"ids":{}}"#),
                ("Mailbox/get", #"{"properties":["nonsense"]}"#), ("Mailbox/get", #"{"properties":"id"}"#),
                ("Mailbox/get", #"{"unknown":1}"#), ("Mailbox/changes", "{}"),
                ("Mailbox/changes", #"{"sinceState":1}"#),
                ("Mailbox/changes", #"{"sinceState":"s0-0","maxChanges":0}"#),
                ("Mailbox/changes", #"{"sinceState":"s0-0","maxChanges":-1}"#),
                ("Mailbox/changes", #"{"sinceState":"s0-0","maxChanges":1.5}"#),
                ("Mailbox/query", #"{"filter":[]}"#), ("Mailbox/query", #"{"sort":{}}"#),
                ("Mailbox/query", #"{"limit":-1}"#),
                ("Mailbox/query", #"{"position":"0"}"#), ("Mailbox/query", #"{"calculateTotal":null}"#),
                ("Mailbox/set", #"{"create":[]}"#), ("Mailbox/set", #"{"create":{"a":1}}"#),
                ("Mailbox/set", #"{"create":{"a b":{}}}"#), ("Mailbox/set", #"{"update":{"m1":null}}"#),
                ("Mailbox/set", #"{"destroy":"m1"}"#), ("Mailbox/set", #"{"ifInState":1}"#),
                ("Email/import", "{}"), ("Email/import", #"{"emails":{"a":1}}"#),
            ] {
                #expect(try await world.alice.error(method, arguments) == "invalidArguments", "\(method) \(arguments)")
            }
        }
    }

    @Test func anAccountIsNeededAndMustBeOnesOwn() async throws {
        try await World.with { world async throws in
            let answers = try await world.alice.calls(
                #"""
                [["Mailbox/get",{},"a"],["Mailbox/get",{"accountId":null},"b"],["Mailbox/get",{"accountId":1},"c"],
                ["Mailbox/get",{"accountId":"a999"},"d"],["Mailbox/get",{"accountId":"\#(world.bob.accountID)"},"e"],
                ["Mailbox/get",{"accountId":""},"f"]]
                """#)
            let types = (0..<6).map { answers[$0][1]["type"] }
            #expect(types[..<3] == ["invalidArguments", "invalidArguments", "invalidArguments"])
            #expect(types[3...] == ["accountNotFound", "accountNotFound", "accountNotFound"])
            #expect(answers[3][1] == answers[4][1])
        }
    }
}
