import JSON
import MailModel
import Testing

/// RFC 8620 §3.7.
@Suite struct ReferenceTests {
    @Test func followsTheChainOfFourCalls() async throws {
        try await World.with { world async throws in
            let first = try await world.alice.deliver(Sample.plain(1))
            let answer = try await world.alice.deliver(Sample.reply(2, to: 1), at: World.now.adding(seconds: 60))
            let other = try await world.alice.deliver(Sample.plain(3), at: World.now.adding(seconds: 30))
            let answers = try await world.alice.calls(
                #"""
                [["Email/query",{"accountId":"$A","collapseThreads":true,"limit":10,"calculateTotal":true},"t0"],
                ["Email/get",{"accountId":"$A","#ids":{"resultOf":"t0","name":"Email/query","path":"/ids"},
                "properties":["threadId"]},"t1"],
                ["Thread/get",{"accountId":"$A","#ids":{"resultOf":"t1","name":"Email/get","path":"/list/*/threadId"}},"t2"],
                ["Email/get",{"accountId":"$A","#ids":{"resultOf":"t2","name":"Thread/get","path":"/list/*/emailIds"},
                "properties":["subject"]},"t3"]]
                """#)
            #expect(answers[0][1]["ids"].strings == [answer, other])
            #expect(answers[0][1]["total"] == 2)
            #expect(answers[3][1]["list"].array?.map { $0["id"].string } == [first, answer, other])
            #expect(answers[3][1]["list"][1]["subject"] == "Re: Message 1")
        }
    }

    @Test func aNullThatIsReferredToIsANull() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            let state = try await world.alice.call("Mailbox/get")["state"].string ?? ""
            try await world.alice.call("Mailbox/set", #"{"update":{"\#(inbox)":{"name":"In"}}}"#)
            let answers = try await world.alice.calls(
                #"""
                [["Mailbox/changes",{"accountId":"$A","sinceState":"\#(state)"},"0"],
                ["Mailbox/get",{"accountId":"$A","#ids":{"resultOf":"0","name":"Mailbox/changes","path":"/updated"},
                "#properties":{"resultOf":"0","name":"Mailbox/changes","path":"/updatedProperties"}},"1"]]
                """#)
            #expect(answers[0][1]["updatedProperties"] == .null)
            #expect(answers[1][1]["list"][0]["name"] == "In")
            #expect(answers[1][1]["list"][0]["myRights"]["mayDelete"] == false)
        }
    }

    @Test(arguments: [
        ##"{"#ids":{"resultOf":"x","name":"Core/echo","path":"/ids"}}"##,
        ##"{"#ids":{"resultOf":"0","name":"Email/query","path":"/ids"}}"##,
        ##"{"#ids":{"resultOf":"0","name":"Core/echo","path":"/missing"}}"##,
        ##"{"#ids":{"resultOf":"0","name":"Core/echo","path":"ids"}}"##,
        ##"{"#ids":{"resultOf":"0","name":"Core/echo","path":"/ids/*/id"}}"##,
        ##"{"#ids":{"resultOf":"0","name":"Core/echo"}}"##, ##"{"#ids":"0"}"##, ##"{"#ids":null}"##,
        ##"{"#ids":{"resultOf":"2","name":"error","path":"/type"}}"##,
    ])
    func aReferenceThatLeadsNowhereFailsItsCall(arguments: String) async throws {
        try await World.with { world async throws in
            let answers = try await world.alice.calls(
                #"[["Core/echo",{"ids":["e1"]},"0"],["Email/get",\#(arguments),"1"],["Core/echo",{},"2"]]"#)
            #expect(answers[1][1]["type"] == "invalidResultReference")
            #expect(answers[2][0] == "Core/echo")
        }
    }

    @Test func anArgumentIsNotGivenTwice() async throws {
        try await World.with { world async throws in
            let answers = try await world.alice.calls(
                #"""
                [["Core/echo",{"ids":[]},"0"],
                ["Core/echo",{"a":1,"#a":{"resultOf":"0","name":"Core/echo","path":"/ids"}},"1"]]
                """#)
            #expect(answers[1][1]["type"] == "invalidArguments")
        }
    }

    @Test func theFirstAnswerOfACallIDCounts() async throws {
        try await World.with { world async throws in
            let answers = try await world.alice.calls(
                #"""
                [["Core/echo",{"v":1},"0"],["Core/echo",{"v":2},"0"],
                ["Core/echo",{"#w":{"resultOf":"0","name":"Core/echo","path":"/v"}},"1"]]
                """#)
            #expect(answers[2][1] == (try json(#"{"w":1}"#)))
        }
    }

    @Test func doublingByReferenceStaysBounded() async throws {
        try await World.with { world async throws in
            let text = String(repeating: "x", count: 100_000)
            var calls = [#"["Core/echo",{"v":["\#(text)"]},"0"]"#]
            for index in 1..<32 {
                let reference = #"{"resultOf":"\#(index - 1)","name":"Core/echo","path":""}"#
                calls.append(##"["Core/echo",{"#a":\##(reference),"#b":\##(reference)},"\##(index)"]"##)
            }
            let answers = try await world.alice.calls("[" + calls.joined(separator: ",") + "]")
            #expect(answers[1][0] == "Core/echo")
            #expect(answers[31][1]["type"] == "invalidResultReference")
        }
    }

    @Test func aCallHasAtMostSixteenReferences() async throws {
        func call(_ count: Int, _ id: String) -> String {
            let reference = #"{"resultOf":"0","name":"Core/echo","path":"/v"}"#
            let arguments = (0..<count).map { ##""#a\##($0)":\##(reference)"## }.joined(separator: ",")
            return #"["Core/echo",{\#(arguments)},"\#(id)"]"#
        }
        try await World.with { world async throws in
            let answers = try await world.alice.calls(
                #"[["Core/echo",{"v":1},"0"],\#(call(16, "1")),\#(call(17, "2"))]"#)
            #expect(answers[1][1].keys.count == 16)
            #expect(answers[2][1]["type"] == "invalidResultReference")
        }
    }

    /// Two responses' worth of octets may be looked at by the references of one request: over and over again they are not.
    @Test func whatReferencesPassOverIsBoundedForTheWholeRequest() async throws {
        var limits = Limits.JMAP()
        limits.responseOctets = 20_000
        try await World.with(limits: limits) { world async throws in
            let text = String(repeating: "x", count: 9_000)
            let reference = #"{"resultOf":"0","name":"Core/echo","path":"/v"}"#
            var calls = [#"["Core/echo",{"long":"\#(text)","v":1},"0"]"#]
            for index in 1...6 { calls.append(##"["Core/echo",{"#v":\##(reference)},"\##(index)"]"##) }
            calls.append(##"["Mailbox/set",{"accountId":"$A","#create":\##(reference)},"7"]"##)
            let answers = try await world.alice.calls("[" + calls.joined(separator: ",") + "]")
            for index in 1...4 { #expect(answers[index][1] == (try json(#"{"v":1}"#))) }
            for index in 5...7 { #expect(answers[index][1]["type"] == "invalidResultReference") }
        }
    }
}
