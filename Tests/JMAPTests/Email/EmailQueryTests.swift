import JSON
import MailModel
import Testing

/// RFC 8621 §4.4.
@Suite struct EmailQueryTests {
    private static func ids(_ world: World, _ arguments: String) async throws -> [String] {
        try await world.alice.call("Email/query", arguments)["ids"].strings
    }

    @Test func listsNewestFirstUnlessAskedOtherwise() async throws {
        try await World.with { world async throws in
            let emails = try await world.alice.deliverMany(4)
            let newest = Array(emails.reversed())
            #expect(try await Self.ids(world, "{}") == newest)
            #expect(try await Self.ids(world, #"{"sort":null,"filter":null}"#) == newest)
            #expect(try await Self.ids(world, #"{"sort":[]}"#) == newest)
            #expect(try await Self.ids(world, #"{"sort":[{"property":"receivedAt"}]}"#) == emails)
            #expect(
                try await Self.ids(
                    world, #"{"sort":[{"property":"receivedAt","isAscending":false,"collation":null}]}"#) == newest)
            for sort in [
                #"[{"property":"colour"}]"#, #"[{"keyword":"$seen"}]"#,
                #"[{"property":"receivedAt"},{"property":"x"}]"#,
            ] {
                #expect(try await world.alice.error("Email/query", #"{"sort":\#(sort)}"#) == "unsupportedSort")
            }
        }
    }

    @Test func aFilterThatAsksForTooManyTextsIsNotSupported() async throws {
        try await World.with { world async throws in
            func error(_ count: Int) async throws -> String? {
                let conditions = (0..<count).map { #"{"subject":"word\#($0)"}"# }.joined(separator: ",")
                return try await world.alice.error(
                    "Email/query", #"{"filter":{"operator":"OR","conditions":[\#(conditions)]}}"#)
            }
            #expect(try await error(16) == nil)
            #expect(try await error(17) == "unsupportedFilter")
        }
    }

    @Test func windows() async throws {
        try await World.with { world async throws in
            let emails = try await world.alice.deliverMany(6)
            let newest = Array(emails.reversed())
            func expect(_ window: String, _ slice: ArraySlice<String>, position: Int64) async throws {
                let answer = try await world.alice.call("Email/query", "{\(window)}")
                #expect(answer["ids"].strings == Array(slice), "\(window)")
                #expect(answer["position"].integer == position, "\(window)")
                #expect(answer["limit"] == .null)
            }
            try await expect(#""position":2,"limit":2"#, newest[2..<4], position: 2)
            try await expect(#""position":-2,"limit":9007199254740991"#, newest[4..<6], position: 4)
            try await expect(#""position":-99,"limit":1"#, newest[0..<1], position: 0)
            try await expect(#""position":-9007199254740991,"limit":1"#, newest[0..<1], position: 0)
            try await expect(#""limit":0"#, [], position: 0)
            try await expect(#""anchor":"\#(newest[3])","limit":1"#, newest[3..<4], position: 3)
            try await expect(#""anchor":"\#(newest[3])","anchorOffset":1,"position":0"#, newest[4..<6], position: 4)
            try await expect(#""anchor":"\#(newest[3])","anchorOffset":-2,"limit":2"#, newest[1..<3], position: 1)
            try await expect(#""anchor":"\#(newest[3])","anchorOffset":-99,"limit":2"#, newest[0..<2], position: 0)
            #expect(try await Self.ids(world, #"{"position":9007199254740991}"#) == [])
            #expect(try await Self.ids(world, #"{"anchor":"\#(newest[0])","anchorOffset":9007199254740991}"#) == [])
            for anchor in ["e999", "m1", "nonsense"] {
                #expect(try await world.alice.error("Email/query", #"{"anchor":"\#(anchor)"}"#) == "anchorNotFound")
            }
            let trash = try await world.alice.mailbox("trash")
            let outside = #"{"filter":{"inMailbox":"\#(trash)"},"anchor":"\#(newest[0])"}"#
            #expect(try await world.alice.error("Email/query", outside) == "anchorNotFound")
        }
    }

    @Test func countsAndCollapsesThreads() async throws {
        try await World.with { world async throws in
            let first = try await world.alice.deliver(Sample.plain(1))
            try await world.alice.deliver(Sample.plain(5), to: [.trash], at: World.now.adding(seconds: 1))
            let answer = try await world.alice.deliver(Sample.reply(2, to: 1), at: World.now.adding(seconds: 60))
            let inbox = try await world.alice.mailbox("inbox")
            let base = #""filter":{"inMailbox":"\#(inbox)"},"calculateTotal":true"#
            let all = try await world.alice.call("Email/query", "{\(base)}")
            #expect(all["ids"].strings == [answer, first])
            #expect(all["total"] == 2)
            let collapsed = try await world.alice.call("Email/query", #"{\#(base),"collapseThreads":true}"#)
            #expect(collapsed["ids"].strings == [answer])
            #expect(collapsed["total"] == 1)
            let oldest = try await world.alice.call(
                "Email/query", #"{\#(base),"collapseThreads":true,"sort":[{"property":"receivedAt"}]}"#)
            #expect(oldest["ids"].strings == [first])
            #expect(try await world.alice.call("Email/query", #"{"calculateTotal":true,"limit":0}"#)["total"] == 3)
        }
    }

    @Test func filtersByWhatTheStoreKnows() async throws {
        try await World.with { world async throws in
            let old = try await world.alice.deliver(Sample.plain(1), keywords: [.seen])
            let answer = try await world.alice.deliver(
                Sample.reply(2, to: 1), keywords: [.flagged], at: World.now.adding(seconds: 60))
            let rich = try await world.alice.deliver(
                Sample.rich, to: [.inbox, .archive], at: World.now.adding(seconds: 120))
            let binned = try await world.alice.deliver(
                Sample.plain(4), to: [.trash], at: World.now.adding(seconds: 180))
            let (inbox, trash, archive) = (
                try await world.alice.mailbox("inbox"), try await world.alice.mailbox("trash"),
                try await world.alice.mailbox("archive")
            )
            func expect(_ filter: String, _ emails: [String]) async throws {
                #expect(Set(try await Self.ids(world, #"{"filter":\#(filter)}"#)) == Set(emails), "\(filter)")
            }
            try await expect("{}", [old, answer, rich, binned])
            try await expect(#"{"inMailbox":"\#(inbox)"}"#, [old, answer, rich])
            try await expect(#"{"inMailbox":"m999"}"#, [])
            try await expect(#"{"inMailbox":"nonsense","hasKeyword":"$seen"}"#, [])
            try await expect(#"{"inMailboxOtherThan":["\#(trash)","x"]}"#, [old, answer, rich])
            try await expect(#"{"inMailboxOtherThan":["\#(inbox)","\#(trash)"]}"#, [rich])
            try await expect(#"{"inMailboxOtherThan":[]}"#, [old, answer, rich, binned])
            try await expect(#"{"before":"2026-03-01T12:01:00Z"}"#, [old])
            try await expect(#"{"after":"2026-03-01T12:01:00Z","inMailbox":"\#(inbox)"}"#, [answer, rich])
            try await expect(#"{"hasKeyword":"$SEEN"}"#, [old])
            try await expect(#"{"notKeyword":"$seen"}"#, [answer, rich, binned])
            try await expect(#"{"someInThreadHaveKeyword":"$flagged"}"#, [old, answer])
            try await expect(#"{"allInThreadHaveKeyword":"$seen"}"#, [])
            try await expect(#"{"noneInThreadHaveKeyword":"$flagged"}"#, [rich, binned])
            try await expect(#"{"hasAttachment":true}"#, [rich])
            try await expect(#"{"minSize":1000}"#, [rich])
            try await expect(#"{"maxSize":1000,"hasAttachment":false}"#, [old, answer, binned])
            try await expect(
                #"{"operator":"NOT","conditions":[{"inMailbox":"\#(archive)"},{"hasKeyword":"$seen"}]}"#,
                [answer, binned])
            try await expect(#"{"operator":"OR","conditions":[]}"#, [])
            try await expect(#"{"operator":"AND","conditions":[]}"#, [old, answer, rich, binned])
        }
    }

    @Test func looksForText() async throws {
        try await World.with { world async throws in
            let plain = try await world.alice.deliver(Sample.plain(1, subject: "Invoice for March"))
            let rich = try await world.alice.deliver(Sample.rich)
            func expect(_ filter: String, _ emails: [String]) async throws {
                #expect(Set(try await Self.ids(world, #"{"filter":\#(filter)}"#)) == Set(emails), "\(filter)")
            }
            try await expect(#"{"subject":"invoice"}"#, [plain])
            try await expect(#"{"subject":"march invoice"}"#, [plain])
            try await expect(#"{"from":"sender1"}"#, [plain])
            try await expect(#"{"from":"MÜLLER"}"#, [rich])
            try await expect(#"{"cc":"andre@example.org"}"#, [rich])
            try await expect(#"{"text":"wien"}"#, [rich])
            try await expect(#"{"body":"message"}"#, [plain])
            try await expect(#"{"text":"inv*"}"#, [plain])
            try await expect(#"{"text":"nowhere"}"#, [])
            try await expect(#"{"attachmentName":"b.pdf"}"#, [rich])
            try await expect(#"{"attachmentName":"B*"}"#, [rich])
            try await expect(#"{"attachmentName":"wien"}"#, [])
            try await expect(#"{"operator":"NOT","conditions":[{"attachmentName":"b"}]}"#, [plain])
            for text in [#"\"unbalanced"#, "a AND OR NOT", "(", "*", "'", "-", "NEAR(", "col:x", "^", "\\u0000"] {
                let filter = #"{"filter":{"text":"\#(text)"}}"#
                #expect(try await world.alice.error("Email/query", filter) == nil, "\(text)")
            }
        }
    }

    @Test(arguments: [
        #"{"inMailbox":1}"#, #"{"inMailbox":null}"#, #"{"inMailboxOtherThan":"m1"}"#, #"{"inMailboxOtherThan":[1]}"#,
        #"{"before":"yesterday"}"#, #"{"before":"2026-03-01T12:01:00+01:00"}"#, #"{"after":5}"#, #"{"minSize":-1}"#,
        #"{"maxSize":"big"}"#, #"{"hasKeyword":""}"#, #"{"hasKeyword":"a b"}"#, #"{"notKeyword":1}"#,
        #"{"hasAttachment":1}"#, #"{"text":1}"#, #"{"attachmentName":1}"#, #"{"color":"red"}"#, #"{"header":"X-Tag"}"#,
        #"{"header":[]}"#,
        #"{"header":["a","b","c"]}"#, #"{"header":["X-Tag",1]}"#,
    ])
    func refusesFiltersOfTheWrongType(filter: String) async throws {
        try await World.with { world async throws in
            #expect(try await world.alice.error("Email/query", #"{"filter":\#(filter)}"#) == "invalidArguments")
        }
    }

    @Test func looksForNamesOfAttachmentsWithTheCapabilityAlone() async throws {
        try await World.with { world async throws in
            let response = try await world.alice.request(
                #"""
                {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail"],
                "methodCalls":[["Email/query",{"accountId":"$A","filter":{"attachmentName":"b.pdf"}},"0"]]}
                """#)
            #expect(response["methodResponses"][0][1]["type"] == "invalidArguments")
        }
    }

    @Test func looksIntoHeaderFields() async throws {
        try await World.with { world async throws in
            let plain = try await world.alice.deliver(Sample.plain(1))
            let rich = try await world.alice.deliver(Sample.rich)
            func expect(_ filter: String, _ emails: [String]) async throws {
                #expect(Set(try await Self.ids(world, #"{"filter":\#(filter)}"#)) == Set(emails), "\(filter)")
            }
            try await expect(#"{"header":["x-TAG"]}"#, [rich])
            try await expect(#"{"header":["X-Tag","TWO"]}"#, [rich])
            try await expect(#"{"header":["X-Tag","three"]}"#, [])
            try await expect(#"{"header":["Sender","jürgen"]}"#, [rich])
            try await expect(#"{"header":["Subject"]}"#, [plain, rich])
            try await expect(#"{"header":["Subject",""]}"#, [plain, rich])
            try await expect(#"{"header":["X-None"]}"#, [])
            try await expect(#"{"operator":"NOT","conditions":[{"header":["List-Post"]}]}"#, [plain])
            try await expect(#"{"header":["Subject","wien"],"hasAttachment":true,"from":"jane"}"#, [rich])
        }
    }

    @Test func sortsByEveryProperty() async throws {
        try await World.with { world async throws in
            func mail(_ from: String, _ to: String, _ subject: String, _ date: String, _ size: Int) -> String {
                """
                From: \(from)
                To: \(to)
                Subject: \(subject)
                Date: \(date)
                Message-ID: <\(size)@example.org>

                \(String(repeating: "x", count: size))

                """
            }
            let a = try await world.alice.deliver(
                mail("zoe <a@x>", "b@x", "Re: Apples", "Sun, 1 Mar 2026 10:00:00 +0000", 300), keywords: [.flagged],
                at: World.now)
            let b = try await world.alice.deliver(
                mail("Anton <z@x>", "=?utf-8?q?=C3=84nne?= <c@x>", "bananas", "some day", 200),
                at: World.now.adding(seconds: 1))
            let c = try await world.alice.deliver(
                mail("m@x", "A B <x@x>", "[list] cherries", "Sun, 1 Mar 2026 10:00:00 +0100", 100),
                at: World.now.adding(seconds: 2))
            func expect(_ sort: String, _ emails: [String]) async throws {
                #expect(try await Self.ids(world, #"{"sort":[\#(sort)]}"#) == emails, "\(sort)")
            }
            try await expect(#"{"property":"size"}"#, [c, b, a])
            try await expect(#"{"property":"size","isAscending":false}"#, [a, b, c])
            try await expect(#"{"property":"from"}"#, [b, c, a])
            try await expect(#"{"property":"to"}"#, [c, b, a])
            try await expect(#"{"property":"to","collation":"i;ascii-casemap"}"#, [c, a, b])
            try await expect(#"{"property":"subject"}"#, [a, b, c])
            try await expect(#"{"property":"sentAt"}"#, [b, c, a])
            try await expect(#"{"property":"hasKeyword","keyword":"$flagged","isAscending":false}"#, [a, c, b])
            try await expect(
                #"{"property":"someInThreadHaveKeyword","keyword":"$flagged"},{"property":"receivedAt"}"#, [b, c, a])
            try await expect(
                #"{"property":"allInThreadHaveKeyword","keyword":"$FLAGGED","isAscending":false}"#, [a, c, b])
            #expect(
                try await world.alice.error("Email/query", #"{"sort":[{"property":"hasKeyword"}]}"#)
                    == "invalidArguments")
        }
    }

    /// Many hits are met along the index of dates, few are looked up: the list is the same.
    @Test func aListByTextIsTheSameInPagesAndWhole() async throws {
        try await World.with { world async throws in
            let inbox = try await world.alice.mailbox("inbox")
            for number in 0..<24 {
                let message = number % 5 == 3 ? Sample.reply(number, to: number - 1) : Sample.plain(number)
                try await world.alice.deliver(
                    message, to: number % 7 == 6 ? [.archive] : [.inbox],
                    keywords: number.isMultiple(of: 2) ? [.flagged] : [],
                    at: World.now.adding(seconds: Int64(number / 2) * 60))
            }
            for filter in [
                #"{"text":"text"}"#, #"{"text":"text","inMailbox":"\#(inbox)"}"#,
                #"{"from":"sender*","inMailbox":"\#(inbox)","hasKeyword":"$flagged"}"#,
                #"{"text":"text","to":"alice","inMailboxOtherThan":["\#(inbox)"]}"#,
            ] {
                for more in ["", #","collapseThreads":true"#, #","sort":[{"property":"receivedAt"}]"#] {
                    let whole = try await Self.ids(world, #"{"filter":\#(filter)\#(more)}"#)
                    #expect(whole.count > 1, "\(filter)")
                    var pages: [String] = []
                    while pages.count <= whole.count {
                        let page = try await Self.ids(
                            world, #"{"filter":\#(filter),"position":\#(pages.count),"limit":2\#(more)}"#)
                        if page.isEmpty { break }
                        pages += page
                    }
                    #expect(pages == whole, "\(filter)\(more)")
                }
            }
        }
    }

    @Test func anchorsAndTotalsHoldInEveryOrder() async throws {
        try await World.with { world async throws in
            let emails = try await world.alice.deliverMany(5)
            let answer = try await world.alice.call(
                "Email/query",
                #"""
                {"sort":[{"property":"subject"}],"anchor":"\#(emails[2])","anchorOffset":-1,"limit":2,
                "calculateTotal":true,"filter":{"from":"sender*"}}
                """#)
            #expect(answer["ids"].strings == Array(emails[1...2]))
            #expect(answer["position"] == 1)
            #expect(answer["total"] == 5)
            #expect(answer["canCalculateChanges"] == true)
        }
    }
}
