import Dispatch
import Foundation
import MailModel
import Testing

@testable import MailStore

/// Bodies that wait, as received, to be compressed into their place.
@Suite struct IntakeTests {
    /// An account that brings nothing to its place by itself.
    private static func run(
        fileSystem: FileSystem = .posix, intakeLimit: Int = Intake.limit,
        _ body: (AccountFixture, Account) async throws -> Void
    ) async throws {
        let fixture = try AccountFixture(fileSystem: fileSystem, intakeLimit: intakeLimit)
        let account = try await fixture.create()
        await account.core.housekeeping.end()
        try await body(fixture, account)
        try await fixture.finish()
    }

    private static func body(_ size: Int) -> [UInt8] { message(subject: "\(size)") + noise(size) }

    @Test func aBodyIsReadAsItCameBeforeAndAfterItsPlace() async throws {
        try await Self.run { _, account in
            let messages: [[UInt8]] = [[], [10]] + [1000, 65_000, 66_000, 1_000_000, 1_048_576].map { Self.body($0) }
            let ids = try await account.deliverLater(messages)
            // More than fits in memory goes through a file of its own, straight to its place.
            #expect(try await account.waiting() == messages.count - 1)
            for id in ids.indices { #expect(try await account.octets(ids[id]) == messages[id]) }
            #expect(try await account.check().findings.isEmpty)
            #expect(account.intakeNames == ["1"])
            try await account.core.file()
            #expect(try await account.waiting() == 0)
            #expect(account.intakeNames == [])
            for id in ids.indices { #expect(try await account.octets(ids[id]) == messages[id]) }
            let large = try await account.email(ids[4]).blobID
            #expect(FileManager.default.fileExists(atPath: account.core.blobFiles.path(of: large)))
        }
    }

    @Test func aBlobThatIsOpenedWhileItWaitsIsWhole() async throws {
        try await Self.run { _, account in
            let octets = Self.body(70_000)
            let id = try await account.email(try await account.deliverLater([octets])[0]).blobID
            let open = try #require(try await account.read { try $0.openBlob(id) })
            try await account.core.file()
            #expect(try open.octets(from: 0, count: .max) == octets)
        }
    }

    @Test func whatIsStoredAlreadyWaitsForNothing() async throws {
        try await Self.run { _, account in
            let octets = Self.body(1000)
            try await account.deliver([octets])
            let again = try await account.deliverLater([octets, octets])
            #expect(try await account.waiting() == 0)
            try await account.core.file()
            #expect(account.intakeNames == [])
            #expect(try await account.octets(again[1]) == octets)
        }
    }

    @Test func oneSyncBringsABatchToDiskBeforeItsRows() async throws {
        let disk = RecordingDisk()
        try await Self.run(fileSystem: disk.fileSystem) { fixture, account in
            let start = disk.log.count
            let prepared = try await account.prepareLater((0..<10).map { Self.body($0) })
            let folder = (fixture.folder as NSString).lastPathComponent
            #expect(disk.log.dropFirst(start) == ["create 1", "syncFolder intake", "syncFolder \(folder)"])
            try await account.sync(prepared.map(\.message))
            #expect(disk.log.last == "syncData 1")
            #expect(disk.log.count == start + 4)
            try await account.ingest(prepared)
            #expect(disk.log.count == start + 4)
            // Whoever forgets to sync gets it done by the ingest.
            try await account.ingest(try await account.prepareLater([Self.body(11)]))
            #expect(disk.log.count == start + 5)
        }
    }

    @Test func afterAFailedSyncNothingMoreIsAcknowledged() async throws {
        let disk = RecordingDisk()
        try await Self.run(fileSystem: disk.fileSystem) { fixture, account in
            let id = try await account.deliverLater([Self.body(1)])[0]
            let prepared = try await account.prepareLater([Self.body(2)])
            let other = try await account.prepareLater([Self.body(3)])
            disk.fail("syncData")
            await #expect(throws: MailStoreError.self) { try await account.ingest(prepared) }
            disk.fail(nil)
            // A second sync of the same file would prove nothing.
            await #expect(throws: MailStoreError.self) { try await account.sync(other.map(\.message)) }
            #expect(await account.code { try $0.setKeywords([.seen], on: id) } == .inputOutput)
            let reopened = try await fixture.reopen()
            #expect(try await reopened.octets(id) == Self.body(1))
        }
    }

    @Test func whatWaitsOutlivesTheProcessAndWhatNobodyNamesDoesNot() async throws {
        try await Self.run { fixture, account in
            let id = try await account.deliverLater([Self.body(5000)])[0]
            try Data([1]).write(to: URL(fileURLWithPath: account.core.intake?.folder ?? "").appendingPathComponent("9"))
            let reopened = try await fixture.reopen()
            await reopened.core.housekeeping.end()
            #expect(try await reopened.octets(id) == Self.body(5000))
            // No number is used twice, not even one whose file is gone.
            let next = try await reopened.deliverLater([Self.body(6000)])[0]
            #expect(!reopened.intakeNames.contains("9"))
            try await reopened.core.file()
            #expect(try await reopened.octets(next) == Self.body(6000))
            #expect(reopened.intakeNames == [])
        }
    }

    @Test func aSnapshotReadsWhatWasBroughtToItsPlaceMeanwhile() async throws {
        try await Self.run { _, account in
            let id = try await account.deliverLater([Self.body(5000)])[0]
            let octets = try await account.read { reader in
                let blob = try reader.emails([id])[0].blobID
                let filed = DispatchSemaphore(value: 0)
                Task {
                    try await account.core.file()
                    filed.signal()
                }
                filed.wait()
                #expect(account.intakeNames == [])
                return try reader.withBlob(blob) { Array($0) }
            }
            #expect(octets == Self.body(5000))
        }
    }

    @Test func whatIsDestroyedWhileItWaitsIsGone() async throws {
        try await Self.run { _, account in
            let ids = try await account.deliverLater([Self.body(5000), Self.body(70_000), Self.body(6000)])
            try await account.write { writer in for id in ids.prefix(2) { try writer.destroyEmail(id) } }
            #expect(try await account.waiting() == 1)
            try await account.core.file()
            #expect(account.intakeNames == [])
            #expect(try await account.check().counts["blobs"] == 1)
        }
    }

    @Test func aFileStaysWhileSomebodyIsAboutToNameIt() async throws {
        try await Self.run { _, account in
            let prepared = try await account.prepareLater([Self.body(5000)])
            try await account.core.file()
            #expect(account.intakeNames == ["1"])
            let id = try await account.ingest(prepared)[0]
            #expect(try await account.octets(id) == Self.body(5000))
        }
    }

    @Test func beyondTheLimitBodiesGoStraightToTheirPlace() async throws {
        let sizes = [4000, 4000 + 1, 4000 + 2]
        let limit = Self.body(sizes[0]).count + Self.body(sizes[1]).count
        try await Self.run(intakeLimit: limit) { _, account in
            try await account.deliverLater(sizes.map { Self.body($0) })
            #expect(try await account.waiting() == 2)
            try await account.core.file()
            try await account.deliverLater([Self.body(4003)])
            #expect(try await account.waiting() == 1)
        }
    }

    @Test func damagedOctetsAreReportedAndStopNobody() async throws {
        let fixture = try AccountFixture()
        let account = try await fixture.create()
        await account.core.housekeeping.end()
        let ids = try await account.deliverLater([Self.body(5000), Self.body(6000)])
        let file = try #require(FileHandle(forWritingAtPath: account.core.intake?.folder.appending("/1") ?? ""))
        try file.write(contentsOf: Data([0, 0, 0, 0]))
        try await account.core.file()
        #expect(try await account.waiting() == 1)
        #expect(try await account.read { try $0.hasWaitingBodies() } == false)
        #expect(try await account.octets(ids[1]) == Self.body(6000))
        #expect(try await account.check().findings.count == 1)
        await account.close()
    }

    @Test func aMissingFileIsReported() async throws {
        let fixture = try AccountFixture()
        let account = try await fixture.create()
        await account.core.housekeeping.end()
        try await account.deliverLater([Self.body(5000)])
        try FileManager.default.removeItem(atPath: account.core.intake?.folder.appending("/1") ?? "")
        let reopened = try await fixture.reopen()
        try await reopened.core.file()
        #expect(try await reopened.check().findings.count == 1)
        await reopened.close()
    }

    @Test func aCopyTakesNothingThatWaits() async throws {
        try await Self.run { fixture, account in
            let id = try await account.deliverLater([Self.body(5000)])[0]
            let copy = fixture.folder + "/copy"
            _ = try await account.copy(to: copy, reusing: nil, CopyControl { _ in })
            let report = try await AccountCopy(id: account.id, folder: copy, limits: Limits()).check()
            #expect(report.findings.map(\.description) == [])
            #expect(report.counts["blobs"] == 1)
            #expect(try await account.waiting() == 0)
            #expect(try await account.octets(id) == Self.body(5000))
            // The intake takes bodies again.
            try await account.deliverLater([Self.body(6000)])
            #expect(try await account.waiting() == 1)
        }
    }
}

extension Account {
    fileprivate func prepareLater(_ messages: [[UInt8]]) async throws -> [Arrival] {
        var batch: [Arrival] = []
        for octets in messages {
            batch.append(
                Arrival(
                    try await prepare(.octets(octets), .later), mailboxIDs: [try await inbox()],
                    receivedAt: AccountFixture.start))
        }
        return batch
    }

    @discardableResult
    fileprivate func deliverLater(_ messages: [[UInt8]]) async throws -> [EmailID] {
        try await ingest(try await prepareLater(messages))
    }

    /// Bodies in the intake.
    fileprivate func waiting() async throws -> Int {
        try #require(try await check().counts["waitingBodies"])
    }

    fileprivate func octets(_ email: EmailID) async throws -> [UInt8]? {
        try await read { reader in
            try reader.emails([email]).first.flatMap { try reader.withBlob($0.blobID) { Array($0) } }
        }
    }

    /// Files in the intake's folder.
    fileprivate var intakeNames: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: core.intake?.folder ?? "")) ?? []
    }
}
