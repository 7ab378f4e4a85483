import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// What must hold of a maildrop of ten thousand messages; RenumberingTests has the renumbered one.
@Suite struct TenThousandTests {
    /// Fewer where sessions break: that takes a session for each try, however many messages there are.
    @Test(arguments: [(10_000, false), (1_000, true)])
    func onePoisonousMessageStopsNoneOfTheOthers(count: Int, breaksTheSession: Bool) async throws {
        let drop = ScriptedMaildrop.numbered(count)
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            guard command == "RETR \(count / 2)" else { return nil }
            return breaksTheSession ? .bytesThenClose([]) : .line("-ERR can't render that")
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        // A session that broke is gone on with at once, and the message asked for last.
        for _ in 0..<(breaksTheSession ? 3 : 1) {
            let result = try await fixture.poll(maildrop)
            print("poison: \(result.record.fetched) fetched, \(result.report.failure?.description ?? "no failure")")
            fixture.pass(.seconds(60))
        }
        #expect(try await fixture.emails().count == count - 1)
        #expect(try await fixture.unstored(maildrop).map(\.uniqueID.description) == ["uid-\(count / 2)"])
        #expect(server.commands("RETR").count(where: { $0 != "RETR \(count / 2)" }) <= count - 1 + 64)
        guard !breaksTheSession else { return }

        // Empty for one poll, and then as it was.
        server.change { $0.messages = [] }
        #expect(try await fixture.poll(maildrop).report.notices.map(\.type) == ["suspiciousListing"])
        server.change { $0.messages = drop.messages }
        let back = try await fixture.poll(maildrop)
        #expect(back.record.fetched == 0)
        #expect(back.report.notices.isEmpty)
        #expect(server.commands("RETR").count == count)
        let known = try await fixture.store.account(fixture.account).read { try $0.knownMessages(of: maildrop).count }
        #expect(known == count)
    }
}
