import GRDB
import MailModel
import Testing

@testable import MailStore

struct FetchedElsewhereTests {
    private func maildrop(in account: Account) async throws -> MaildropID {
        let inbox = try await account.inbox()
        return try await account.write {
            try $0.createMaildrop(.init(name: "Work", host: "pop.example.com", username: "ada", mailbox: inbox))
        }
    }

    private func uniqueID(_ text: String) throws -> UniqueID { try #require(UniqueID(text.utf8)) }

    @Test func isKnownAndNeitherStoredNorWaiting() async throws {
        try await AccountFixture.run { _, account in
            let maildrop = try await maildrop(in: account)
            let ids = try ["a", "b"].map(uniqueID)
            #expect(try await account.write { try $0.recordFetchedElsewhere(ids, of: maildrop) } == 2)
            let known = try await account.read { try $0.knownMessages(of: maildrop) }
            #expect(try known.index(of: uniqueID("b")).map(known.state(at:)) == .fetchedElsewhere)
            #expect(try await account.read { try $0.unstoredMessages(of: maildrop) } == [])
        }
    }

    @Test func recordingAgainChangesNothing() async throws {
        try await AccountFixture.run { _, account in
            let maildrop = try await maildrop(in: account)
            let held = UnstoredMessage(uniqueID: try uniqueID("a"), octets: 9, state: .heldBack, reason: "Too large.")
            try await account.write { try $0.recordUnstored([held], of: maildrop) }
            let ids = try ["a", "b"].map(uniqueID)
            #expect(try await account.write { try $0.recordFetchedElsewhere(ids, of: maildrop) } == 1)
            #expect(try await account.write { try $0.recordFetchedElsewhere(ids, of: maildrop) } == 0)
            #expect(try await account.read { try $0.unstoredMessages(of: maildrop) } == [held])
        }
    }

    @Test func aFailedFetchDoesNotParkIt() async throws {
        try await AccountFixture.run { _, account in
            let maildrop = try await maildrop(in: account)
            let id = try uniqueID("a")
            _ = try await account.write { try $0.recordFetchedElsewhere([id], of: maildrop) }
            try await account.write {
                try $0.recordUnstored([.init(uniqueID: id, octets: 9, state: .parked, reason: "No.")], of: maildrop)
                try $0.forgetUnstored([(id, 0)], of: maildrop)
            }
            let known = try await account.read { try $0.knownMessages(of: maildrop) }
            #expect(known.index(of: id).map(known.state(at:)) == .fetchedElsewhere)
        }
    }

    @Test func theNextPollListsEverything() async throws {
        try await AccountFixture.run { _, account in
            let maildrop = try await maildrop(in: account)
            let probe = ListingProbe(count: 0, octets: 0, lastUniqueID: nil, listedAt: AccountFixture.start)
            try await account.write { try $0.setListingProbe(probe, of: maildrop) }
            let id = try uniqueID("a")
            _ = try await account.write { try $0.recordFetchedElsewhere([id], of: maildrop) }
            #expect(try await account.read { try $0.listingProbe(of: maildrop) } == nil)
        }
    }

    @Test func theMigrationKeepsEveryRow() throws {
        let database = try DatabaseQueue()
        try AccountSchema.migrator.migrate(database, upTo: "1")
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO maildropRecord VALUES (1, 1);
                    INSERT INTO maildropNumbering VALUES (1, 1, 0);
                    INSERT INTO maildropMessage VALUES (1, 1, x'61', 0, 9, NULL, 1, 5, NULL, 0, NULL);
                    INSERT INTO maildropMessage VALUES (1, 1, x'62', 1, 8, x'00', 3, NULL, 'No.', 2, 77);
                    """)
        }
        let before = try database.read { try Row.fetchAll($0, sql: "SELECT * FROM maildropMessage") }
        try AccountSchema.migrator.migrate(database, upTo: "maildropMessageElsewhere")
        let after = try database.read { try Row.fetchAll($0, sql: "SELECT * FROM maildropMessage") }
        #expect(before.count == 2)
        #expect(before.map(\.description) == after.map(\.description))
    }
}
