import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// Identity and retention with a real server at the other end.
@Suite struct DovecotIdentityTests {
    /// The same mail on a server that makes unique-ids otherwise, as after a migration.
    @Test func aMigrationFetchesNothingAgain() async throws {
        let messages = (1...200).map { ScriptedMaildrop.message($0, size: 300 + $0 &* 7919 % 9000) }
        let (old, new) = (try DovecotServer(), try DovecotServer(extraConfiguration: "pop3_uidl_format = new-%u"))
        try old.deliver(messages)
        try new.deliver(messages + [ScriptedMaildrop.message(777)])
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: old.port)
        #expect(try await fixture.poll(maildrop).record.fetched == 200)
        let account = try await fixture.store.account(fixture.account)
        let port = new.port
        try await account.write { writer in
            guard var settings = try writer.reader.maildrop(maildrop)?.settings else { return }
            settings.port = port
            try writer.updateMaildrop(maildrop, settings)
        }
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure == nil)
        #expect(result.report.recognised == 200)
        #expect(result.record.fetched == 1)
        #expect(try await fixture.emails().count == 201)
        await fixture.expectSound()
    }

    @Test func whatIsDueIsDeletedAndNothingElse() async throws {
        let server = try DovecotServer()
        let messages = (1...20).map { ScriptedMaildrop.message($0, size: $0 * 9000) }
        try server.deliver(messages)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port) {
            $0.retention = Retention(deleteAfter: 0, largerThan: 90_500)
        }
        for _ in 0..<3 { #expect(try await fixture.poll(maildrop).report.failure == nil) }
        #expect(try server.messageCount() == messages.count(where: { $0.count <= 90_500 }))
        let account = try await fixture.store.account(fixture.account)
        let gone = messages.count(where: { $0.count > 90_500 })
        #expect(try await account.read { try $0.deletionCounts(of: maildrop) } == [.absent: gone])
        #expect(Set(try await fixture.storedMessages()) == Set(messages))
        await fixture.expectSound()
    }
}
