import MailModel
import Testing

@testable import MailStore

/// Lists of one maildrop's mail walk an index of their own.
@Suite struct MaildropListTests {
    private func maildrop(_ account: Account, _ name: String) async throws -> MaildropID {
        let inbox = try await account.inbox()
        return try await account.write { writer in
            try writer.createMaildrop(
                MaildropSettings(name: name, host: "pop.example.org", username: name, mailbox: inbox), password: nil)
        }
    }

    private func condition(_ maildrop: MaildropID) -> EmailCondition {
        var condition = EmailCondition()
        condition.maildrop = maildrop
        return condition
    }

    private func store(_ emails: [EmailID], of maildrop: MaildropID, _ account: Account) async throws {
        for email in emails {
            let message = StoredMessage(
                uniqueID: try #require(UniqueID("\(maildrop)-\(email)".utf8)), octets: 1, fingerprint: [1], email: email
            )
            try await account.write { try $0.recordStored([message], of: maildrop) }
        }
    }

    @Test func theListIsAWalkAndNothingIsSorted() async throws {
        try await AccountFixture.run { _, account in
            let id = try await maildrop(account, "a")
            let steps = try await account.read { reader in
                let plan = try QueryPlan(
                    EmailQuery(filter: .condition(condition(id))), reader: reader, lookups: FilterLookups(reader))
                return try reader.db.all("EXPLAIN QUERY PLAN " + plan.listing.sql) { $0.text(3) }
            }
            #expect(
                steps == [
                    "SEARCH p USING PRIMARY KEY (record=?)", "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)",
                ])
        }
    }

    @Test func eachMaildropHasItsOwnAndWhatIsDestroyedOrRemovedIsInNone() async throws {
        try await AccountFixture.run { _, account in
            let (one, other) = (try await maildrop(account, "a"), try await maildrop(account, "b"))
            let ids = try await account.deliver((0..<6).map { message(subject: "\($0)") })
            try await store([ids[0], ids[2], ids[4]], of: one, account)
            try await store([ids[1]], of: other, account)
            func list(_ query: EmailQuery) async throws -> [EmailID] { try await account.query(query).ids }
            let query = EmailQuery(filter: .condition(condition(one)), total: .calculate)
            let all = try await account.query(query)
            #expect(Set(all.ids) == [ids[0], ids[2], ids[4]] && all.total == 3)
            #expect(try await list(EmailQuery(filter: .condition(condition(other)))) == [ids[1]])
            var placed = condition(one)
            placed.inMailbox = try await account.inbox()
            #expect(Set(try await list(EmailQuery(filter: .condition(placed)))) == Set(all.ids))
            let both = EmailFilter.any([.condition(condition(one)), .condition(condition(other))])
            #expect(try await list(EmailQuery(filter: both)).count == 4)
            #expect(try await list(EmailQuery(filter: .noneOf([.condition(condition(one))]))).count == 3)
            let anchored = try await account.query(
                EmailQuery(filter: .condition(condition(one)), anchor: all.ids[1], limit: 1))
            #expect(anchored.position == 1 && anchored.ids == [all.ids[1]])
            try await account.write { try $0.destroyEmail(ids[2]) }
            #expect(try await account.query(query).total == 2)
            try await account.write { try $0.destroyMaildrop(one) }
            #expect(try await account.query(query).total == 0)
            #expect(try await list(EmailQuery(filter: .condition(condition(other)))) == [ids[1]])
        }
    }

    @Test(arguments: ["DELETE FROM maildropEmail", "UPDATE maildropEmail SET receivedAt = receivedAt + 1"])
    func theCheckFindsAListThatIsNotTheMaildrops(sql: String) async throws {
        struct Undone: Error {}
        try await AccountFixture.run { _, account in
            let id = try await maildrop(account, "a")
            try await store(try await account.deliver([message()]), of: id, account)
            await #expect(throws: Undone.self) {
                try await account.write { writer in
                    try writer.db.run(sql)
                    var report = CheckReport()
                    try MaildropCheck.run(on: writer.reader, into: &report)
                    #expect(report.findings.map(\.description).contains { $0.contains("listed for") })
                    throw Undone()
                }
            }
        }
    }
}
