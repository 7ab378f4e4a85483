import MailModel
import Synchronization
import Testing

@testable import MailStore

@Suite struct SnoozeBackupTests {
    @Test func whatIsPutAwayComesBackAfterARestore() async throws {
        let fixture = try BackupFixture()
        let until = fixture.folder.now.withLock { $0.adding(seconds: 3600) }
        let email = try await fixture.folder.with { store in
            let (account, _) = try await fixture.fill(store)
            try await store.snoozers.note(account.id)
            let email = try await account.deliver([message(subject: "later")])[0]
            try await account.write { try $0.snooze(email, until: until) }
            _ = try await store.backup(to: fixture.backup)
            return email
        }
        try await fixture.restore()
        try await fixture.folder.with(fixture.restoreOptions()) { store in
            let ids = try await store.snoozers.accounts()
            let account = try await store.account(try #require(ids.first))
            #expect(ids.count == 1 && store.snoozers.contains(account.id))
            #expect(try await account.wakeSnoozed(dueBy: until) == nil)
            #expect(try await account.email(email).mailboxIDs == [try await account.inbox()])
        }
    }

    @Test func anAccountThatGoesIsLookedAtNoMore() async throws {
        let fixture = try BackupFixture()
        try await fixture.folder.with { store in
            let (_, account) = try await fixture.fill(store)
            try await store.snoozers.note(account.id)
            let email = try await account.deliver([message(subject: "later")])[0]
            let until = fixture.folder.now.withLock { $0.adding(seconds: 3600) }
            try await account.write { try $0.snooze(email, until: until) }
            #expect(try await store.snoozers.accounts() == [account.id])
            try await store.removeUser(try await store.user(named: "bob"))
            #expect(try await store.snoozers.accounts() == [])
        }
    }

    @Test func snoozedMailThatNobodyWouldBringBackIsFound() async throws {
        let fixture = try BackupFixture()
        let store = try await fixture.folder.open()
        let (account, _) = try await fixture.fill(store)
        let email = try await account.deliver([message(subject: "later")])[0]
        let until = fixture.folder.now.withLock { $0.adding(seconds: 3600) }
        try await account.write { try $0.snooze(email, until: until) }
        #expect(try await store.check().findings.count == 1)
        try await store.snoozers.note(account.id)
        #expect(try await store.check().findings.count == 0)
        await store.close()
    }
}
