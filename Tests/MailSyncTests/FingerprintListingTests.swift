import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// QUIRK: servers without UIDL.
@Suite struct FingerprintListingTests {
    private func server(_ drop: ScriptedMaildrop, hasTop: Bool = true) async throws -> ScriptedPOP3Server {
        var drop = drop
        drop.capabilities = hasTop ? ["TOP", "USER", "PIPELINING"] : ["USER"]
        drop.hasTop = hasTop
        return try await ScriptedPOP3Server(drop) { command, _ in
            command.hasPrefix("UIDL") ? .line("-ERR unknown command") : nil
        }
    }

    @Test(arguments: [true, false])
    func everyMessageIsStoredOnce(hasTop: Bool) async throws {
        let drop = RenumberingTests.varied(60)
        let server = try await server(drop, hasTop: hasTop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        #expect(Set(try await fixture.storedMessages()) == Set(drop.messages.map(\.bytes)))
        let fresh = RenumberingTests.varied(2, from: 400).messages
        server.change { drop in
            drop.messages.remove(at: 5)
            drop.messages += fresh
        }
        for fetched in [2, 0] {
            let result = try await fixture.poll(maildrop)
            #expect(result.report.failure == nil)
            #expect(result.record.fetched == fetched)
        }
        #expect(try await fixture.emails().count == 62)
        await fixture.expectSound()
    }

    /// What STAT says is as foreign as a listing: nothing is made of numbers past the limit.
    @Test(arguments: [(10, true), (11, false), (2_000_000_000, false)])
    func noMoreMessagesAreCountedThanListed(count: Int, isTaken: Bool) async throws {
        let server = try await server(RenumberingTests.varied(10))
        server.setScript { command, _ in
            switch command {
            case "STAT": .line("+OK \(count) 1")
            case "UIDL", "LIST": .line("-ERR unknown command")
            default: nil
            }
        }
        let fixture = try await SyncFixture { $0.limits.listingMessages = 10 }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure?.kind == (isTaken ? nil : .limitExceeded))
        #expect(try await fixture.emails().count == (isTaken ? 10 : 0))
    }

    @Test(arguments: [true, false])
    func aMessageAtWhichSessionsBreakStopsNoOther(hasTop: Bool) async throws {
        let drop = RenumberingTests.varied(10)
        let server = try await server(drop, hasTop: hasTop)
        server.setScript { command, _ in
            switch command {
            case "UIDL": .line("-ERR unknown command")
            case "TOP 3 0" where hasTop: .bytesThenClose(Array("+OK\r\nSub".utf8))
            case "RETR 3": .bytesThenClose(Array("+OK\r\nSub".utf8))
            default: nil
            }
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        var polls = 0
        while try await fixture.poll(maildrop).report.failure != nil, polls < 9 { polls += 1 }
        #expect(polls <= 3)
        var rest = drop.messages.map(\.bytes)
        rest.remove(at: 2)
        #expect(Set(try await fixture.storedMessages()) == Set(rest))
        #expect(try await fixture.unstored(maildrop).map(\.state) == [.parked])
        // It does not stop new mail either, and comes when it can.
        let fresh = RenumberingTests.varied(1, from: 500).messages
        server.change { $0.messages += fresh }
        #expect(try await fixture.poll(maildrop).record.fetched == 1)
        server.setScript { command, _ in command == "UIDL" ? .line("-ERR unknown command") : nil }
        fixture.pass(.seconds(86_400))
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        #expect(Set(try await fixture.storedMessages()) == Set(drop.messages.map(\.bytes) + fresh.map(\.bytes)))
        await fixture.expectSound()
    }

    /// Without TOP only RETR shows a message, and what is too large is not fetched for that.
    @Test func aMessageThatIsTooLargeIsHeldBackUnseen() async throws {
        var drop = RenumberingTests.varied(10)
        drop.messages[4].bytes = ScriptedMaildrop.message(77, size: 50_000)
        let server = try await server(drop, hasTop: false)
        let fixture = try await SyncFixture { $0.limits.message = 40_000 }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        #expect(try await fixture.emails().count == 9)
        #expect(try await fixture.unstored(maildrop).map(\.state) == [.heldBack])
        #expect(!server.commands("RETR").contains("RETR 5"))
    }

    @Test func anIdlePollLooksAtOneMessage() async throws {
        let server = try await server(RenumberingTests.varied(30))
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        let commands = server.record.commands.count
        _ = try await fixture.poll(maildrop)
        #expect(server.record.commands.dropFirst(commands).suffix(3) == ["STAT", "TOP 30 0", "QUIT"])
    }

    @Test func theSameMessageDeliveredTwiceIsStoredTwice() async throws {
        var drop = RenumberingTests.varied(4)
        drop.messages.append(drop.messages[1])
        let server = try await server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        fixture.pass(.seconds(86_400))
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        #expect(try await fixture.emails().count == 5)
    }

    @Test func aServerThatLosesItsUniqueIDsFetchesNothingAgain() async throws {
        let drop = RenumberingTests.varied(30)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.setScript { command, _ in command.hasPrefix("UIDL") ? .line("-ERR unknown command") : nil }
        // Announced and refused: that is a trouble of the server, not another server.
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .noUniqueIDs)
        server.change { $0.capabilities = ["TOP", "USER"] }
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        server.setScript(nil)
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        #expect(try await fixture.emails().count == 30)
        await fixture.expectSound()
    }
}
