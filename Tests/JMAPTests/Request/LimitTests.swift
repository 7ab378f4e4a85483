import JMAP
import JSON
import MailModel
import Testing

/// Every limit of the core capability, at the limit and one over.
@Suite struct LimitTests {
    private static func limits(_ change: (inout Limits.JMAP) -> Void) -> Limits.JMAP {
        var limits = Limits.JMAP()
        change(&limits)
        return limits
    }

    private static func refusal(_ world: World, _ body: String) async throws -> RequestError? {
        do {
            _ = try await world.alice.request(body)
            return nil
        } catch let error as RequestError {
            return error
        }
    }

    @Test func octetsOfARequest() async throws {
        let body = #"{"using":[],"methodCalls":[]}"#
        try await World.with(limits: Self.limits { $0.requestOctets = body.utf8.count }) { world async throws in
            #expect(try await Self.refusal(world, body) == nil)
            #expect(try await Self.refusal(world, body + " ")?.limit == "maxSizeRequest")
        }
    }

    @Test func depthOfARequest() async throws {
        func body(_ depth: Int) -> String {
            let nested = String(repeating: "[", count: depth - 4) + String(repeating: "]", count: depth - 4)
            return #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{"a":\#(nested)},"c"]]}"#
        }
        try await World.with { world async throws in
            #expect(try await Self.refusal(world, body(64)) == nil)
            #expect(try await Self.refusal(world, body(65))?.kind == .notJSON)
        }
    }

    @Test func callsOfARequest() async throws {
        func body(_ count: Int) -> String {
            let calls = (0..<count).map { #"["Core/echo",{},"\#($0)"]"# }.joined(separator: ",")
            return #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[\#(calls)]}"#
        }
        try await World.with { world async throws in
            #expect(try await Self.refusal(world, body(32)) == nil)
            #expect(try await Self.refusal(world, body(33))?.limit == "maxCallsInRequest")
        }
    }

    @Test func objectsOfAGet() async throws {
        try await World.with(limits: Self.limits { $0.objectsInGet = 6 }) { world async throws in
            // The account comes with six mailboxes.
            #expect(try await world.alice.call("Mailbox/get")["list"].array?.count == 6)
            try await world.alice.deliverMany(6)
            #expect(try await world.alice.call("Email/get", #"{"properties":["id"]}"#)["list"].array?.count == 6)
            #expect(try await world.alice.call("Thread/get")["list"].array?.count == 6)
            let six = #"{"ids":["e1","e2","e3","e4","x","x","m","m"]}"#
            for type in ["Email", "Thread", "Mailbox", "Maildrop", "MaildropStatus", "Identity"] {
                #expect(try await world.alice.error("\(type)/get", six) == nil)
                let seven = #"{"ids":["e1","e2","e3","e4","x","m","n"]}"#
                #expect(try await world.alice.error("\(type)/get", seven) == "requestTooLarge")
            }
            try await world.alice.deliverMany(1, from: 6)
            try await world.alice.call("Mailbox/set", #"{"create":{"a":{"name":"Seventh"}}}"#)
            for type in ["Email", "Thread", "Mailbox"] {
                #expect(try await world.alice.error("\(type)/get") == "requestTooLarge")
            }
        }
    }

    @Test func objectsOfASet() async throws {
        try await World.with(limits: Self.limits { $0.objectsInSet = 3 }) { world async throws in
            let three = #"{"create":{"a":{}},"update":{"x1":{}},"destroy":["x2"]}"#
            let four = #"{"create":{"a":{}},"update":{"x1":{}},"destroy":["x2","x3"]}"#
            for type in ["Email", "Mailbox", "Maildrop"] {
                #expect(try await world.alice.error("\(type)/set", three) == nil)
                #expect(try await world.alice.error("\(type)/set", four) == "requestTooLarge")
            }
            let imports = (0..<4).map { #""i\#($0)":{}"# }
            let threeImports = #"{"emails":{\#(imports.prefix(3).joined(separator: ","))}}"#
            #expect(try await world.alice.error("Email/import", threeImports) == nil)
            let fourImports = #"{"emails":{\#(imports.joined(separator: ","))}}"#
            #expect(try await world.alice.error("Email/import", fourImports) == "requestTooLarge")
        }
    }

    @Test func octetsOfAResponse() async throws {
        let echo = #"{"a":"\#(String(repeating: "x", count: 200))"}"#
        try await World.with(limits: Self.limits { $0.responseOctets = 2 * echo.utf8.count }) { world async throws in
            let calls = [#"["Core/echo",\#(echo),"0"]"#, #"["Core/echo",\#(echo),"1"]"#]
            let fitting = try await world.alice.calls("[" + calls.joined(separator: ",") + "]")
            #expect(fitting[1][0] == "Core/echo")
            let over = try await world.alice.calls("[" + calls.joined(separator: ",") + #",["Core/echo",{},"2"]]"#)
            #expect(over[2][1]["type"] == "requestTooLarge")
        }
    }

    @Test func aWriteWhoseAnswerIsTooLargeChangesNothing() async throws {
        try await World.with(limits: Self.limits { $0.responseOctets = 1_000 }) { world async throws in
            let filler = #"["Core/echo",{"a":"\#(String(repeating: "x", count: 900))"},"0"]"#
            let answers = try await world.alice.calls(
                #"[\#(filler),["Mailbox/set",{"accountId":"$A","create":{"a":{"name":"Lost"}}},"1"]]"#)
            #expect(answers[1][1]["type"] == "requestTooLarge")
            #expect(
                try await world.alice.call("Mailbox/query", #"{"filter":{"name":"Lost"}}"#)["ids"] == .array([]))
        }
    }

    @Test func aBodyTooLargeForTheResponse() async throws {
        try await World.with(limits: Self.limits { $0.responseOctets = 4_000 }) { world async throws in
            let message = Sample.plain(1) + String(repeating: "0123456789\n", count: 400)
            let email = try await world.alice.deliver(message)
            let arguments = #""ids":["\#(email)"],"properties":["bodyValues"],"fetchAllBodyValues":true"#
            #expect(try await world.alice.error("Email/get", "{\(arguments)}") == "requestTooLarge")
            #expect(try await world.alice.error("Email/get", #"{\#(arguments),"maxBodyValueBytes":3000}"#) == nil)
        }
    }

    @Test func octetsOfAnUpload() async throws {
        try await World.with(limits: Self.limits { $0.uploadOctets = 100_000 }) { world async throws in
            let octets = [UInt8](repeating: 7, count: 100_000)
            _ = try await world.alice.upload(octets)
            await #expect {
                try await world.alice.upload(octets + [7])
            } throws: {
                ($0 as? BlobError)?.kind == .tooLarge
            }
        }
    }

    @Test func propertiesOfAGet() async throws {
        func names(_ count: Int) -> String { (0..<count).map { #""header:X-\#($0)""# }.joined(separator: ",") }
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Sample.plain(1))
            for argument in ["properties", "bodyProperties"] {
                let base = #""ids":["\#(id)"],"\#(argument)":"#
                #expect(try await world.alice.error("Email/get", "{\(base)[\(names(500))]}") == nil)
                #expect(try await world.alice.error("Email/get", "{\(base)[\(names(501))]}") == "requestTooLarge")
            }
        }
    }

    @Test func conditionsComparatorsAndTextsOfAQuery() async throws {
        func filter(_ count: Int) -> String {
            let conditions = Array(repeating: "{}", count: count - 1).joined(separator: ",")
            return #"{"filter":{"operator":"AND","conditions":[\#(conditions)]}}"#
        }
        func sort(_ count: Int) -> String {
            #"{"sort":[\#(Array(repeating: #"{"property":"receivedAt"}"#, count: count).joined(separator: ","))]}"#
        }
        func text(_ count: Int) -> String { #"{"filter":{"subject":"\#(String(repeating: "x", count: count))"}}"# }
        try await World.with { world async throws in
            #expect(try await world.alice.error("Email/query", filter(200)) == nil)
            #expect(try await world.alice.error("Email/query", filter(201)) == "unsupportedFilter")
            #expect(try await world.alice.error("Email/query", sort(16)) == nil)
            #expect(try await world.alice.error("Email/query", sort(17)) == "unsupportedSort")
            #expect(try await world.alice.error("Email/query", text(1_000)) == nil)
            #expect(try await world.alice.error("Email/query", text(1_001)) == "unsupportedFilter")
        }
    }
}
