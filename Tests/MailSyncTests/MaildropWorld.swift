import MIME
import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// A scripted provider with a few messages, and the fixture that polls them.
struct MaildropWorld {
    let drop: ScriptedMaildrop
    let server: ScriptedPOP3Server
    let fixture: SyncFixture
    let maildrop: MaildropID

    /// - Parameter octets: Octets of messages that the account may hold.
    init(
        _ retention: Retention, drop: ScriptedMaildrop = .numbered(5), octets: Int? = nil,
        change: (inout ScriptedMaildrop) -> Void = { _ in }
    ) async throws {
        var drop = drop
        change(&drop)
        self.drop = drop
        server = try await ScriptedPOP3Server(drop)
        fixture = try await SyncFixture(octets: octets)
        maildrop = try await fixture.addMaildrop(port: server.port) { $0.retention = retention }
    }

    @discardableResult
    func poll() async throws -> MaildropPoller.Result {
        let result = try await fixture.poll(maildrop)
        await fixture.expectSound()
        return result
    }

    /// A poll that fails is a finding.
    @discardableResult
    func pollWithoutFailure() async throws -> MaildropPoller.Result {
        let result = try await poll()
        #expect(result.report.failure == nil)
        return result
    }

    func account() async throws -> Account { try await fixture.store.account(fixture.account) }

    func states() async throws -> [DeletionState: Int] {
        let maildrop = maildrop
        return try await account().read { try $0.deletionCounts(of: maildrop) }
    }

    func setRetention(_ retention: Retention) async throws {
        let maildrop = maildrop
        try await account().write { writer in
            guard var settings = try writer.reader.maildrop(maildrop)?.settings else { return }
            settings.retention = retention
            try writer.updateMaildrop(maildrop, settings)
        }
    }

    /// Destroys the email with this subject.
    func destroy(_ subject: String) async throws {
        let email = try #require(try await fixture.emails().first { $0.summary.subject == subject }?.id)
        try await account().write { try $0.destroyEmail(email) }
    }

    /// The subjects of all emails, in the order of their letters.
    func subjects() async throws -> [String] {
        try await fixture.emails().compactMap(\.summary.subject).sorted()
    }
}
