import MailModel
import MailStore
import TestSupport
import Testing
import Transport

@testable import MailSync

/// The table of `docs/protocols.md`, "Where others fail": five messages and a server that does one thing oddly.
///
/// Each ends with every message stored once, byte for byte, and nothing deleted.
@Suite struct PeerTableTests {
    private let drop = ScriptedMaildrop.numbered(5)

    private func expectAll(_ fixture: SyncFixture, _ messages: [[UInt8]]? = nil) async throws {
        let stored = try await fixture.storedMessages()
        let expected = messages ?? drop.messages.map(\.bytes)
        #expect(stored.count == expected.count)
        #expect(Set(stored) == Set(expected))
        await fixture.expectSound()
    }

    private func uniqueIDs(_ change: (inout ScriptedMaildrop) -> Void) -> ScriptedMaildrop {
        var drop = drop
        change(&drop)
        return drop
    }

    /// The death of the whole process at any moment is proven by `scripts/proof`.
    @Test func aPollThatIsAbandonedInMessageThreeLeavesNothingTwice() async throws {
        let reached = AsyncStream.makeStream(of: Void.self)
        let server = try await ScriptedPOP3Server(drop) { command, session in
            guard session == 1, command == "RETR 3" else { return nil }
            reached.continuation.finish()
            return .stall(after: Array("+OK\r\nSubject: hal".utf8))
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let poll = Task { try await fixture.poll(maildrop) }
        for await _ in reached.stream {}
        poll.cancel()
        _ = try? await poll.value
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        try await expectAll(fixture)
    }

    @Test func aLineThatBreaksInMessageThreeIsTakenUpThere() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, session in
            session == 1 && command == "RETR 3" ? .bytesThenClose(Array("+OK\r\nSubject: hal".utf8)) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        fixture.pass(.seconds(60))
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        try await expectAll(fixture)
        for number in [5, 4] { #expect(server.commands("RETR").filter { $0 == "RETR \(number)" }.count == 1) }
    }

    @Test func aQUITThatIsLostAfterEveryDELEIsMadeUpFor() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, session in
            session <= 2 && command == "QUIT" ? .bytesThenClose([]) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port) { $0.retention = Retention(deleteAfter: 0) }
        for _ in 0..<5 {
            _ = try await fixture.poll(maildrop)
            fixture.pass(.seconds(86_400))
        }
        var left = -1
        server.change { left = $0.messages.count }
        #expect(left == 0)
        #expect(server.commands("RETR").count == 5)
        try await expectAll(fixture)
    }

    @Test func aRenumberedMaildropIsRecognised() async throws {
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { drop in
            for index in drop.messages.indices { drop.messages[index].uniqueID = "moved-\(index)" }
        }
        for _ in 0..<2 {
            fixture.pass(.seconds(86_400))
            #expect(try await fixture.poll(maildrop).report.failure == nil)
        }
        #expect(server.commands("RETR").count == 5)
        try await expectAll(fixture)
    }

    @Test func withoutUIDLEveryMessageComesOnce() async throws {
        let drop = uniqueIDs { $0.capabilities = ["TOP", "USER", "PIPELINING"] }
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command.hasPrefix("UIDL") ? .line("-ERR unknown command") : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        for _ in 0..<3 {
            #expect(try await fixture.poll(maildrop).report.failure == nil)
            fixture.pass(.seconds(86_400))
        }
        #expect(server.commands("RETR").count == 5)
        try await expectAll(fixture)
    }

    @Test func twoMessagesMayShareAUniqueID() async throws {
        try await expectTaken(uniqueIDs { $0.messages[3].uniqueID = $0.messages[1].uniqueID })
    }

    @Test(arguments: [
        String(repeating: "x", count: 200), String(repeating: "y", count: 900), "with spaces in it", "caf\u{E9}",
        "  behind three blanks",
    ])
    func anyUniqueIDIsTaken(uniqueID: String) async throws {
        try await expectTaken(uniqueIDs { $0.messages[2].uniqueID = uniqueID })
    }

    private func expectTaken(_ drop: ScriptedMaildrop) async throws {
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        fixture.pass(.seconds(86_400))
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        try await expectAll(fixture)
    }

    @Test func whatIsListedIsFetchedThoughSTATCountsOneMore() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "STAT" ? .line("+OK 6 1800") : nil
        }
        let fixture = try await SyncFixture()
        let result = try await fixture.poll(try await fixture.addMaildrop(port: server.port))
        #expect(result.report.failure?.kind == .listingMismatch)
        try await expectAll(fixture)
    }

    @Test func aMessageWithoutAUniqueIDIsSaidSoAndComesWhenItHasOne() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, session in
            session == 1 && command == "UIDL"
                ? .bytes(Array("+OK\r\n1 uid-1\r\n2 uid-2\r\n4 uid-4\r\n5 uid-5\r\n.\r\n".utf8)) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let first = try await fixture.poll(maildrop)
        #expect(first.report.failure?.kind == .listingMismatch)
        #expect(first.record.fetched >= 4)
        fixture.pass(.seconds(86_400))
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        try await expectAll(fixture)
    }

    @Test func aMessageThatIsRefusedStopsNoOtherAndIsTriedAgain() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "RETR 3" ? .line("-ERR can't render it") : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure == nil)
        #expect(result.report.pending == 1)
        #expect(try await fixture.unstored(maildrop).first?.reason.contains("can't render it") == true)
        try await expectAll(fixture, [0, 1, 3, 4].map { drop.messages[$0].bytes })
        server.setScript(nil)
        fixture.pass(.seconds(86_400))
        #expect(try await fixture.poll(maildrop).record.fetched == 1)
        try await expectAll(fixture)
    }

    @Test func aBodyWithoutALineEndBeforeTheFinalDotIsWhole() async throws {
        let body = "Subject: Exchange\r\n\r\nno line end"
        let drop = uniqueIDs { drop in
            drop.capabilities = ["UIDL", "USER"]
            drop.messages[2].bytes = Array(body.utf8)
        }
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "RETR 3" ? .bytes(Array("+OK\r\n\(body).\r\n".utf8)) : nil
        }
        let fixture = try await SyncFixture { $0.limits.messageSilence = .seconds(1) }
        let result = try await fixture.poll(try await fixture.addMaildrop(port: server.port))
        #expect(result.report.failure == nil)
        try await expectAll(fixture, drop.messages.map(\.bytes))
        #expect(server.commands("RETR").count == 5)
    }

    @Test func bareLineFeedsEverywhere() async throws {
        let messages = drop.messages.map {
            Array(String(decoding: $0.bytes, as: UTF8.self).replacing("\r\n", with: "\n").utf8)
        }
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            let words = command.split(separator: " ")
            return switch words.first {
            case "UIDL": .bytes(Array(("+OK\n" + (1...5).map { "\($0) uid-\($0)\n" }.joined() + ".\n").utf8))
            case "LIST": .bytes(Array(("+OK\n" + (1...5).map { "\($0) 300\n" }.joined() + ".\n").utf8))
            case "RETR":
                .bytes(
                    Array("+OK\n".utf8) + Self.stuffed(messages[(words.last.flatMap { Int($0) } ?? 1) - 1])
                        + Array(".\n".utf8))
            default: nil
            }
        }
        let fixture = try await SyncFixture()
        #expect(try await fixture.poll(try await fixture.addMaildrop(port: server.port)).report.failure == nil)
        try await expectAll(fixture, messages)
    }

    private static func stuffed(_ message: [UInt8]) -> [UInt8] {
        Array(
            String(decoding: message, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
                .map { ($0.hasPrefix(".") ? "." : "") + $0 }.joined(separator: "\n").utf8)
    }

    @Test func aDotAtTheBeginningOfALineIsTakenAwayStuffedOrNot() async throws {
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "RETR 3" ? .bytes(Array("+OK\r\nSubject: dots\r\n\r\n.one\r\n..two\r\n.\r\n".utf8)) : nil
        }
        let fixture = try await SyncFixture()
        #expect(try await fixture.poll(try await fixture.addMaildrop(port: server.port)).report.failure == nil)
        var messages = drop.messages.map(\.bytes)
        messages[2] = Array("Subject: dots\r\n\r\none\r\n.two\r\n".utf8)
        try await expectAll(fixture, messages)
    }

    @Test func longLinesAndNULsAndFalseSizes() async throws {
        let line = String(repeating: "x", count: 200_000)
        let drop = uniqueIDs { $0.messages[2].bytes = Array("Subject: long\r\n\r\n\(line)\r\n\0\0\r\n".utf8) }
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command == "LIST" ? .bytes(Array("+OK\r\n1 1\r\n2 1\r\n3 1\r\n4 1\r\n5 1\r\n.\r\n".utf8)) : nil
        }
        let fixture = try await SyncFixture()
        #expect(try await fixture.poll(try await fixture.addMaildrop(port: server.port)).report.failure == nil)
        try await expectAll(fixture, drop.messages.map(\.bytes))
    }

    @Test(arguments: [
        ("-ERR [IN-USE] locked", SyncFailure.Kind.inUse, FailureClass.locked),
        ("-ERR [SYS/TEMP] later", .serverTemporary, .temporary),
    ])
    func aBusyServerIsNoWrongPassword(answer: String, kind: SyncFailure.Kind, failureClass: FailureClass) async throws {
        let server = try await ScriptedPOP3Server(drop) { command, session in
            session == 1 && command.hasPrefix("PASS") ? .line(answer) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let failure = try await fixture.poll(maildrop).report.failure
        #expect(failure?.kind == kind)
        #expect(failure?.kind.failureClass == failureClass)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        try await expectAll(fixture)
    }

    @Test func aMaildropThatIsEmptyForOnePollLosesNothing() async throws {
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages = [] }
        _ = try await fixture.poll(maildrop)
        server.change { $0 = drop }
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        try await expectAll(fixture)
    }

    @Test func aSessionAsksForNothingTwice() async throws {
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        _ = try await fixture.poll(try await fixture.addMaildrop(port: server.port))
        let commands = server.record.commands.map { $0.split(separator: " ").first.map(String.init) ?? "" }
        for (command, count) in ["CAPA": 1, "STAT": 1, "UIDL": 1, "LIST": 1, "RETR": 5, "QUIT": 1, "DELE": 0] {
            #expect(commands.filter { $0 == command }.count == count, "\(command)")
        }
        try await expectAll(fixture)
    }
}
