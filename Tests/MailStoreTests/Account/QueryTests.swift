import MailModel
import Testing

@testable import MailStore

/// What the property test does not reach: limits, and that the common query walks its index.
@Suite struct QueryTests {
    private func code(_ account: Account, _ query: EmailQuery) async -> MailStoreError.Code? {
        do {
            _ = try await account.query(query)
            return nil
        } catch { return (error as? MailStoreError)?.code }
    }

    @Test func aFilterHasAtMost500Nodes16Deep() async throws {
        try await AccountFixture.run { _, account in
            try await account.deliver([message()])
            func wide(_ count: Int) -> EmailFilter {
                .any(
                    (0..<count).map { number in
                        var condition = EmailCondition()
                        condition.minSize = number
                        return .condition(condition)
                    })
            }
            #expect(await code(account, EmailQuery(filter: wide(499))) == nil)
            #expect(await code(account, EmailQuery(filter: wide(500))) == .overLimit)
            var condition = EmailCondition()
            condition.allInThreadHaveKeyword = .seen
            condition.inMailboxOtherThan = []
            var deep = EmailFilter.condition(condition)
            for _ in 0..<15 { deep = .noneOf([.condition(condition), deep]) }
            for order in [EmailQuery.Order.newestFirst, .oldestFirst] {
                #expect(await code(account, EmailQuery(filter: deep, order: order, total: .calculate)) == nil)
            }
            #expect(await code(account, EmailQuery(filter: .noneOf([deep]))) == .overLimit)
        }
    }

    @Test func extremePositionsAreJustFarAway() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([message()])
            #expect(try await account.query(EmailQuery(position: .max)).ids.isEmpty)
            #expect(try await account.query(EmailQuery(position: .min)).ids == ids)
            let far = EmailQuery(anchor: ids[0], anchorOffset: .max)
            #expect(try await account.query(far).ids.isEmpty)
            let before = EmailQuery(anchor: ids[0], anchorOffset: .min)
            #expect(try await account.query(before).ids == ids)
        }
    }

    @Test func openingAMailboxWalksItsIndexAndSortsNothing() async throws {
        try await AccountFixture.run { _, account in
            let plan = try await account.read { reader in
                try reader.db.all(
                    """
                    EXPLAIN QUERY PLAN SELECT m.email FROM emailMailbox m INDEXED BY emailMailboxBySortKey
                    WHERE m.mailbox = 1 AND 1 ORDER BY m.sortKey DESC, m.email DESC LIMIT 50 OFFSET 0
                    """
                ) { $0.text(3) }
            }
            #expect(plan == ["SEARCH m USING COVERING INDEX emailMailboxBySortKey (mailbox=?)"])
        }
    }

    @Test func pagesNearTheEndAreThoseOfTheWholeList() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver((0..<9).map { message(subject: "\($0)") })
            let inMailbox = EmailFilter.condition(EmailCondition(inMailbox: try await account.inbox()))
            let bySubject = EmailQuery.Order([.init(.subject(.asciiCasemap), .descending)])
            let newestFirst = Array(ids.reversed())
            for (order, list) in [(.newestFirst, newestFirst), (.oldestFirst, ids), (bySubject, newestFirst)] {
                for (position, limit) in (0...10).flatMap({ at in [0, 1, 4, 20, nil].map { (at, $0) } }) {
                    let page = EmailQuery(filter: inMailbox, order: order, position: position, limit: limit)
                    #expect(try await account.query(page).ids == Array(list.dropFirst(position).prefix(limit ?? .max)))
                }
            }
        }
    }

    /// Most of a mailbox is not flagged: none of that is passed.
    @Test func whatIsFlaggedHasAnIndexOfItsOwn() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            var hasFlag = EmailCondition()
            hasFlag.hasKeyword = .flagged
            let flagged = EmailFilter.condition(hasFlag)
            let within = EmailFilter.all([.condition(EmailCondition(inMailbox: inbox)), flagged])
            for (filter, table) in [
                (flagged, "e USING COVERING INDEX emailFlagged"),
                (within, "m USING COVERING INDEX emailMailboxFlagged"),
            ] {
                let steps = try await account.read { reader in
                    let plan = try QueryPlan(EmailQuery(filter: filter), reader: reader, lookups: FilterLookups(reader))
                    return try reader.db.all("EXPLAIN QUERY PLAN " + plan.listing.sql) { $0.text(3) }
                }
                #expect(steps.count == 1 && steps.allSatisfy { $0.contains(table) }, "\(steps)")
            }
            #expect(try await account.query(EmailQuery(filter: flagged, total: .calculate)).total == 0)
            // SQLite drops what stands beside a plain 0, and with it what the index demands.
            for filter in [EmailFilter.all([flagged, .any([])]), .all([within, .all([.any([]), flagged])])] {
                #expect(try await account.query(EmailQuery(filter: filter, total: .calculate)).total == 0)
            }
        }
    }

    /// How SQLite goes about finding out which of a few emails are in a list.
    private func steps(_ filter: EmailFilter?, _ account: Account) async throws -> [String] {
        try await account.read { reader in
            let plan = try QueryPlan(EmailQuery(filter: filter), reader: reader, lookups: FilterLookups(reader))
            return try reader.db.all("EXPLAIN QUERY PLAN " + plan.matching([EmailID(rawValue: 1)]).sql) { $0.text(3) }
        }
    }

    @Test func whetherAFewEmailsAreInAListIsAskedOfThemAlone() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            var large = EmailCondition(inMailbox: inbox)
            large.minSize = 10
            for filter in [EmailFilter.condition(EmailCondition(inMailbox: inbox)), .condition(large)] {
                let steps = try await steps(filter, account)
                #expect(steps.first?.hasPrefix("SCAN j VIRTUAL TABLE") == true)
                #expect(steps.dropFirst().first == "SEARCH m USING INDEX emailMailboxByEmail (email=? AND mailbox=?)")
                #expect(!steps.dropFirst().contains { $0.hasPrefix("SCAN") })
            }
            let everywhere = try await steps(nil, account)
            #expect(everywhere.first?.hasPrefix("SCAN j VIRTUAL TABLE") == true)
            #expect(everywhere.dropFirst().first == "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)")
        }
    }

    @Test func textInAMailboxIsLookedUpFromWhatWasFound() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            let archive = try await account.role(.archive).id
            let ids = try await account.deliver([
                message(subject: "red"), message(subject: "green"), message(subject: "red green"),
            ])
            try await account.deliver([message(subject: "red elsewhere")], to: [archive])
            var red = EmailCondition(inMailbox: inbox)
            red.subject = "red"
            let query = EmailQuery(filter: .condition(red), order: .oldestFirst, total: .calculate)
            #expect(try await account.query(query).ids == [ids[0], ids[2]])
            #expect(try await account.query(query).total == 2)
            var anchored = query
            anchored.anchor = ids[2]
            #expect(try await account.query(anchored).position == 1)
            anchored.anchor = ids[1]
            let outside = anchored
            await #expect(throws: MailStoreError.self) { try await account.query(outside) }
            let steps = try await steps(.condition(red), account)
            #expect(steps.contains("SEARCH m USING INDEX emailMailboxByEmail (email=? AND mailbox=?)"))
        }
    }

    @Test func whereAnEmailStandsIsCountedAlongTheIndexFromItsPlaceOn() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            let ids = try await account.deliver((0..<5).map { message(subject: "\($0)") })
            for (index, id) in ids.enumerated() {
                let query = EmailQuery(
                    filter: .condition(EmailCondition(inMailbox: inbox)), order: .oldestFirst, anchor: id)
                #expect(try await account.query(query).position == index)
            }
        }
    }

    @Test func aMailboxThatIsNotThereIsEmpty() async throws {
        try await AccountFixture.run { _, account in
            let nowhere = EmailCondition(inMailbox: MailboxID(rawValue: 99))
            let result = try await account.query(EmailQuery(filter: .condition(nowhere), total: .calculate))
            #expect(result.ids.isEmpty)
            #expect(result.total == 0)
        }
    }

    @Test func aRefusedImportInAnOtherwiseGoodTransactionLeavesNothing() async throws {
        try await AccountFixture.run { fixture, account in
            let upload = try await account.prepareBlob(.octets(message(subject: "late")))
            try await account.write { try $0.addBlob(upload) }
            let late = try #require(try await account.prepare(stored: upload.id))
            fixture.advance(seconds: 90_000)
            try await account.core.prune()
            let inbox = try await account.inbox()
            let good = try await account.prepare(.octets(message(subject: "good")))
            try await account.write { writer in
                #expect(throws: MailStoreError.self) {
                    try writer.addEmail(Arrival(late, mailboxIDs: [inbox], receivedAt: AccountFixture.start))
                }
                _ = try writer.addEmail(Arrival(good, mailboxIDs: [inbox], receivedAt: AccountFixture.start))
            }
            #expect(try await account.mailbox(inbox).totalEmails == 1)
        }
    }
}
