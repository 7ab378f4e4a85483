import MIME
import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// Polls of an account that may not hold everything.
@Suite struct RoomTests {
    /// Five messages at the provider, of which `octets` are let in.
    private static func world(
        octets: (ScriptedMaildrop) -> Int, retention: Retention = .keep,
        change: (inout ScriptedMaildrop) -> Void = { _ in }
    ) async throws -> MaildropWorld {
        var drop = ScriptedMaildrop.numbered(5)
        change(&drop)
        return try await MaildropWorld(retention, drop: drop, octets: octets(drop))
    }

    private static func size(_ drop: ScriptedMaildrop, _ numbers: ClosedRange<Int>) -> Int {
        numbers.reduce(0) { $0 + drop.messages[$1 - 1].bytes.count }
    }

    @Test func whatGoesOverStaysAtTheProviderAndIsSaid() async throws {
        let world = try await Self.world(octets: { Self.size($0, 4...5) })
        let first = try await world.pollWithoutFailure()
        #expect(try await world.subjects() == ["Number 4", "Number 5"])
        #expect(world.server.commands("RETR").count == 2)
        let unstored = try await world.fixture.unstored(world.maildrop)
        #expect(unstored.map(\.state) == [.heldBack, .heldBack, .heldBack])
        #expect(Set(unstored.map(\.reason)) == [UnstoredMessage.noRoom])
        #expect(first.report.notices.map(\.type) == ["overQuota"])
        #expect(first.report.notices.first?.description.contains("3 messages") == true)
        #expect(first.report.pending == 3)
    }

    @Test func oneOctetLessThanTwoMessagesIsRoomForOne() async throws {
        let world = try await Self.world(octets: { Self.size($0, 4...5) - 1 })
        try await world.pollWithoutFailure()
        #expect(try await world.subjects() == ["Number 5"])
    }

    @Test func anIdlePollOfAFullAccountListsNothing() async throws {
        let world = try await Self.world(octets: { Self.size($0, 4...5) })
        for _ in 0..<3 { try await world.pollWithoutFailure() }
        #expect(world.server.commands("LIST").count == 1)
        #expect(world.server.commands("RETR").count == 2)
    }

    @Test func whenThereIsRoomAgainTheNewestThatFitsIsFetched() async throws {
        let world = try await Self.world(octets: { Self.size($0, 4...5) })
        try await world.pollWithoutFailure()
        try await world.destroy("Number 4")
        let second = try await world.pollWithoutFailure()
        #expect(try await world.subjects() == ["Number 3", "Number 5"])
        #expect(second.report.notices.first?.description.contains("2 messages") == true)
        try await world.destroy("Number 3")
        try await world.destroy("Number 5")
        let third = try await world.pollWithoutFailure()
        #expect(try await world.subjects() == ["Number 1", "Number 2"])
        #expect(third.report.notices.isEmpty && third.report.pending == 0)
        #expect(try await world.fixture.unstored(world.maildrop).isEmpty)
    }

    @Test func whatIsTooLargeForTheRestDoesNotKeepSmallerMessagesAway() async throws {
        let world = try await Self.world(octets: { Self.size($0, 1...2) }) { drop in
            drop.messages[3] = .init(uniqueID: "uid-4", bytes: ScriptedMaildrop.message(4, size: 5_000))
            drop.messages[4] = .init(uniqueID: "uid-5", bytes: ScriptedMaildrop.message(5, size: 5_000))
        }
        try await world.pollWithoutFailure()
        #expect(try await world.subjects() == ["Number 2", "Number 3"])
    }

    @Test func retentionDeletesNothingThatIsNotStored() async throws {
        let world = try await Self.world(octets: { Self.size($0, 4...5) }, retention: Retention(deleteAfter: 0))
        for _ in 0..<3 { try await world.pollWithoutFailure() }
        #expect(Set(world.server.record.deleted) == Set(world.drop.messages[3...4].map(\.bytes)))
        #expect(try await world.fixture.unstored(world.maildrop).count == 3)
        try await world.destroy("Number 4")
        try await world.destroy("Number 5")
        try await world.pollWithoutFailure()
        #expect(try await world.subjects() == ["Number 2", "Number 3"])
    }

    @Test func aServerThatListsTooFewOctetsFillsNoAccount() async throws {
        let world = try await Self.world(octets: { Self.size($0, 4...5) })
        let listing = (1...5).map { "\($0) 1\r\n" }.joined()
        world.server.setScript { command, _ in
            command == "LIST" ? .bytes(Array("+OK\r\n\(listing).\r\n".utf8)) : nil
        }
        for _ in 0..<3 { try await world.pollWithoutFailure() }
        // Which ones is chance: several are prepared at the same time.
        #expect(try await world.subjects().count == 2)
        #expect(world.server.commands("RETR").count == 5)
        let unstored = try await world.fixture.unstored(world.maildrop)
        #expect(unstored.map(\.reason) == [String](repeating: UnstoredMessage.noRoom, count: 3))
    }
}
