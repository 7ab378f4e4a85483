import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// What must hold of a maildrop of ten thousand messages; RenumberingTests has the renumbered one.
@Suite(.serialized) struct TenThousandTests {
    @Test(arguments: [true, false])
    func onePoisonousMessageStopsNoneOfTheOthers(breaksTheSession: Bool) async throws {
        let drop = ScriptedMaildrop.numbered(10_000)
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            guard command == "RETR 5000" else { return nil }
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
        #expect(try await fixture.emails().count == 9_999)
        #expect(try await fixture.unstored(maildrop).map(\.uniqueID.description) == ["uid-5000"])
        #expect(server.commands("RETR").count(where: { $0 != "RETR 5000" }) <= 9_999 + 64)
        guard !breaksTheSession else { return }

        // Empty for one poll, and then as it was.
        server.change { $0.messages = [] }
        #expect(try await fixture.poll(maildrop).report.notices.map(\.type) == ["suspiciousListing"])
        server.change { $0.messages = drop.messages }
        let back = try await fixture.poll(maildrop)
        #expect(back.record.fetched == 0)
        #expect(back.report.notices.isEmpty)
        #expect(server.commands("RETR").count == 10_000)
        let known = try await fixture.store.account(fixture.account).read { try $0.knownMessages(of: maildrop).count }
        #expect(known == 10_000)
    }
}
