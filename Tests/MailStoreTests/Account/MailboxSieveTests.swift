import MailModel
import Testing

@testable import MailStore

/// Lists of all mail that leave mailboxes out; the property test compares them with a naive evaluation too.
@Suite struct MailboxSieveTests {
    /// Three in the inbox, two in the archive, two in the trash, one in inbox and trash, one in archive and trash; in
    /// threads of their own, but for one of two in the inbox and the trash.
    private func fill(_ account: Account) async throws -> (inbox: MailboxID, archive: MailboxID, trash: MailboxID) {
        let (inbox, archive) = (try await account.inbox(), try await account.role(.archive).id)
        let trash = try await account.role(.trash).id
        try await account.deliver([message(id: "a@x", subject: "a"), message(subject: "b"), message(subject: "c")])
        try await account.deliver([message(subject: "d"), message(subject: "e")], to: [archive])
        try await account.deliver([message(subject: "f")], to: [inbox, trash])
        try await account.deliver([message(subject: "g")], to: [archive, trash])
        try await account.deliver([message(subject: "Re: a", references: ["a@x"]), message(subject: "h")], to: [trash])
        return (inbox, archive, trash)
    }

    private func otherThan(_ mailboxes: MailboxID...) -> EmailFilter {
        var condition = EmailCondition()
        condition.inMailboxOtherThan = mailboxes
        return .condition(condition)
    }

    private func not(_ mailboxes: MailboxID...) -> EmailFilter {
        .noneOf(mailboxes.map { .condition(EmailCondition(inMailbox: $0)) })
    }

    @Test func whatIsLeftOutIsCountedAndListedAsWithoutTheSieve() async throws {
        try await AccountFixture.run { _, account in
            let (inbox, archive, trash) = try await fill(account)
            var unread = EmailCondition()
            unread.notKeyword = .seen
            let cases: [(EmailFilter, emails: Int, threads: Int)] = [
                (otherThan(trash), 7, 7), (otherThan(inbox, archive), 4, 4), (otherThan(inbox, archive, trash), 0, 0),
                (otherThan(), 9, 8), (otherThan(MailboxID(rawValue: 999)), 9, 8), (not(trash), 5, 5),
                (not(inbox, archive), 2, 2), (not(inbox, trash), 2, 2), (not(inbox, archive, trash), 0, 0),
                (not(), 9, 8),
                (.all([not(trash), otherThan(inbox), .condition(unread)]), 2, 2),
                (.all([otherThan(trash), otherThan(inbox)]), 4, 4), (.any([not(trash), otherThan(archive)]), 9, 8),
                (.noneOf([.condition(EmailCondition(inMailbox: trash)), .condition(unread)]), 0, 0),
                (.noneOf([.all([.condition(EmailCondition(inMailbox: trash)), .condition(unread)])]), 5, 5),
            ]
            for (filter, emails, threads) in cases {
                for order in [EmailQuery.Order.newestFirst, .oldestFirst, .init([.init(.size, .ascending)])] {
                    for (listing, count) in [(EmailQuery.ThreadListing.everyEmail, emails), (.firstOfThread, threads)] {
                        var query = EmailQuery(filter: filter, order: order, limit: 100, threads: listing)
                        let without = try await account.query(query)
                        query.total = .calculate
                        let with = try await account.query(query)
                        #expect(with.total == count, "\(filter)")
                        #expect(with.ids == without.ids && with.ids.count == count, "\(filter)")
                        query.position = 1
                        query.limit = 2
                        #expect(try await account.query(query).ids == Array(without.ids.dropFirst().prefix(2)))
                    }
                }
            }
        }
    }

    @Test func theListsOfASieveGoAlongIndexes() async throws {
        try await AccountFixture.run { _, account in
            for sql in [MailboxSieve.within, MailboxSieve.onlyWithin, MailboxSieve.outside] {
                let steps = try await account.read { reader in
                    try reader.db.all("EXPLAIN QUERY PLAN " + sql) { $0.text(3) }
                }
                #expect(
                    steps.contains("SEARCH x USING COVERING INDEX emailMailboxBySortKey (mailbox=?)"), "\(steps)")
                #expect(!steps.contains { $0.hasPrefix("SCAN x") || $0.hasPrefix("SCAN y") })
            }
        }
    }

    @Test func aSetOfIdsHoldsWhatWasPutIn() {
        var set = IDSet()
        let ids: [Int64] = [0, 1, 63, 64, 65, 1000, (1 << 27) - 1, 1 << 27, .max, -1, .min]
        for id in ids {
            #expect(!set.contains(id))
            let (first, second) = (set.insert(id), set.insert(id))
            #expect(first && !second)
            #expect(set.contains(id))
        }
        for id: Int64 in [2, 62, 66, 999, 1001, (1 << 27) - 2, (1 << 27) + 1, -2] { #expect(!set.contains(id)) }
    }
}
