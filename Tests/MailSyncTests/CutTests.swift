import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// The connection breaks after each octet of a session in turn.
@Suite struct CutTests {
    @Test func aCutAfterAnyOctetLosesNothingAndStoresNothingTwice() async throws {
        let server = try await ScriptedPOP3Server(ScriptedMaildrop())
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        var all: [[UInt8]] = []
        var cut = 0
        var whole = Int.max
        while cut < whole {
            // Two messages that nobody has seen, and the same number of octets in every round.
            let round = String(10_000 + cut)
            let messages = ["a", "b"].map { part in
                ScriptedMaildrop.Message(
                    uniqueID: "\(round)-\(part)", bytes: Array("Subject: \(round)\(part)\r\n\r\n.\r\n".utf8))
            }
            all += messages.map(\.bytes)
            server.change { $0.messages = messages }
            server.cutSessions(afterOctets: cut)
            let broken = try await fixture.poll(maildrop)
            server.cutSessions(afterOctets: nil)
            let before = server.record.sent
            let repaired = try await fixture.poll(maildrop)
            #expect(repaired.report.failure == nil)
            #expect(repaired.report.pending == 0, "after a cut at \(cut): \(String(describing: broken.report.failure))")
            // A session that fetches both: from its length on there is nothing left to cut.
            if repaired.record.fetched == 2 { whole = server.record.sent - before }
            cut += 1
            fixture.pass(.seconds(1))
        }
        #expect(whole > 200 && cut == whole)
        let stored = try await fixture.storedMessages()
        #expect(stored.count == all.count)
        #expect(Set(stored) == Set(all))
        #expect(server.commands("DELE").isEmpty)
        await fixture.expectSound()
    }
}
