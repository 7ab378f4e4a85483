import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// QUIRK: servers without UIDL.
@Suite(.serialized) struct FingerprintListingTests {
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
