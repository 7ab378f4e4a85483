import MailModel
import TestSupport
import Testing

@testable import MailStore

extension TextWalk.Bounds {
    /// So small that a few emails reach each of them.
    static let small = TextWalk.Bounds(fewHits: 2, rows: 100, window: 5, gap: 3, stretches: 3)
}

/// Pages of lists by date, of emails with words that others have too.
@Suite struct TextWalkTests {
    /// Words of messages: one that most have, rarer ones, and one that is only ever next to another.
    private static func text(_ random: inout SeededRandom) -> String {
        let words = ["garden", "garden", "window", "letter", "summerhouse", "summertime"]
        return (0..<4).map { _ in words[Int.random(in: 0..<words.count, using: &random)] }.joined(separator: " ")
    }

    /// Mail that came in the order of its dates, against it, and anyhow; some of it is gone again, some in threads.
    private static func fill(_ account: Account, _ random: inout SeededRandom) async throws {
        var ids: [EmailID] = []
        for part in 0..<12 {
            var messages: [[UInt8]] = []
            for number in 0..<20 {
                messages.append(
                    message(
                        id: "\(part).\(number)@x", subject: text(&random),
                        references: number % 4 == 3 ? ["\(part).\(number - 1)@x"] : [],
                        from: part % 2 == 0 ? "window@example.org" : "ann@example.org", body: text(&random)))
            }
            let start = AccountFixture.start.adding(seconds: Int64(part % 3 == 0 ? part * 100 : -part * 7))
            ids += try await account.deliver(messages, keywords: part % 2 == 0 ? [.flagged] : [], receivedAt: start)
        }
        let gone = ids.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
        try await account.write { writer in
            for id in gone { try writer.destroyEmail(id) }
        }
    }

    private static func filters(_ inbox: MailboxID) -> [EmailFilter] {
        func words(_ text: String, _ change: (inout EmailCondition) -> Void = { _ in }) -> EmailFilter {
            var condition = EmailCondition()
            condition.text = text
            change(&condition)
            return .condition(condition)
        }
        var flagged = EmailCondition()
        flagged.hasKeyword = .flagged
        return [
            words("garden"), words("garden window"), words("\"letter garden\""), words("summerhouse"), words("summer*"),
            words("nowhere"), words("!?"), words("garden") { $0.inMailbox = inbox },
            words("garden") { $0.from = "window" }, words("garden") { $0.header = HeaderCondition(name: "To") },
            words("window") { ($0.hasKeyword, $0.inMailbox) = (.flagged, inbox) },
            words("window") { $0.minSize = 300 },
            .all([words("garden"), words("letter"), .condition(flagged)]),
            .all([words("garden"), .noneOf([words("letter")])]),
            .noneOf([words("garden")]), .any([words("letter"), words("summertime")]),
            .all([.any([words("letter"), .condition(flagged)]), words("garden")]), .all([words("garden"), .any([])]),
        ]
    }

    @Test(arguments: [TextWalk.Bounds.small, .init()])
    func aPageIsWhatTheWholeListHasThere(_ bounds: TextWalk.Bounds) async throws {
        var random = SeededRandom(seed: SeededRandom.seed)
        let fixture = try AccountFixture(textWalk: bounds)
        let account = try await fixture.create()
        try await Self.fill(account, &random)
        for filter in Self.filters(try await account.inbox()) {
            for order in [EmailQuery.Order.newestFirst, .oldestFirst] {
                for threads in [EmailQuery.ThreadListing.everyEmail, .firstOfThread] {
                    try await account.read { reader in
                        let whole = EmailQuery(filter: filter, order: order, threads: threads, total: .calculate)
                        let list = try reader.query(whole).ids
                        for (position, limit) in [(0, 1), (0, 20), (7, 9), (30, 50), (0, 1000), (400, 5)] {
                            var page = whole
                            (page.position, page.limit, page.total) = (position, limit, .omit)
                            let found = try reader.query(page)
                            #expect(found.ids == Array(list.dropFirst(position).prefix(limit)), "\(page)")
                            #expect(found.position == position)
                        }
                    }
                }
            }
        }
        try await fixture.finish()
    }

    private static func page(_ account: Account, _ query: EmailQuery) async throws -> [EmailID]? {
        try await account.read { try TextWalk.page(of: query, reader: $0, lookups: FilterLookups($0)) }
    }

    private static func query(_ text: String, limit: Int, order: EmailQuery.Order = .newestFirst) -> EmailQuery {
        var condition = EmailCondition()
        condition.text = text
        return EmailQuery(filter: .condition(condition), order: order, limit: limit)
    }

    @Test func commonWordsAreWalkedToAndRareOnesAreListed() async throws {
        let fixture = try AccountFixture(textWalk: .small)
        let account = try await fixture.create()
        let ids = try await account.deliver(
            (0..<40).map { message(id: "\($0)@x", body: $0 % 20 == 0 ? "common rare" : "common") })
        #expect(try await Self.page(account, Self.query("common", limit: 12)) == Array(ids.reversed().prefix(12)))
        #expect(try await Self.page(account, Self.query("rare", limit: 12)) == nil)
        #expect(try await Self.page(account, Self.query("comm*", limit: 12)) == nil)
        let bySize = EmailQuery.Order([.init(.size, .ascending)])
        #expect(try await Self.page(account, Self.query("common", limit: 12, order: bySize)) == nil)
        try await fixture.finish()
    }

    @Test func aWalkThatLeadsNowhereSoonIsGivenUp() async throws {
        var bounds = TextWalk.Bounds.small
        bounds.rows = 20
        let fixture = try AccountFixture(textWalk: bounds)
        let account = try await fixture.create()
        // The words are where the list ends, then they are everywhere, but neighbours by date came at other times.
        try await account.deliver((0..<40).map { message(id: "\($0)@x", body: $0 < 10 ? "early" : "late") })
        #expect(try await Self.page(account, Self.query("early", limit: 3)) == nil)
        #expect(try await Self.page(account, Self.query("early", limit: 3, order: .oldestFirst))?.count == 3)
        for part in 0..<10 {
            try await account.deliver(
                (0..<10).map { message(id: "\(part).\($0)@y", body: "scattered") },
                receivedAt: AccountFixture.start.adding(seconds: 1000))
        }
        #expect(try await Self.page(account, Self.query("scattered", limit: 10)) == nil)
        #expect(try await account.query(Self.query("scattered", limit: 10)).ids.count == 10)
        try await fixture.finish()
    }

    @Test func whatIsWrongWithAFilterIsSaidOfItsPagesToo() async throws {
        try await AccountFixture.run { _, account in
            let texts = (0...QueryPlan.filterLookups).map { number -> EmailFilter in
                var condition = EmailCondition()
                condition.text = "word\(number)"
                return .condition(condition)
            }
            await #expect(throws: MailStoreError.self) {
                try await account.query(EmailQuery(filter: .all(texts), limit: 10))
            }
        }
    }
}
