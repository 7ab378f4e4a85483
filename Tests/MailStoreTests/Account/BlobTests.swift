import Foundation
import MIME
import MailModel
import Synchronization
import Testing

@testable import MailStore

/// Octets that do not compress well, the same for the same count.
func noise(_ count: Int) -> [UInt8] {
    var chooser = Chooser(seed: UInt64(count))
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: chooser.next()) }
}

/// Writes down what is done on disk, and lets one kind of thing fail.
final class RecordingDisk: Sendable {
    private let state = Mutex<(log: [String], failing: String?)>(([], nil))

    var log: [String] { state.withLock { $0.log } }

    func fail(_ what: String?) { state.withLock { $0.failing = what } }

    private func note(_ what: String, _ path: String) throws(MailStoreError) {
        let isFailing = state.withLock { state in
            state.log.append(what + " " + (path as NSString).lastPathComponent)
            return state.failing == what
        }
        guard isFailing else { return }
        errno = EIO
        throw what.hasPrefix("sync") ? MailStoreError.fromFailedSync(path) : MailStoreError.fromErrno(what, path)
    }

    var fileSystem: FileSystem {
        let posix = FileSystem.posix
        return FileSystem(
            create: { path throws(MailStoreError) in
                try self.note("create", path)
                return try posix.create(path)
            },
            write: posix.write, writeAt: posix.writeAt,
            syncData: { file, path throws(MailStoreError) in
                try self.note("syncData", path)
                try posix.syncData(file, path)
            },
            rename: { from, to throws(MailStoreError) in
                try self.note("rename", to)
                try posix.rename(from, to)
            },
            makeFolder: { path throws(MailStoreError) in
                try self.note("makeFolder", path)
                try posix.makeFolder(path)
            },
            syncFolder: { path throws(MailStoreError) in
                try self.note("syncFolder", path)
                try posix.syncFolder(path)
            },
            remove: posix.remove)
    }
}

extension FileSystem {
    /// Does nothing, and succeeds at it.
    static let inert = FileSystem(
        create: { _ in -1 }, write: { _, _ in }, writeAt: { _, _, _ in }, syncData: { _, _ in }, rename: { _, _ in },
        makeFolder: { _ in }, syncFolder: { _ in }, remove: { _ in })
}

@Suite struct BlobTests {
    private static func large(_ count: Int = 200_000, seed: Int = 0) -> [UInt8] {
        message(subject: "large \(seed)") + noise(count - seed)
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 1_048_576, 1_048_577, 3_000_000])
    func aBlobOfAnySizeComesBackAsItWas(_ size: Int) async throws {
        try await AccountFixture.run { _, account in
            let octets = noise(size)
            let blob = try await account.prepareBlob(.octets(octets))
            try await account.write { try $0.addBlob(blob) }
            #expect(try await account.read { try $0.withBlob(blob.id) { Array($0) } } == octets)
            #expect(try await account.read { try $0.blobSize(blob.id) } == size)
            let isFile = FileManager.default.fileExists(atPath: account.core.blobFiles.path(of: blob.id))
            #expect(isFile == (size > 65_536))
        }
    }

    @Test(arguments: [1, 7, 1000, 65_536, 100_000])
    func anyCutOfAStreamGivesTheSameBlob(_ step: Int) async throws {
        try await AccountFixture.run { _, account in
            for count in [60_000, 65_537, 1_048_576, 1_048_577, 1_300_000] where step > 100 || count < 70_000 {
                let octets = noise(count)
                let writer = account.makeBlobFile()
                var rest = octets[...]
                while !rest.isEmpty {
                    try writer.append(Array(rest.prefix(step)))
                    rest = rest.dropFirst(step)
                }
                #expect(writer.size == count)
                let streamed = try await account.prepareBlob(try writer.finish())
                let whole = try await account.prepareBlob(.octets(octets))
                #expect(streamed.id == whole.id)
                try await account.write { try $0.addBlob(streamed) }
            }
        }
    }

    @Test func aLargeBlobIsOnDiskBeforeItsRow() async throws {
        let disk = RecordingDisk()
        try await AccountFixture.run(fileSystem: disk.fileSystem) { _, account in
            let start = disk.log.count
            let prepared = try await account.prepare(.octets(Self.large()))
            let name = prepared.blob.id.hexHash
            let prefix = String(name.prefix(2))
            let steps = disk.log.dropFirst(start).filter { !$0.hasPrefix("create") }
            let temporary = steps.first?.split(separator: " ").last.map(String.init) ?? ""
            let folders = (0...255).map { String(format: "makeFolder %02x", $0) }
            #expect(
                Array(steps) == ["syncData \(temporary)"] + folders + [
                    "syncFolder blobs", "rename \(name)", "syncFolder \(prefix)",
                ])
            // There already: the folder is synced all the same.
            let before = disk.log.count
            _ = try await account.prepare(.octets(Self.large()))
            let again = disk.log.dropFirst(before).filter { !$0.hasPrefix("create") && !$0.hasPrefix("syncData") }
            #expect(Array(again) == ["rename \(name)", "syncFolder \(prefix)"])
        }
    }

    @Test(arguments: ["syncData", "syncFolder"])
    func afterAFailedSyncNothingMoreIsAcknowledged(_ failing: String) async throws {
        let disk = RecordingDisk()
        try await AccountFixture.run(fileSystem: disk.fileSystem) { fixture, account in
            let id = try await account.deliver([message()])[0]
            disk.fail(failing)
            await #expect(throws: MailStoreError.self) { try await account.prepare(.octets(Self.large())) }
            disk.fail(nil)
            let code = await account.code { try $0.setKeywords([.seen], on: id) }
            #expect(code == .inputOutput)
            await #expect(throws: MailStoreError.self) { try await account.ingest([]) }
            // What was stored before can still be read, and a restart begins afresh.
            #expect(try await account.email(id).keywords.isEmpty)
            let reopened = try await fixture.reopen()
            try await reopened.write { try $0.setKeywords([.seen], on: id) }
        }
    }

    @Test func aFailedRenameStopsNobodyElse() async throws {
        let disk = RecordingDisk()
        try await AccountFixture.run(fileSystem: disk.fileSystem) { _, account in
            disk.fail("rename")
            await #expect(throws: MailStoreError.self) { try await account.prepare(.octets(Self.large())) }
            disk.fail(nil)
            try await account.deliver([Self.large()])
        }
    }

    @Test func aHugeMessageIsParsedFromItsFile() async throws {
        try await AccountFixture.run { _, account in
            let octets = Self.large(2_000_000)
            let ids = try await account.deliver([octets])
            let email = try await account.email(ids[0])
            #expect(email.summary.subject == "large 0")
            #expect(try await account.read { try $0.withBlob(email.blobID) { Array($0) } } == octets)
        }
    }

    @Test func aLargeMessageIsParsedAndItsFileGoesWithTheLastEmail() async throws {
        try await AccountFixture.run { _, account in
            let ids = try await account.deliver([Self.large(), Self.large()])
            let email = try await account.email(ids[0])
            #expect(email.summary.subject == "large 0")
            let path = account.core.blobFiles.path(of: email.blobID)
            try await account.write { try $0.destroyEmail(ids[0]) }
            #expect(FileManager.default.fileExists(atPath: path))
            try await account.write { try $0.destroyEmail(ids[1]) }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func aFileThatIsAboutToBeStoredAgainStays() async throws {
        try await AccountFixture.run { _, account in
            let old = try await account.deliver([Self.large()])
            let arrival = Arrival(
                try await account.prepare(.octets(Self.large())), mailboxIDs: [try await account.inbox()],
                receivedAt: AccountFixture.start)
            try await account.write { try $0.destroyEmail(old[0]) }
            let new = try await account.ingest([arrival])
            let blob = try await account.email(new[0]).blobID
            #expect(try await account.read { try $0.withBlob(blob) { Array($0) } } == Self.large())
        }
    }

    @Test func destroyingAndStoringTheSameAgainInOneTransactionKeepsTheFile() async throws {
        try await AccountFixture.run { _, account in
            let old = try await account.deliver([Self.large()])[0]
            let arrival = Arrival(
                try await account.prepare(.octets(Self.large())), mailboxIDs: [try await account.inbox()],
                receivedAt: AccountFixture.start)
            try await account.write { writer in
                try writer.destroyEmail(old)
                _ = try writer.addEmail(arrival)
            }
        }
    }

    private func upload(_ octets: [UInt8], _ account: Account) async throws -> BlobID {
        let blob = try await account.prepareBlob(.octets(octets))
        try await account.write { try $0.addBlob(blob) }
        return blob.id
    }

    @Test func uploadsAreKeptForADayAndThenGo() async throws {
        try await AccountFixture.run { fixture, account in
            let small = try await upload(message(subject: "small"), account)
            let large = try await upload(Self.large(), account)
            fixture.advance(seconds: 86_399)
            try await account.core.prune()
            #expect(try await account.read { try $0.blobSize(large) } != nil)
            let message = try #require(try await account.prepare(stored: small))
            let inbox = try await account.inbox()
            _ = try await account.write {
                try $0.addEmail(Arrival(message, mailboxIDs: [inbox], receivedAt: AccountFixture.start))
            }
            fixture.advance(seconds: 2)
            try await account.core.prune()
            #expect(try await account.read { try $0.blobSize(large) } == nil)
            #expect(try await account.read { try $0.blobSize(small) } != nil)
            #expect(!FileManager.default.fileExists(atPath: account.core.blobFiles.path(of: large)))
        }
    }

    @Test func anUploadThatIsGoneCannotBeImported() async throws {
        try await AccountFixture.run { fixture, account in
            let upload = try await account.prepareBlob(.octets(message()))
            try await account.write { try $0.addBlob(upload) }
            let prepared = try #require(try await account.prepare(stored: upload.id))
            fixture.advance(seconds: 90_000)
            try await account.core.prune()
            #expect(try await account.prepare(stored: upload.id) == nil)
            let inbox = try await account.inbox()
            let code = await account.code {
                _ = try $0.addEmail(Arrival(prepared, mailboxIDs: [inbox], receivedAt: AccountFixture.start))
            }
            #expect(code == .notFound)
        }
    }

    @Test func whatACrashLeftIsSweptAtOpen() async throws {
        try await AccountFixture.run { fixture, account in
            let ids = try await account.deliver([Self.large()])
            let kept = try await account.email(ids[0]).blobID
            // Prepared and never committed; and half a temporary file.
            let orphan = try await account.prepareBlob(.octets(Self.large(seed: 1)))
            let files = account.core.blobFiles
            let temporary = files.temporaryFolder + "/99"
            _ = FileManager.default.createFile(atPath: temporary, contents: Data(noise(10)))
            #expect(try await account.check().counts["orphanFiles"] == 1)
            #expect(try await account.check().isClean)
            _ = try await fixture.reopen()
            #expect(!FileManager.default.fileExists(atPath: files.path(of: orphan.id)))
            #expect(!FileManager.default.fileExists(atPath: temporary))
            #expect(FileManager.default.fileExists(atPath: files.path(of: kept)))
        }
    }

    @Test func openingAnAccountReadsNoBodies() async throws {
        try await AccountFixture.run { _, account in
            let plan = try await account.read { reader in
                try reader.db.all("EXPLAIN QUERY PLAN " + AccountCore.blobsInFiles) { $0.text(3) }
            }
            #expect(plan == ["SEARCH blob USING COVERING INDEX blobInFile (format=?)"])
        }
    }

    @Test func aBodyThatNoRowCameToNameLeavesNoFile() async throws {
        try await AccountFixture.run { _, account in
            await account.core.housekeeping.end()
            let nowhere = MailboxID(rawValue: 99)
            let error = await #expect(throws: MailStoreError.self) {
                try await account.deliver([Self.large()], to: [nowhere])
            }
            #expect(error?.code == .notFound)
            let kept = try await account.deliver([Self.large(seed: 1)])
            try await account.core.removeReleased()
            #expect(try await account.check().counts["orphanFiles"] == 0)
            let blob = try await account.email(kept[0]).blobID
            #expect(try await account.read { try $0.withBlob(blob) { Array($0) } } == Self.large(seed: 1))
        }
    }

    @Test func theEndOfALeaseWakesTheHousekeeping() async throws {
        let files = BlobFiles(accountFolder: "/nowhere", system: FileSystem.inert)
        let (told, signal) = AsyncStream.makeStream(of: Void.self)
        files.whenReleased { signal.yield() }
        let id = BlobID(hash: [UInt8](repeating: 1, count: 32))
        var lease: BlobLease? = try files.install(
            CompressedFile(id: id, size: 0, descriptor: -1, path: "/nowhere/1", system: .inert))
        #expect(files.takeReleased() == [])
        #expect(lease?.blob == id)
        lease = nil
        for await _ in told { break }
        #expect(files.takeReleased() == [id])
        #expect(files.takeReleased() == [])
    }

    @Test func checkFindsADamagedAndAMissingFile() async throws {
        let fixture = try AccountFixture()
        let account = try await fixture.create()
        let ids = try await account.deliver([Self.large(), Self.large(seed: 1)])
        let blobs = try await account.read { try $0.emails(ids).map(\.blobID) }
        let paths = blobs.map { account.core.blobFiles.path(of: $0) }
        var octets = try #require(FileManager.default.contents(atPath: paths[0]))
        octets[octets.count / 2] ^= 1
        try octets.write(to: URL(fileURLWithPath: paths[0]))
        try FileManager.default.removeItem(atPath: paths[1])
        let report = try await account.check()
        #expect(report.findings.count == 2)
        for blob in blobs { #expect(report.findings.contains { $0.description.contains(blob.description) }) }
        await account.close()
    }
}
