import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// QUIRK: maildrops that are empty, or half empty, for a while.
@Suite struct SuspiciousListingTests {
    private let drop = RenumberingTests.varied(40)

    private func trash(_ fixture: SyncFixture) async throws -> Int {
        try await fixture.store.account(fixture.account).read { try $0.mailbox(withRole: .trash)?.totalEmails ?? -1 }
    }

    @Test(arguments: [0, 20])
    func aListingThatLacksHalfIsNotBelieved(left: Int) async throws {
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port) { $0.vanished = .trash }
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages.removeSubrange(left...) }
        for _ in 0..<5 {
            let result = try await fixture.poll(maildrop)
            #expect(result.report.failure == nil)
            #expect(result.report.notices.map(\.type) == ["suspiciousListing"])
        }
        server.change { $0.messages = drop.messages }
        let result = try await fixture.poll(maildrop)
        #expect(result.record.fetched == 0)
        #expect(result.report.notices.isEmpty)
        #expect(server.commands("RETR").count == 40)
        #expect(try await trash(fixture) == 0)
        await fixture.expectSound()
    }

    @Test func newMailIsFetchedFromAListingThatIsNotBelieved() async throws {
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        let fresh = RenumberingTests.varied(2, from: 500).messages
        server.change { $0.messages = fresh }
        #expect(try await fixture.poll(maildrop).record.fetched == 2)
        server.change { $0.messages = drop.messages + fresh }
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        #expect(try await fixture.emails().count == 42)
    }

    @Test func aListingThatStaysShortForADayIsBelievedAndNothingIsDeletedHere() async throws {
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages = [] }
        for _ in 0..<3 {
            #expect(!(try await fixture.poll(maildrop)).report.notices.isEmpty)
            fixture.pass(.seconds(3600))
        }
        fixture.pass(.seconds(86_400))
        #expect(try await fixture.poll(maildrop).report.notices.isEmpty)
        #expect(try await fixture.emails().count == 40)
        #expect(try await trash(fixture) == 0)
        // Even then nothing is forgotten.
        server.change { $0.messages = drop.messages }
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        await fixture.expectSound()
    }

    @Test func whatVanishesStaysUnlessTheMaildropSaysTrash() async throws {
        for vanished in VanishedMail.allCases {
            let server = try await ScriptedPOP3Server(drop)
            let fixture = try await SyncFixture()
            let maildrop = try await fixture.addMaildrop(port: server.port) { $0.vanished = vanished }
            _ = try await fixture.poll(maildrop)
            server.change { $0.messages.removeFirst(3) }
            _ = try await fixture.poll(maildrop)
            // One listing is not enough.
            #expect(try await trash(fixture) == 0)
            fixture.pass(.seconds(300))
            _ = try await fixture.poll(maildrop)
            #expect(try await trash(fixture) == (vanished == .trash ? 3 : 0))
            #expect(try await fixture.emails().count == 40)
            await fixture.expectSound()
        }
    }

    @Test func whatComesBackBeforeTheNextListingDoesNotGoToTheTrash() async throws {
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port) { $0.vanished = .trash }
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages.removeFirst(3) }
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages = drop.messages }
        for _ in 0..<2 {
            fixture.pass(.seconds(300))
            _ = try await fixture.poll(maildrop)
        }
        #expect(try await trash(fixture) == 0)
    }
}
