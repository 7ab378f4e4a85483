import MailModel
import Testing

@testable import MailStore

/// Whether a maildrop must be listed, from the one read that a poll begins with.
struct PollOutsetTests {
    private let folder: StoreFolder
    private let now = Timestamp(seconds: 1_800_000_000)

    init() throws { folder = try StoreFolder() }

    private func needsListing(after change: @escaping @Sendable (AccountWriter, MaildropID) throws -> Void) async throws
        -> Bool
    {
        try await folder.with { store async throws in
            let user = try await store.createUser(
                name: "ada\(try await store.users().count)", password: Secret("correct horse"))
            let account = try await store.account(user.account)
            let id = try await account.write { writer in
                guard let inbox = try writer.reader.mailbox(withRole: .inbox) else {
                    throw MailStoreError.notFound("Inbox")
                }
                let id = try writer.createMaildrop(
                    .init(name: "Work", host: "pop.example.com", username: "ada", mailbox: inbox.id))
                try change(writer, id)
                return id
            }
            let now = now
            let outset = try #require(try await account.read { try $0.pollOutset(of: id, now: now) })
            #expect(outset.maildrop.id == id)
            // No email belongs to these: they were for this read alone.
            try await account.write { writer in
                try writer.db.run("DELETE FROM maildropMessage")
                try writer.db.run("DELETE FROM maildropDeletion")
            }
            return outset.needsListing
        }
    }

    private func parked(retryAt: Timestamp?) throws -> UnstoredMessage {
        UnstoredMessage(
            uniqueID: try #require(UniqueID("a".utf8)), octets: 9, state: .parked, reason: "Refused.", retryAt: retryAt)
    }

    @Test func nothingToDoNeedsNoListing() async throws {
        #expect(try await !needsListing { _, _ in })
    }

    @Test func aParkedMessageNeedsOneFromItsTimeOn() async throws {
        for (wait, isDue) in [(0, true), (1, false)] {
            let message = try parked(retryAt: now.adding(seconds: Int64(wait)))
            #expect(try await needsListing { try $0.recordUnstored([message], of: $1) } == isDue)
        }
        let never = try parked(retryAt: nil)
        #expect(try await !needsListing { try $0.recordUnstored([never], of: $1) })
    }

    @Test(arguments: [
        ("isUnchecked = 1", true), ("isUnchecked = 1, absentSince = 5", false), ("isVanishing = 1", true),
        ("absentSince = 5", false),
    ])
    func whatIsToBeLookedAtOrVanishedNeedsOne(change: String, isNeeded: Bool) async throws {
        let result = try await needsListing { writer, id in
            try writer.db.run(
                """
                INSERT INTO maildropMessage (record, numbering, uniqueID, ordinal, octets, state, email)
                SELECT record, 1, x'61', 0, 9, 1, 77 FROM maildrop WHERE id = ?
                """, .int(id.rawValue))
            try writer.db.run("UPDATE maildropMessage SET \(change)")
        }
        #expect(result == isNeeded)
    }

    @Test(arguments: [(1, true), (2, true), (3, true), (4, false), (5, false)])
    func anOpenDeletionNeedsOne(state: Int, isNeeded: Bool) async throws {
        let result = try await needsListing { writer, id in
            try writer.db.run(
                """
                INSERT INTO maildropDeletion
                    (record, numbering, uniqueID, ordinal, octets, email, reason, state, intendedAt, settledAt)
                SELECT record, 1, x'61', 0, 9, 77, 1, ?, 5, 5 FROM maildrop WHERE id = ?
                """, .int(state), .int(id.rawValue))
        }
        #expect(result == isNeeded)
    }

    @Test func aMaildropThatIsGoneHasNone() async throws {
        try await folder.with { store async throws in
            let user = try await store.createUser(name: "ada", password: Secret("correct horse"))
            let account = try await store.account(user.account)
            let isThere = try await account.read { reader in
                try reader.pollOutset(of: MaildropID(rawValue: 9), now: Timestamp(seconds: 0)) != nil
            }
            #expect(!isThere)
        }
    }
}
