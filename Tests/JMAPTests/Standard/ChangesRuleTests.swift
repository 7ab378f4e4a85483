import JSON
import Testing

/// RFC 8620 §5.2, of every type.
@Suite struct ChangesRuleTests {
    @Test func whatEveryChangesRefuses() async throws {
        try await World.with { world async throws in
            let records = try await Records(world)
            for type in Records.changing {
                let state = try await records.state(type)
                let epoch = state.split(separator: "-").first ?? ""
                for (arguments, error) in [
                    (#"{"sinceState":"\#(state)","maxChanges":0}"#, "invalidArguments"),
                    (#"{"sinceState":"\#(state)","maxChanges":-1}"#, "invalidArguments"),
                    (#"{"sinceState":"\#(state)","maxChanges":"1"}"#, "invalidArguments"),
                    (#"{"sinceState":"\#(state)","ids":[]}"#, "invalidArguments"),
                    (#"{"sinceState":null}"#, "invalidArguments"), ("{}", "invalidArguments"),
                    (#"{"sinceState":"nonsense"}"#, "cannotCalculateChanges"),
                    (#"{"sinceState":"\#(epoch)-999999"}"#, "cannotCalculateChanges"),
                    (#"{"sinceState":"s0-0"}"#, "cannotCalculateChanges"),
                ] {
                    #expect(
                        try await world.alice.error("\(type)/changes", arguments) == error, "\(type) \(arguments)")
                }
                let nothing = try await world.alice.call("\(type)/changes", #"{"sinceState":"\#(state)"}"#)
                #expect(nothing["oldState"].string == state && nothing["newState"].string == state, "\(type)")
                #expect(nothing["hasMoreChanges"] == false, "\(type)")
                for list in ["created", "updated", "destroyed"] { #expect(nothing[list] == .array([]), "\(type)") }
            }
        }
    }

    /// One change a page: each page leads on, none is larger than asked, and together they are everything.
    @Test func pagesOfOneChangeLeadToTheEnd() async throws {
        try await World.with { world async throws in
            let records = try await Records(world)
            var before: [String: String] = [:]
            // A maildrop's status changes when it is polled: nobody polls here.
            let types = Records.changing.filter { $0 != "MaildropStatus" }
            for type in types { before[type] = try await records.state(type) }
            for number in 0..<4 { try await records.addOneOfEach(number) }
            for type in types {
                var state = before[type] ?? ""
                let whole = try await world.alice.call("\(type)/changes", #"{"sinceState":"\#(state)"}"#)
                #expect(whole["hasMoreChanges"] == false, "\(type)")
                // Quotas are there from the start: of four, something else is used.
                #expect(whole[type == "Quota" ? "updated" : "created"].strings.count >= 4, "\(type)")
                var found: Set<String> = []
                var pages = 0
                while pages < 100 {
                    let page = try await world.alice.call(
                        "\(type)/changes", #"{"sinceState":"\#(state)","maxChanges":1}"#)
                    let ids = page["created"].strings + page["updated"].strings + page["destroyed"].strings
                    #expect(ids.count <= 1, "\(type)")
                    #expect(page["oldState"].string == state, "\(type)")
                    found.formUnion(ids)
                    #expect(page["newState"].string != state || page["hasMoreChanges"] == false, "\(type)")
                    state = page["newState"].string ?? ""
                    pages += 1
                    guard page["hasMoreChanges"] == true else { break }
                }
                #expect(found == Set(whole["created"].strings + whole["updated"].strings), "\(type)")
                #expect(state == whole["newState"].string, "\(type)")
                #expect(state == (try await records.state(type)), "\(type)")
            }
        }
    }
}
