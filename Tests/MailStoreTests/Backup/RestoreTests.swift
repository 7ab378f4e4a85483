import Foundation
import MailModel
import TestSupport
import Testing

@testable import MailStore

@Suite struct RestoreTests {
    private let fixture: BackupFixture

    init() throws { fixture = try BackupFixture() }

    /// Opens what was restored, checks it and gives Ada's account to `body`.
    private func withRestored(
        _ options: MailStoreOptions? = nil, _ body: (MailStore, Account) async throws -> Void
    ) async throws {
        try await fixture.folder.with(options ?? fixture.restoreOptions()) { store in
            try await body(store, try await store.account(try await store.user(named: "ada").account))
        }
    }

    private func requireRestored() async throws {
        try await withRestored { _, account in
            let emails = try await account.read { try $0.mailbox(withRole: .inbox)?.totalEmails }
            #expect(emails == 5)
        }
    }

    @Test func everythingIsThereAgain() async throws {
        try await fixture.withBackup {
            let report = try await fixture.restore()
            #expect(report.check.findings == [])
            #expect(report.maildropsWithoutPassword.isEmpty)
            #expect(!report.isKeyNew)
            try await withRestored { store, account in
                #expect(try await store.users().map(\.name) == ["ada", "bob"])
                #expect(try await account.read { try $0.mailbox(withRole: .inbox)?.totalEmails } == 5)
                let maildrop = try #require(try await account.read { try $0.maildrops().first })
                let password = try await account.read { try $0.password(of: maildrop.id) }
                #expect(password?.withBytes { String(decoding: $0, as: UTF8.self) } == "hunter2")
            }
        }
    }

    @Test func whoHeldAnOldStateIsToldToReadAllAgain() async throws {
        let (states, mailboxes, emails) = try await fixture.folder.with { store in
            let (ada, _) = try await fixture.fill(store)
            _ = try await store.backup(to: fixture.backup)
            // What happens after the backup is lost, and devices know of it.
            let late = try await ada.deliver((0..<20).map { message(subject: "Late \($0)") })
            return try await ada.read { reader in
                (try DataType.allCases.map { try reader.state(of: $0) }, try reader.mailboxes(), late)
            }
        }
        try await fixture.restore()
        try await withRestored { _, account in
            for state in states {
                let error = await #expect(throws: MailStoreError.self) {
                    try await account.read { try $0.changes(of: .email, as: EmailID.self, since: state) }
                }
                #expect(error?.code == .cannotCalculateChanges)
            }
            let now = try await account.read { try $0.mailboxes() }
            #expect(now.map(\.id) == mailboxes.map(\.id))
            for (old, new) in zip(mailboxes, now) { #expect(new.uidValidity > old.uidValidity) }
            let new = try await account.deliver((0..<20).map { message(subject: "New \($0)") })
            #expect(Set(new).isDisjoint(with: emails))
        }
    }

    @Test func goesOnlyIntoAnEmptyDataDirectory() async throws {
        try await fixture.withBackup {
            try await fixture.restore()
            let error = await #expect(throws: MailStoreError.self) { try await fixture.restore() }
            #expect(error?.code == .alreadyExists)
            try await withRestored { _, _ in }
        }
    }

    @Test func anotherProcessesDirectoryIsLeftAlone() async throws {
        try await fixture.withBackup {
            let options = fixture.restoreOptions()
            let store = try await fixture.folder.open(options)
            let error = await #expect(throws: MailStoreError.self) { try await fixture.restore() }
            #expect(error?.code == .locked)
            await store.close()
        }
    }

    @Test func withoutTheKeyFileOnlyPasswordsAreMissing() async throws {
        try await fixture.withBackup {
            let options = fixture.restoreOptions(sameKey: false)
            let report = try await fixture.restore(options)
            #expect(report.isKeyNew)
            #expect(report.maildropsWithoutPassword.map(\.maildrop) == ["Work"])
            try await withRestored(options) { _, account in
                let maildrop = try #require(try await account.read { try $0.maildrops().first })
                let error = await #expect(throws: MailStoreError.self) {
                    try await account.read { try $0.password(of: maildrop.id) }
                }
                #expect(error?.code == .badKey)
                let settings = maildrop.settings
                try await account.write {
                    try $0.updateMaildrop(maildrop.id, settings, password: .set(Secret("again")))
                }
                #expect(try await account.read { try $0.password(of: maildrop.id) } != nil)
            }
        }
    }

    @Test(arguments: RestoreStep.allCases)
    func cutAtAnyStepItIsDoneOrCanBeDoneAgain(step: RestoreStep) async throws {
        try await fixture.withBackup {
            var cut = fixture.restoreOptions()
            cut.restoreReached = { if $0 == step { throw RestoreCut() } }
            await #expect(throws: RestoreCut.self) { try await fixture.restore(cut) }
            if step == .databaseRenamed {
                try await requireRestored()
                return
            }
            let error = await #expect(throws: MailStoreError.self) {
                try await fixture.folder.open(fixture.restoreOptions())
            }
            #expect(error?.code == .corrupt)
            try await fixture.restore()
            try await requireRestored()
        }
    }

    @Test func aDamagedBackupIsRefusedUnlessItIsAccepted() async throws {
        try await fixture.withBackup {
            try FileManager.default.removeItem(atPath: fixture.blobFiles(in: fixture.backup)[0])
            let error = await #expect(throws: MailStoreError.self) { try await fixture.restore() }
            #expect(error?.code == .corrupt)
            #expect(!FileManager.default.fileExists(atPath: fixture.restoreOptions().directory + "/.restoring"))
            let report = try await fixture.restore(acceptingDamage: true)
            #expect(report.check.findings.count == 1)
            let store = try await fixture.folder.open(fixture.restoreOptions())
            #expect(try await store.users().count == 2)
            await store.close()
        }
    }

    @Test func aFolderThatLeadsElsewhereIsRefused() async throws {
        try await fixture.withBackup {
            let database = try DirectoryDatabase(path: fixture.backup + "/restante.db")
            _ = try await database.write { db in
                try db.run("UPDATE account SET folder = '../../elsewhere' WHERE id = 1")
            }
            try database.close()
            let error = await #expect(throws: MailStoreError.self) { try await fixture.restore(acceptingDamage: true) }
            #expect(error?.code == .corrupt)
        }
    }
}
