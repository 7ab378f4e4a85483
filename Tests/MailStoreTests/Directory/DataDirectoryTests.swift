import Foundation
import TestSupport
import Testing

@testable import MailStore

struct DataDirectoryTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aMissingDirectoryIsMadeForItsOwnerAlone() throws {
        let path = folder.path("one") + "/two/data"
        _ = try DataDirectory.prepare(path)
        #expect(try Files.entry(path)?.permissions == 0o700)
        #expect(try Files.entry(path + "/accounts")?.isDirectory == true)
    }

    @Test func permissionsThatLetOthersInAreTakenAway() throws {
        try folder.makeFolder("data")
        try Files.setPermissions(folder.path("data"), 0o755)
        _ = try DataDirectory.prepare(folder.path("data"))
        #expect(try Files.entry(folder.path("data"))?.permissions == 0o700)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
    func anotherUsersDirectoryIsRefusedForRootToo() throws {
        try folder.makeFolder("data")
        #expect(chown(folder.path("data"), 65_534, 65_534) == 0)
        let error = #expect(throws: MailStoreError.self) { try DataDirectory.prepare(folder.path("data")) }
        #expect(error?.code == .notOwner)
        #expect(error?.message.contains("sudo -u") == true)
    }

    @Test func aFileInItsPlaceIsOneClearSentence() throws {
        let path = try folder.write("x", to: "data")
        let error = #expect(throws: MailStoreError.self) { try DataDirectory.prepare(path) }
        #expect(error?.message == "The data directory \(path) is not a folder.")
    }

    @Test func aRelativePathIsRefused() {
        #expect(throws: MailStoreError.self) { try DataDirectory.prepare("data") }
    }

    @Test func theLockIsHeldByOneAtATime() throws {
        let path = folder.path("lock")
        do {
            let first = try DirectoryLock(path: path)
            let error = #expect(throws: MailStoreError.self) { try DirectoryLock(path: path) }
            #expect(error?.code == .locked)
            withExtendedLifetime(first) {}
        }
        _ = try DirectoryLock(path: path)
    }

    @Test func removingATreeFollowsNoLink() throws {
        try folder.makeFolder("tree")
        try folder.makeFolder("outside")
        _ = try folder.write("kept", to: "outside/file")
        #expect(symlink(folder.path("outside"), folder.path("tree/link")) == 0)
        try Files.removeTree(folder.path("tree"))
        #expect(try Files.entry(folder.path("tree")) == nil)
        #expect(try Files.entry(folder.path("outside/file")) != nil)
        try Files.removeTree(folder.path("tree"))
    }
}
