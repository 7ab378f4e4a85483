import Logging
import MailModel
import TestSupport
import Testing
import WebAuthn

@testable import MailStore

/// Browsers that are signed in with a passkey.
@Suite struct PasskeySignInTests {
    @Test func aPasskeyOpensASessionLikeAnyOther() async throws {
        try await PasskeyWorld.with { world async throws in
            var authenticator = SoftwareAuthenticator()
            let (passkey, handle) = try await world.add(authenticator, try await world.principal())
            world.folder.advance(by: .seconds(60))
            authenticator.signCount = 1
            let principal = try #require(try await world.signIn(authenticator, handle))
            #expect(principal.user == world.ada.id && principal.userName == "ada")
            let used = try #require(try await world.store.passkeys(of: world.ada.id).first)
            #expect(used.lastUsedAt == passkey.createdAt.adding(seconds: 60))
            // The same counter again is a copy's, or one that was heard on the way.
            #expect(try await world.signIn(authenticator, handle) == nil)
            authenticator.signCount = 0
            #expect(try await world.signIn(authenticator, handle) == nil)
            authenticator.signCount = 2
            #expect(try await world.signIn(authenticator, handle) != nil)
            #expect(try await world.store.sessions(of: world.ada.id).count == 3)
        }
    }

    @Test func anAnswerOpensOneSessionOnly() async throws {
        try await PasskeyWorld.with { world async throws in
            let authenticator = SoftwareAuthenticator(.newEd25519)
            let (_, handle) = try await world.add(authenticator, try await world.principal())
            let response = try world.response(authenticator, try world.challenge(), handle)
            #expect(try await world.signIn(response) != nil)
            #expect(try await world.signIn(response) == nil)
        }
    }

    @Test func aChallengeIsSpentByAWrongAnswerAndByTime() async throws {
        try await PasskeyWorld.with { world async throws in
            let authenticator = SoftwareAuthenticator()
            let (_, handle) = try await world.add(authenticator, try await world.principal())
            let spent = try world.challenge()
            #expect(try await world.signIn(world.response(SoftwareAuthenticator(), spent, handle)) == nil)
            #expect(try await world.signIn(world.response(authenticator, spent, handle)) == nil)
            let old = try world.response(authenticator, try world.challenge(), handle)
            world.folder.advance(by: .seconds(300))
            #expect(try await world.signIn(old) == nil)
            // One of our own making, one for adding a passkey, and one that was given for another host.
            #expect(
                try await world.signIn(world.response(authenticator, Base64URL.encode([1, 2, 3]), handle)) == nil)
            let (_, adding) = try await world.begin(try await world.principal())
            #expect(try await world.signIn(world.response(authenticator, adding, handle)) == nil)
            let there = try world.relyingParty("https://mail.example.net")
            let others = Base64URL.encode(world.store.passkeyChallenge(at: there, from: "192.0.2.1"))
            #expect(try await world.signIn(world.response(authenticator, others, handle)) == nil)
        }
    }

    @Test func aPasskeyOpensNothingAtAnotherHostOrForAnotherUser() async throws {
        try await PasskeyWorld.with { world async throws in
            var authenticator = SoftwareAuthenticator()
            let (_, handle) = try await world.add(authenticator, try await world.principal())
            _ = try await world.store.createUser(name: "ben", password: PasskeyWorld.password)
            let (_, bens) = try await world.add(SoftwareAuthenticator(), try await world.principal("ben"))
            #expect(bens != handle)
            for other in [bens, [], Array("ada".utf8)] {
                #expect(try await world.signIn(authenticator, other) == nil)
            }
            authenticator.relyingParty = "mail.example.net"
            authenticator.origin = "https://mail.example.net"
            let there = try world.relyingParty("https://mail.example.net")
            let challenge = Base64URL.encode(world.store.passkeyChallenge(at: there, from: "192.0.2.1"))
            #expect(
                try await world.signIn(
                    world.response(authenticator, challenge, handle), at: "https://mail.example.net") == nil)
        }
    }

    @Test func whoMayNotSignInMayNotWithAPasskeyEither() async throws {
        try await PasskeyWorld.with { world async throws in
            let ben = try await world.store.createUser(name: "ben", password: PasskeyWorld.password)
            let authenticator = SoftwareAuthenticator()
            let principal = try await world.principal("ben")
            let (passkey, handle) = try await world.add(authenticator, principal)
            try await world.store.changeUser(ben.id, isDisabled: true)
            #expect(try await world.signIn(authenticator, handle) == nil)
            #expect(await world.code { _ = try await world.begin(principal) } == .notFound)
            try await world.store.changeUser(ben.id, isDisabled: false)
            #expect(try await world.signIn(authenticator, handle) != nil)
            try await world.store.removePasskey(passkey.id, of: ben.id)
            #expect(try await world.signIn(authenticator, handle) == nil)
            try await world.add(authenticator, try await world.principal("ben"))
            try await world.store.removeUser(ben)
            #expect(try await world.signIn(authenticator, handle) == nil)
            // It is nobody's: another may add it.
            try await world.add(authenticator, try await world.principal())
        }
    }

    @Test func anotherPasswordKeepsOnesOwnPasskeysAndSomebodyElsesTakesThemAway() async throws {
        try await PasskeyWorld.with { world async throws in
            let authenticator = SoftwareAuthenticator()
            let ada = try await world.principal()
            let (passkey, handle) = try await world.add(authenticator, ada)
            try await world.store.setPassword(
                Secret("battery staple"), of: ada.user, keeping: ada.session, passkeys: .kept)
            #expect(try await world.signIn(authenticator, handle) != nil)
            let state = world.store.passkeyState(of: ada.account)
            try await world.store.setPassword(Secret("staple battery"), of: ada.user)
            #expect(try await world.signIn(authenticator, handle) == nil)
            #expect(try await world.store.passkeys(of: ada.user).isEmpty)
            #expect(try world.store.passkeyChanges(of: ada.account, since: state).destroyed == [passkey.id])
        }
    }

    @Test func guessingIsRefusedAfterTheFailuresOfWhicheverWayIn() async throws {
        try await PasskeyWorld.with { world async throws in
            let authenticator = SoftwareAuthenticator()
            let (_, handle) = try await world.add(authenticator, try await world.principal())
            for _ in 0..<Limits.SignIn().failuresPerMinute {
                let result = try await world.store.signIn(
                    passkey: world.response(SoftwareAuthenticator(), world.challenge(), handle),
                    at: world.relyingParty(), from: "192.0.2.1", userAgent: "")
                guard case .failed = result else {
                    Issue.record("\(result)")
                    return
                }
            }
            let result = try await world.store.signIn(
                passkey: world.response(authenticator, world.challenge(), handle), at: world.relyingParty(),
                from: "192.0.2.1", userAgent: "")
            guard case .refused = result else {
                Issue.record("\(result)")
                return
            }
            // From elsewhere Ada signs in as before.
            let response = try world.response(authenticator, try world.challenge(from: "192.0.2.2"), handle)
            #expect(try await world.signIn(response, from: "192.0.2.2") != nil)
        }
    }

    @Test func aBackupBringsThemBack() async throws {
        let fixture = try BackupFixture()
        var authenticator = SoftwareAuthenticator()
        var handle: [UInt8] = []
        let folder = fixture.folder
        try await folder.with { store async throws in
            let ada = try await store.createUser(name: "ada", password: PasskeyWorld.password)
            let world = PasskeyWorld(folder: folder, store: store, ada: ada)
            handle = try await world.add(authenticator, try await world.principal()).handle
            authenticator.signCount = 3
            #expect(try await world.signIn(authenticator, handle) != nil)
            let report = try await store.check()
            #expect(report.counts["passkeys"] == 1)
            _ = try await store.backup(to: fixture.backup)
        }
        try await fixture.restore()
        let store = try await MailStore.open(
            fixture.restoreOptions(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let world = PasskeyWorld(folder: folder, store: store, ada: try await store.user(named: "ada"))
        #expect(try await world.signIn(authenticator, handle) == nil)
        authenticator.signCount = 4
        #expect(try await world.signIn(authenticator, handle) != nil)
        await store.close()
    }
}
