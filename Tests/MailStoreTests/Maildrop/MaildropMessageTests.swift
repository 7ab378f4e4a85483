import MailModel
import Testing

@testable import MailStore

struct MaildropMessageTests {
    private let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    private func with(_ body: (MailStore, Account, MaildropID) async throws -> Void) async throws {
        try await folder.with { store async throws in
            let user = try await store.createUser(name: "ada", password: Secret("correct horse"))
            let account = try await store.account(user.account)
            let id = try await account.write { writer in
                guard let inbox = try writer.reader.mailbox(withRole: .inbox) else {
                    throw MailStoreError.notFound("Inbox")
                }
                return try writer.createMaildrop(
                    .init(name: "Work", host: "pop.example.com", username: "ada", mailbox: inbox.id))
            }
            try await body(store, account, id)
        }
    }

    private func uniqueID(_ number: Int) throws -> UniqueID { try #require(UniqueID("id-\(number)".utf8)) }

    /// Stores one small message and records it, as a poll does.
    private func ingest(_ number: Int, _ account: Account, _ maildrop: MaildropID) async throws -> EmailID {
        let text = "From: ada@example.com\r\nSubject: \(number)\r\n\r\nHello \(number)\r\n"
        let message = try await account.prepare(.octets(Array(text.utf8)))
        let inbox = try #require(try await account.read { try $0.mailbox(withRole: .inbox)?.id })
        let id = try uniqueID(number)
        let emails = try await account.ingest(
            [Arrival(message, mailboxIDs: [inbox], receivedAt: Timestamp(seconds: Int64(number)))]
        ) { writer, emails in
            try writer.recordStored(
                [
                    .init(
                        uniqueID: id, octets: text.utf8.count, fingerprint: message.fingerprint,
                        email: emails[0])
                ], of: maildrop)
        }
        return try #require(emails.first)
    }

    @Test func aMessageIsKnownExactlyWhenItsEmailIsThere() async throws {
        try await with { _, account, maildrop in
            _ = try await ingest(1, account, maildrop)
            let known = try await account.read { try $0.knownMessages(of: maildrop) }
            #expect(known.count == 1)
            #expect(try known.index(of: uniqueID(1)).map(known.state(at:)) == .stored)
        }
    }

    @Test func storingAMessageTwiceRollsTheWholeBatchBack() async throws {
        try await with { _, account, maildrop in
            _ = try await ingest(1, account, maildrop)
            let error = await #expect(throws: MailStoreError.self) { try await ingest(1, account, maildrop) }
            #expect(error?.code == .alreadyExists)
            #expect(try await account.read { try $0.mailbox(withRole: .inbox)?.totalEmails } == 1)
        }
    }

    @Test func aPollOfARemovedMaildropStoresNothingMore() async throws {
        try await with { _, account, maildrop in
            try await account.write { try $0.destroyMaildrop(maildrop) }
            let error = await #expect(throws: MailStoreError.self) { try await ingest(1, account, maildrop) }
            #expect(error?.code == .notFound)
            #expect(try await account.read { try $0.mailbox(withRole: .inbox)?.totalEmails } == 0)
        }
    }

    @Test func aDestroyedEmailsMessageStaysKnown() async throws {
        try await with { _, account, maildrop in
            let email = try await ingest(1, account, maildrop)
            try await account.write { try $0.destroyEmail(email) }
            let known = try await account.read { try $0.knownMessages(of: maildrop) }
            #expect(try known.index(of: uniqueID(1)).map(known.state(at:)) == .stored)
        }
    }

    @Test func aParkedMessageCanBeStoredAndNotParkedAgain() async throws {
        try await with { _, account, maildrop in
            let parked = UnstoredMessage(
                uniqueID: try uniqueID(1), octets: 9, state: .parked, reason: "The server refused it.", attempts: 2,
                retryAt: Timestamp(seconds: 60))
            try await account.write { try $0.recordUnstored([parked], of: maildrop) }
            #expect(try await account.read { try $0.unstoredMessages(of: maildrop) } == [parked])
            _ = try await ingest(1, account, maildrop)
            try await account.write { try $0.recordUnstored([parked], of: maildrop) }
            #expect(try await account.read { try $0.unstoredMessages(of: maildrop) }.isEmpty)
            let known = try await account.read { try $0.knownMessages(of: maildrop) }
            #expect(try known.index(of: uniqueID(1)).map(known.state(at:)) == .stored)
        }
    }

    @Test func onlyUnstoredMessagesAreForgotten() async throws {
        try await with { _, account, maildrop in
            _ = try await ingest(1, account, maildrop)
            let held = UnstoredMessage(uniqueID: try uniqueID(2), octets: 9, state: .heldBack, reason: "Too large.")
            let one = try uniqueID(1)
            try await account.write { writer in
                try writer.recordUnstored([held], of: maildrop)
                try writer.forgetUnstored([(one, 0), (held.uniqueID, 0)], of: maildrop)
            }
            #expect(try await account.read { try $0.knownMessages(of: maildrop).count } == 1)
        }
    }

    @Test func aNewNumberingKnowsNothingByIDAndForgetsTheProbe() async throws {
        try await with { _, account, maildrop in
            let email = try await ingest(1, account, maildrop)
            let probe = ListingProbe(
                count: 1, octets: 60, lastUniqueID: try uniqueID(1), listedAt: Timestamp(seconds: 5))
            try await account.write { try $0.setListingProbe(probe, of: maildrop) }
            #expect(try await account.read { try $0.listingProbe(of: maildrop) } == probe)
            #expect(try await account.write { try $0.beginNumbering(of: maildrop) } == 2)
            #expect(try await account.read { try $0.listingProbe(of: maildrop) } == nil)
            #expect(try await account.read { try $0.knownMessages(of: maildrop).count } == 0)
            #expect(try await account.read { try $0.rememberedMessages(of: maildrop).map(\.email) } == [email])
        }
    }

    @Test func theProbeOfAnEmptyMaildropHasNoLastID() async throws {
        try await with { _, account, maildrop in
            let probe = ListingProbe(count: 0, octets: 0, lastUniqueID: nil, listedAt: Timestamp(seconds: 5))
            try await account.write { try $0.setListingProbe(probe, of: maildrop) }
            #expect(try await account.read { try $0.listingProbe(of: maildrop) } == probe)
        }
    }
}
