import Foundation
import MailModel
import TestSupport
import Testing

@testable import MailStore

@Suite struct BackupTests {
    private let fixture: BackupFixture

    init() throws { fixture = try BackupFixture() }

    @Test func holdsEveryEmailAndChecksItself() async throws {
        try await fixture.folder.with { store in
            _ = try await fixture.fill(store)
            let report = try await store.backup(to: fixture.backup)
            #expect(report.check.findings == [])
            #expect(report.manifest.accounts.map(\.user) == ["ada", "bob"])
            #expect(report.manifest.accounts.map(\.emails) == [5, 1])
            #expect(report.manifest.accounts.map(\.blobFiles) == [2, 0])
        }
        let verified = try await MailStore.verifyBackup(fixture.backup)
        #expect(verified.check.findings == [])
        #expect(verified.check.counts["emails"] == 6)
    }

    @Test func leavesOutWhatCanBeMadeAgainAndTheKey() async throws {
        try await fixture.withBackup {
            let names = try FileManager.default.subpathsOfDirectory(atPath: fixture.backup)
            let files = Set(names.filter { !$0.contains("blobs/") })
            #expect(
                files == [
                    "manifest.json", "restante.db", "accounts", "accounts/a1", "accounts/a1/mail.db",
                    "accounts/a1/blobs",
                    "accounts/a2", "accounts/a2/mail.db", "accounts/a2/blobs",
                ])
        }
    }

    @Test func goesOnlyIntoANewOrEmptyFolder() async throws {
        try await fixture.folder.with { store in
            _ = try await store.createUser(name: "ada", password: Secret("correct horse"))
            try FileManager.default.createDirectory(atPath: fixture.backup, withIntermediateDirectories: true)
            _ = try await store.backup(to: fixture.backup)
            let error = await #expect(throws: MailStoreError.self) { try await store.backup(to: fixture.backup) }
            #expect(error?.code == .alreadyExists)
            for path in [store.path, store.path + "/backup", fixture.folder.folder.path("")] {
                let refusal = await #expect(throws: MailStoreError.self) { try await store.backup(to: path) }
                #expect(refusal?.code == .invalidProperty("folder"))
            }
        }
        #expect(try await MailStore.verifyBackup(fixture.backup).check.isClean)
    }

    @Test func isConsistentWhileMailComesAndGoes() async throws {
        try await fixture.folder.with { store in
            let (ada, _) = try await fixture.fill(store)
            let writer = Task {
                var number = 100
                while !Task.isCancelled {
                    let ids = try await ada.deliver([BackupFixture.large(number), message(subject: "\(number)")])
                    try await ada.write { try $0.destroyEmail(ids[0]) }
                    number += 1
                }
            }
            for round in 0..<3 {
                let path = fixture.backup + "-\(round)"
                let report = try await store.backup(to: path)
                #expect(report.check.findings == [])
            }
            writer.cancel()
            try await writer.value
        }
    }

    @Test func aBlobThatGoesWhileItIsCopiedStaysUntilTheCopyIsDone() async throws {
        try await AccountFixture.run { _, account in
            let email = try await account.deliver([BackupFixture.large(1)])[0]
            let path = account.core.blobFiles.path(of: try await account.email(email).blobID)
            try await account.core.holdingBlobs {
                try await account.write { try $0.destroyEmail(email) }
                #expect(FileManager.default.fileExists(atPath: path))
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func aBlobThatComesBackWhileItIsHeldStays() async throws {
        try await AccountFixture.run { _, account in
            let octets = BackupFixture.large(1)
            let email = try await account.deliver([octets])[0]
            let path = account.core.blobFiles.path(of: try await account.email(email).blobID)
            try await account.core.holdingBlobs {
                try await account.write { try $0.destroyEmail(email) }
                try await account.deliver([octets])
            }
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func anAccountThatIsBeingRemovedIsNotInIt() async throws {
        let store = try await fixture.folder.open()
        _ = try await fixture.fill(store)
        _ = try await store.lifecycle.markRemoved(try await store.user(named: "bob"))
        let report = try await store.backup(to: fixture.backup)
        #expect(report.check.findings == [])
        #expect(report.manifest.accounts.map(\.user) == ["ada"])
        #expect(report.check.counts["users"] == 1)
        await store.close()
    }

    @Test func anEarlierBackupLendsItsFiles() async throws {
        try await fixture.folder.with { store in
            let (ada, _) = try await fixture.fill(store)
            _ = try await store.backup(to: fixture.backup)
            try await ada.deliver([BackupFixture.large(7)])
            let report = try await store.backup(to: fixture.other, reusing: fixture.backup)
            #expect(report.check.findings == [])
            #expect(report.reusedFiles == 2)
        }
        let first = try fixture.blobFiles(in: fixture.backup).map(BackupFixture.inode)
        let second = try fixture.blobFiles(in: fixture.other).map(BackupFixture.inode)
        #expect(Set(first).isSubset(of: second))
        try FileManager.default.removeItem(atPath: fixture.backup)
        #expect(try await MailStore.verifyBackup(fixture.other).check.isClean)
    }

    @Test func aFaultOfTheStoreIsFoundAndTheRestIsKept() async throws {
        let store = try await fixture.folder.open()
        _ = try await fixture.fill(store)
        try FileManager.default.removeItem(atPath: fixture.blobFiles(in: store.path)[0])
        let report = try await store.backup(to: fixture.backup)
        #expect(report.check.findings.count == 1)
        #expect(report.manifest.findings.count == 1)
        #expect(report.manifest.emails == 6)
        await store.close()
    }

    @Test func anAccountThatCannotBeOpenedStopsNobodyElses() async throws {
        try await fixture.folder.with { store in _ = try await fixture.fill(store) }
        let path = fixture.folder.data + "/accounts/a2/mail.db"
        var octets = try Data(contentsOf: URL(fileURLWithPath: path))
        octets.replaceSubrange(0..<100, with: Data(repeating: 0x55, count: 100))
        try octets.write(to: URL(fileURLWithPath: path))
        let store = try await fixture.folder.open()
        let report = try await store.backup(to: fixture.backup)
        #expect(report.check.findings.map(\.place) == ["a2"])
        #expect(report.manifest.findings.count == 1)
        #expect(report.manifest.accounts.map(\.user) == ["ada"])
        #expect(!FileManager.default.fileExists(atPath: fixture.backup + "/accounts/a2"))
        await store.close()
        #expect(try await MailStore.verifyBackup(fixture.backup).check.isClean)
    }

    @Test func aTargetThatCannotBeWrittenIsNoFaultOfAnAccount() async throws {
        try await fixture.folder.with { store in
            _ = try await fixture.fill(store)
            let account = try await store.account(try await store.user(named: "ada").account)
            // The folder is there already, and nothing can be made in it.
            let occupied = fixture.folder.folder.path("occupied")
            try Data().write(to: URL(fileURLWithPath: occupied))
            let error = await #expect(throws: MailStoreError.self) {
                try await account.copy(to: occupied, reusing: nil, CopyControl { _ in })
            }
            #expect(error?.code != .corrupt)
        }
    }

    @Test func whatRottedInAnEarlierBackupIsCopiedAnew() async throws {
        try await fixture.folder.with { store in
            _ = try await fixture.fill(store)
            _ = try await store.backup(to: fixture.backup)
            let rotten = try fixture.blobFiles(in: fixture.backup)[0]
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: rotten)
            let file = try #require(FileHandle(forUpdatingAtPath: rotten))
            try file.seek(toOffset: 1000)
            try file.write(contentsOf: Data("rot".utf8))
            try file.close()
            let report = try await store.backup(to: fixture.other, reusing: fixture.backup)
            #expect(report.check.findings == [])
            #expect(report.reusedFiles == 1)
            // The earlier one is as it was.
            #expect(
                try String(decoding: Data(contentsOf: URL(fileURLWithPath: rotten))[1000..<1003], as: UTF8.self)
                    == "rot")
        }
        #expect(try await MailStore.verifyBackup(fixture.other).check.isClean)
    }

    @Test func oneThatIsEndedLeavesNothing() async throws {
        try await fixture.folder.with { store in
            _ = try await fixture.fill(store)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await store.backup(to: fixture.backup)
            }
            await #expect(throws: MailStoreError.self) { try await task.value }
            #expect(!FileManager.default.fileExists(atPath: fixture.backup))
        }
    }
}

@Suite struct BackupVerifyingTests {
    private let fixture: BackupFixture

    init() throws { fixture = try BackupFixture() }

    @Test func aFolderWithoutAManifestIsNoBackup() async throws {
        try await fixture.withBackup {
            try FileManager.default.removeItem(atPath: fixture.backup + "/manifest.json")
            let error = await #expect(throws: MailStoreError.self) { try await MailStore.verifyBackup(fixture.backup) }
            #expect(error?.code == .notFound)
        }
    }

    @Test func aChangedOctetOfALargeBodyIsFound() async throws {
        try await fixture.withBackup {
            try BackupFixture.damage(fixture.blobFiles(in: fixture.backup)[0])
            #expect(try await MailStore.verifyBackup(fixture.backup).check.findings.count == 1)
        }
    }

    @Test func aMissingBodyIsFound() async throws {
        try await fixture.withBackup {
            try FileManager.default.removeItem(atPath: fixture.blobFiles(in: fixture.backup)[0])
            #expect(try await MailStore.verifyBackup(fixture.backup).check.findings.count == 1)
        }
    }

    @Test func aChangedDatabaseIsFound() async throws {
        try await fixture.withBackup {
            try BackupFixture.damage(fixture.backup + "/accounts/a2/mail.db")
            let findings = try await MailStore.verifyBackup(fixture.backup).check.findings
            #expect(findings.contains { $0.place == "a2" && $0.description.contains("was changed") })
        }
    }

    @Test func nothingIsWrittenToIt() async throws {
        try await fixture.withBackup {
            let before = try FileManager.default.subpathsOfDirectory(atPath: fixture.backup).sorted()
            _ = try await MailStore.verifyBackup(fixture.backup)
            #expect(try FileManager.default.subpathsOfDirectory(atPath: fixture.backup).sorted() == before)
        }
    }

    @Test func oneOfAnEarlierVersionIsReadWithoutTheRulesThatAreYounger() async throws {
        try await AccountFixture.run { fixture, account in
            try await account.deliver([message(), BackupFixture.large(1)])
            let copy = fixture.folder + "/copy"
            _ = try await account.copy(to: copy, reusing: nil, CopyControl { _ in })
            try MailDatabase(path: copy + "/mail.db", isSynchronousFull: false).writeNow { db in
                _ = try db.run("DELETE FROM grdb_migrations WHERE identifier <> '1'")
            }
            let report = try await AccountCopy(id: account.id, folder: copy, limits: Limits()).check()
            #expect(report.findings == [])
            #expect(report.counts["emails"] == 2)
        }
    }
}
