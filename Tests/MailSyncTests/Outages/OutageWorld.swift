import Foundation
import MailModel
import MailStore
import TestSupport
import Testing
import Transport

@testable import MailSync

/// A service that polls one maildrop, on a clock that the test moves.
struct OutageWorld {
    let fixture: SyncFixture
    let server: ScriptedPOP3Server
    let clock: TestClock
    let maildrop: Maildrop

    /// Three messages lie in the maildrop. `folder` is where the data directory is to be.
    init(
        folder: String? = nil, server: ScriptedPOP3Server? = nil, port: Int? = nil, authority: String? = nil,
        security: MaildropSecurity = .plain, resolver: any HostResolver = SystemResolver(),
        openAccounts: Int = 256, change: (inout MailSyncOptions) -> Void = { _ in }
    ) async throws {
        let clock = TestClock()
        let server =
            if let server { server } else { try await ScriptedPOP3Server(.numbered(3)) }
        fixture = try await SyncFixture(
            authority: authority, folder: folder, resolver: resolver, openAccounts: openAccounts
        ) {
            $0.sleeper = clock
            change(&$0)
        }
        let id = try await fixture.addMaildrop(port: port ?? server.port, security: security) {
            $0.pollInterval = .seconds(300)
        }
        let account = try await fixture.store.account(fixture.account)
        maildrop = try #require(try await account.read { try $0.maildrop(id) })
        self.server = server
        self.clock = clock
    }

    /// Lets time pass, a minute whenever the service has nothing to do but wait, until the maildrop's status is as wanted.
    func untilStatus(_ isWanted: (MaildropStatus) -> Bool) async throws -> MaildropStatus {
        let account = fixture.account
        while true {
            await clock.waitForSleepers()
            let status = fixture.store.status(of: maildrop, in: account)
            if isWanted(status) { return status }
            fixture.pass(.seconds(60))
            clock.advance(by: .seconds(60))
        }
    }

    /// More messages at the provider.
    func deliver(_ count: Int, size: Int = 300) {
        server.change { drop in
            for _ in 0..<count {
                let number = drop.messages.count + 1
                drop.messages.append(
                    .init(uniqueID: "uid-\(number)", bytes: ScriptedMaildrop.message(number, size: size)))
            }
        }
    }

    /// Closes the account of the maildrop by opening another's; both are open at the most for a moment.
    func closeAccount() async throws {
        let user = try await fixture.store.createUser(name: "ben", password: Secret("correct horse battery"))
        _ = try await fixture.store.account(fixture.store.principal(forCommandLine: user).account)
    }

    /// Every message is stored, once.
    func expectComplete() async throws {
        let stored = try await fixture.storedMessages()
        let all = server.messages
        #expect(stored.count == all.count)
        let isWhole = Set(stored) == Set(all)
        #expect(isWhole)
        await fixture.expectSound()
    }
}
