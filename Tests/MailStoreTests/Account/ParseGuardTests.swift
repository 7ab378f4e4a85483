import Foundation
import MIME
import MailModel
import Testing

@testable import MailStore

@Suite struct ParseGuardTests {
    private let path = NSTemporaryDirectory() + "restante-parsing-" + UUID().uuidString

    private func blob(_ number: UInt8) -> BlobID { BlobID(hash: [UInt8](repeating: number, count: 32)) }

    /// Leaves the file as a process leaves it that dies while it parses these.
    private func die(on blobs: [BlobID]) throws {
        let copy = path + ".copy"
        let guardian = try ParseGuard(path: path)
        func parse(_ rest: ArraySlice<BlobID>) throws {
            guard let first = rest.first else {
                try FileManager.default.copyItem(atPath: path, toPath: copy)
                return
            }
            try guardian.run(first) { try parse(rest.dropFirst()) }
        }
        try parse(blobs[...])
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: copy, toPath: path)
    }

    @Test func aMessageOnWhichTheProcessDiedTwiceIsNotParsedAgain() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try die(on: [blob(1)])
        #expect(try ParseGuard(path: path).run(blob(2)) { true } == true)
        try die(on: [blob(1)])
        let guardian = try ParseGuard(path: path)
        #expect(guardian.run(blob(1)) { true } == nil)
        #expect(guardian.run(blob(2)) { true } == true)
        // And so for ever.
        #expect(try ParseGuard(path: path).run(blob(1)) { true } == nil)
    }

    @Test func aMessageThatWasOnlyNearADeathIsForgiven() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try die(on: [blob(1), blob(2)])
        #expect(try ParseGuard(path: path).run(blob(2)) { true } == true)
        try die(on: [blob(1), blob(2)])
        let guardian = try ParseGuard(path: path)
        #expect(guardian.run(blob(1)) { true } == nil)
        #expect(guardian.run(blob(2)) { true } == true)
    }

    @Test func aFileOfGarbageIsNoHindrance() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = FileManager.default.createFile(atPath: path, contents: Data(noise(100_000)))
        #expect(try ParseGuard(path: path).run(blob(1)) { true } == true)
    }

    @Test func aPoisonousMessageIsStoredWholeAndUnparsed() async throws {
        try await AccountFixture.run { fixture, account in
            let octets = message(subject: "poison")
            let id = try await account.prepareBlob(.octets(octets)).id
            await account.close()
            var entry = [UInt8](repeating: 0, count: 40)
            entry[0] = 1
            entry[1] = 1
            entry.replaceSubrange(8..., with: id.hash)
            try Data(entry).write(to: URL(fileURLWithPath: fixture.folder + "/parsing"))
            let reopened = try await fixture.reopen()
            let ids = try await reopened.deliver([octets, message(subject: "good")])
            let poison = try await reopened.email(ids[0])
            #expect(poison.isUnparsed)
            #expect(poison.summary.subject == nil)
            #expect(try await reopened.read { try $0.structure(of: ids[0]) } == nil)
            #expect(try await reopened.read { try $0.withBlob(poison.blobID) { Array($0) } } == octets)
            #expect(try await !reopened.email(ids[1]).isUnparsed)
        }
    }
}
