import MIME
import MailModel
import Testing

@testable import MailStore

@Suite struct IngestTests {
    @Test func aDeliveredMessageIsThereWholeAndCounted() async throws {
        try await AccountFixture.run { _, account in
            let octets = message(id: "1@x", subject: "Hi")
            let ids = try await account.deliver([octets])
            let email = try await account.email(ids[0])
            #expect(email.summary.subject == "Hi")
            #expect(email.size == octets.count)
            #expect(email.keywords.isEmpty)
            let stored = try await account.read { try $0.withBlob(email.blobID) { Array($0) } }
            #expect(stored == octets)
            let inbox = try await account.role(.inbox)
            #expect([inbox.totalEmails, inbox.unreadEmails, inbox.totalThreads, inbox.unreadThreads] == [1, 1, 1, 1])
            #expect(inbox.uidNext == 2)
        }
    }

    @Test func theSameOctetsTwiceAreTwoEmailsOnOneBlob() async throws {
        try await AccountFixture.run { _, account in
            let octets = message(id: "1@x")
            let ids = try await account.deliver([octets, octets])
            #expect(Set(ids).count == 2)
            let blob = try await account.email(ids[0]).blobID
            #expect(try await account.read { try $0.emails(withBlob: blob) } == ids)
            try await account.write { try $0.destroyEmail(ids[0]) }
            #expect(try await account.read { try $0.blobSize(blob) } == octets.count)
            try await account.write { try $0.destroyEmail(ids[1]) }
            #expect(try await account.read { try $0.blobSize(blob) } == nil)
        }
    }

    @Test func whatRecordingThrowsUndoesTheBatch() async throws {
        try await AccountFixture.run { _, account in
            struct Refused: Error {}
            let inbox = try await account.inbox()
            let before = try await account.state(.email)
            let arrival = Arrival(
                try await account.prepare(.octets(message())), mailboxIDs: [inbox], receivedAt: AccountFixture.start)
            await #expect(throws: Refused.self) {
                try await account.ingest([arrival]) { _, _ in throw Refused() }
            }
            #expect(try await account.state(.email) == before)
            #expect(try await account.mailbox(inbox).totalEmails == 0)
        }
    }

    @Test func aBatchMayHave256MessagesAndNotOneMore() async throws {
        try await AccountFixture.run { _, account in
            let arrival = Arrival(
                try await account.prepare(.octets(message())), mailboxIDs: [try await account.inbox()],
                receivedAt: AccountFixture.start)
            #expect(try await account.ingest(Array(repeating: arrival, count: 256)).count == 256)
            await #expect(throws: MailStoreError.self) {
                try await account.ingest(Array(repeating: arrival, count: 257))
            }
        }
    }

    @Test func newMailAloneChangesTheStateOfDelivery() async throws {
        try await AccountFixture.run { fixture, account in
            let ids = try await account.deliver([message()])
            let delivered = try await account.state(.emailDelivery)
            #expect(fixture.changes.last?.states[.emailDelivery] == delivered)
            try await account.write { try $0.setKeywords([.seen], on: ids[0]) }
            let prepared = try await account.prepare(.octets(message()))
            let inbox = try await account.inbox()
            _ = try await account.write {
                try $0.addEmail(Arrival(prepared, mailboxIDs: [inbox], receivedAt: AccountFixture.start))
            }
            #expect(try await account.state(.emailDelivery) == delivered)
            try await account.deliver([message()])
            #expect(try await account.state(.emailDelivery) != delivered)
        }
    }

    @Test func theDateOfReceiptIsTheTopmostReceivedIfItIsSane() {
        let now = AccountFixture.start
        let date = now.adding(seconds: -50)
        func polled(_ received: Timestamp?, _ date: Timestamp?) -> Timestamp {
            ReceivedAt.polled(received: received, date: date, fetchedAt: now)
        }
        let first = Timestamp(seconds: 631_152_000)
        #expect(polled(first, date) == first)
        #expect(polled(first.adding(seconds: -1), date) == date)
        #expect(polled(now.adding(seconds: 86_400), date) == now.adding(seconds: 86_400))
        #expect(polled(now.adding(seconds: 86_401), date) == date)
        #expect(polled(nil, date) == date)
        #expect(polled(nil, nil) == now)
        #expect(polled(nil, now.adding(seconds: 99_999_999)) == now)
    }
}
