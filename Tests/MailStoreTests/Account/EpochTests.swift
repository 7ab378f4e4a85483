import Foundation
import MailModel
import Testing

@testable import MailStore

@Suite struct EpochTests {
    @Test func reopeningKeepsEpochStatesAndIds() async throws {
        try await AccountFixture.run { fixture, account in
            let ids = try await account.deliver([message()])
            let state = try await account.state(.email)
            let mark = try await account.highWater()
            let again = try await fixture.reopen(expected: mark)
            #expect(again.epoch == account.epoch)
            #expect(try await again.state(.email) == state)
            #expect(try await again.deliver([message()])[0] > ids[0])
        }
    }

    @Test func aFolderThatIsBehindBeginsANewEpochAndGivesNothingOutTwice() async throws {
        let fixture = try AccountFixture()
        var account = try await fixture.create()
        let inbox = try await account.inbox()
        try await account.deliver([message(subject: "1")])
        await account.close()
        try FileManager.default.copyItem(atPath: fixture.folder + "/mail.db", toPath: fixture.folder + "/old.db")
        account = try await fixture.reopen()
        let lost = try await account.deliver((0..<5).map { message(subject: "lost \($0)") })
        let lostThreads = try await account.read { try $0.emails(lost).map(\.threadID) }
        let states = [try await account.state(.email), try await account.state(.mailbox)]
        let box = try await account.mailbox(inbox)
        let mark = try await account.highWater()
        await account.close()
        // The machine goes back to an older copy.
        try FileManager.default.removeItem(atPath: fixture.folder + "/mail.db")
        try FileManager.default.moveItem(atPath: fixture.folder + "/old.db", toPath: fixture.folder + "/mail.db")
        account = try await fixture.reopen(expected: mark)
        #expect(account.epoch != mark.epoch)
        #expect(try await account.mailbox(inbox).uidValidity > box.uidValidity)
        for state in states {
            await #expect(throws: MailStoreError.self) {
                try await account.read { try $0.changes(of: .email, as: EmailID.self, since: state) }
            }
        }
        let new = try await account.deliver((0..<5).map { message(subject: "new \($0)") })
        let newThreads = try await account.read { try $0.emails(new).map(\.threadID) }
        #expect(Set(new).isDisjoint(with: lost))
        #expect(Set(newThreads).isDisjoint(with: lostThreads))
        #expect(try await account.highWater().modseq > mark.modseq)
        try await fixture.finish()
    }

    @Test func idsOfMaildropsAreNotGivenOutAgain() async throws {
        try await AccountFixture.run { fixture, account in
            let inbox = try await account.inbox()
            func add(_ name: String, _ account: Account) async throws -> MaildropID {
                try await account.write {
                    try $0.createMaildrop(.init(name: name, host: "pop.example.org", username: name, mailbox: inbox))
                }
            }
            let mark = try await account.highWater()
            let ahead = Modseq(rawValue: mark.modseq.rawValue + 10)
            // Before there ever was one, and after.
            let first = try await add("a", try await fixture.reopen(expected: (mark.epoch, ahead)))
            #expect(first.rawValue > 1_000_000)
            let again = try await fixture.reopen()
            let later = try await again.highWater()
            let behind = Modseq(rawValue: later.modseq.rawValue + 10)
            let second = try await add("b", try await fixture.reopen(expected: (later.epoch, behind)))
            #expect(second.rawValue > first.rawValue + 1_000_000)
        }
    }

    @Test func aFolderOfAnotherAccountIsRefused() async throws {
        try await AccountFixture.run { fixture, account in
            await account.close()
            var options = fixture.options()
            options.id = AccountID(rawValue: 8)
            let others = options
            await #expect(throws: MailStoreError.self) { _ = try await Account.open(others) }
            _ = try await fixture.reopen()
        }
    }

    @Test func aClosedAccountAnswersThatItIsClosed() async throws {
        let fixture = try AccountFixture()
        let account = try await fixture.create()
        await account.close()
        await account.close()
        #expect(await account.code { _ in } == .closed)
        await #expect(throws: MailStoreError.self) { try await account.read { try $0.modseq() } }
    }

    @Test func everyCommitIsSynced() async throws {
        try await AccountFixture.run { _, account in
            let values = try await account.core.database.write { db in
                (
                    try db.first("PRAGMA synchronous") { $0.int(0) },
                    try db.first("PRAGMA journal_mode") { $0.text(0) },
                    try db.first("PRAGMA wal_autocheckpoint") { $0.int(0) },
                    try db.first("PRAGMA page_size") { $0.int(0) }, try db.first("PRAGMA foreign_keys") { $0.int(0) }
                )
            }
            #expect(values.0 == 2)
            #expect(values.1 == "wal")
            #expect(values.2 == 0)
            #expect(values.3 == 8192)
            #expect(values.4 == 1)
        }
    }
}
