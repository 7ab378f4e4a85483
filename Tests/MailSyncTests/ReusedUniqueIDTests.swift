import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// Unique-ids that the server gives out again, or to several messages.
@Suite struct ReusedUniqueIDTests {
    @Test func aUniqueIDWithAnotherSizeIsAnotherMessage() async throws {
        let drop = ScriptedMaildrop.numbered(6)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        let other = ScriptedMaildrop.message(99, size: 900)
        server.change { $0.messages[3].bytes = other }
        #expect(try await fixture.poll(maildrop).record.fetched == 1)
        #expect(Set(try await fixture.storedMessages()) == Set(drop.messages.map(\.bytes) + [other]))
        // And back again: the old one is known by what it looks like.
        server.change { $0.messages[3].bytes = drop.messages[3].bytes }
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        #expect(try await fixture.emails().count == 7)
        await fixture.expectSound()
    }

    /// QUIRK: a server that numbers its messages by place, so that a deletion upstream moves all the others.
    @Test func uniqueIDsThatAreNumbersInARow() async throws {
        var drop = RenumberingTests.varied(40)
        for index in drop.messages.indices { drop.messages[index].uniqueID = "\(index + 1)" }
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { drop in
            drop.messages.removeFirst(3)
            for index in drop.messages.indices { drop.messages[index].uniqueID = "\(index + 1)" }
        }
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure == nil)
        #expect(result.record.fetched == 0)
        #expect(try await fixture.emails().count == 40)
        await fixture.expectSound()
    }

    /// QUIRK: servers that count octets one day with CRLF, one day without.
    @Test func sizesThatAllChangeAreNoNews() async throws {
        let drop = RenumberingTests.varied(50)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.setScript { command, _ in
            if command == "STAT" { return .line("+OK 50 1000") }
            guard command == "LIST" else { return nil }
            let lines = drop.messages.indices.map { "\($0 + 1) \(drop.messages[$0].bytes.count - 11)\r\n" }
            return .bytes(Array(("+OK\r\n" + lines.joined() + ".\r\n").utf8))
        }
        for _ in 0..<2 {
            let result = try await fixture.poll(maildrop)
            #expect(result.report.failure == nil)
            #expect(result.record.fetched == 0)
        }
        #expect(server.commands("TOP").count <= 20 + 50)
        #expect(try await fixture.emails().count == 50)
        await fixture.expectSound()
    }

    @Test func oneOfTwoMessagesThatShareAUniqueIDGoes() async throws {
        var drop = RenumberingTests.varied(6)
        drop.messages[1].uniqueID = "same"
        drop.messages[4].uniqueID = "same"
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages.remove(at: 1) }
        for _ in 0..<2 {
            #expect(try await fixture.poll(maildrop).record.fetched == 0)
            fixture.pass(.seconds(86_400))
        }
        #expect(try await fixture.emails().count == 6)
        await fixture.expectSound()
    }
}
