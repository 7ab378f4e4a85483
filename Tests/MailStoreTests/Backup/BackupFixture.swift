import Foundation
import Logging
import MailModel
import TestSupport
import Testing

@testable import MailStore

/// A store with two people and mail of every kind, and folders to copy it to.
final class BackupFixture: Sendable {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    var backup: String { folder.folder.path("backup") }
    var other: String { folder.folder.path("other") }

    /// A message whose body is too large for a row and does not compress.
    static func large(_ number: Int) -> [UInt8] {
        let random = FileHandle(forReadingAtPath: "/dev/urandom")?.readData(ofLength: 90_000) ?? Data()
        return message(id: "large-\(number)@example.org", subject: "Large \(number)") + random.base64EncodedData()
    }

    /// Ada with three small and two large messages and a maildrop, Bob with one.
    func fill(_ store: MailStore) async throws -> (ada: Account, bob: Account) {
        let ada = try await store.createUser(name: "ada", password: Secret("correct horse"))
        let bob = try await store.createUser(name: "bob", password: Secret("battery staple"))
        let account = try await store.account(ada.account)
        try await account.deliver((0..<3).map { message(id: "\($0)@example.org", subject: "Small \($0)") })
        try await account.deliver((0..<2).map(Self.large))
        let inbox = try await account.inbox()
        _ = try await account.write {
            try $0.createMaildrop(
                .init(name: "Work", host: "pop.example.org", username: "ada", mailbox: inbox),
                password: Secret("hunter2"))
        }
        let other = try await store.account(bob.account)
        try await other.deliver([message(subject: "To Bob")])
        return (account, other)
    }

    /// A filled store and a finished backup of it; `body` runs while the store is closed.
    func withBackup(_ body: () async throws -> Void) async throws {
        try await folder.with { store in
            _ = try await self.fill(store)
            _ = try await store.backup(to: self.backup)
        }
        try await body()
    }

    /// Where a restore goes; with the key of the first store, or one of its own.
    func restoreOptions(sameKey: Bool = true) -> MailStoreOptions {
        var options = folder.options()
        options.directory = folder.folder.path("restored")
        if !sameKey { options.key = .file(folder.folder.path("new.key")) }
        return options
    }

    @discardableResult
    func restore(_ options: MailStoreOptions? = nil, acceptingDamage: Bool = false) async throws -> RestoreReport {
        try await MailStore.restore(
            backup, options ?? restoreOptions(), acceptingDamage: acceptingDamage,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The files of large bodies in a backup, or in a data directory.
    func blobFiles(in path: String) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.contains("/blobs/") && $0.split(separator: "/").last?.count == 64 }
            .map { path + "/" + $0 }
    }

    static func inode(of path: String) throws -> UInt64 {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return UInt64(status.st_ino)
    }

    /// Changes one octet in the middle of a file.
    static func damage(_ path: String) throws {
        var octets = try Data(contentsOf: URL(fileURLWithPath: path))
        octets[octets.count / 2] ^= 0x55
        try octets.write(to: URL(fileURLWithPath: path))
    }
}
