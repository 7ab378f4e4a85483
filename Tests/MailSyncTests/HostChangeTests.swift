import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// Somebody sets another host while the old one is polled: what the old one lists means nothing there.
@Suite struct HostChangeTests {
    private func expectNothingRecorded(
        _ command: String, _ drop: ScriptedMaildrop, limit: Int = 1 << 20,
        change: (inout ScriptedMaildrop) -> Void = { _ in }
    ) async throws {
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture { $0.limits.message = limit }
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        server.change(change)
        let account = try await fixture.store.account(fixture.account)
        server.setHook { said in
            guard said.hasPrefix(command) else { return }
            try? await account.write { writer in
                guard var settings = try writer.reader.maildrop(maildrop)?.settings else { return }
                settings.host = "127.0.0.1"
                try writer.updateMaildrop(maildrop, settings)
            }
        }
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .interrupted)
        let known = try await account.read { try $0.knownMessages(of: maildrop) }
        #expect(known.numbering == 2)
        #expect(known.count == 0)
        #expect(try await account.read { try $0.listingProbe(of: maildrop) } == nil)
        await fixture.expectSound()
    }

    @Test func whatIsHeldBackIsNot() async throws {
        try await expectNothingRecorded("LIST", .numbered(3), limit: 1000) { drop in
            drop.messages.append(.init(uniqueID: "large", bytes: ScriptedMaildrop.message(9, size: 5000)))
        }
    }

    @Test func whatIsRecognisedIsNot() async throws {
        try await expectNothingRecorded("TOP", RenumberingTests.varied(30)) { drop in
            for index in drop.messages.indices { drop.messages[index].uniqueID = "new-\(index)" }
        }
    }

    @Test func whatIsGoneIsNot() async throws {
        try await expectNothingRecorded("LIST", .numbered(30)) { $0.messages.remove(at: 4) }
    }

    @Test func whatIsFetchedIsNot() async throws {
        try await expectNothingRecorded("RETR", .numbered(3)) { drop in
            drop.messages.append(.init(uniqueID: "new", bytes: ScriptedMaildrop.message(9)))
        }
    }
}
