import MailModel
import TestSupport
import Testing
import WebAuthn

@testable import MailStore

/// Passkeys that are added, renamed and removed.
@Suite struct PasskeyTests {
    @Test func aPasskeyIsAddedRenamedAndRemoved() async throws {
        try await PasskeyWorld.with { world async throws in
            let ada = try await world.principal()
            let state = world.store.passkeyState(of: ada.account)
            let (passkey, handle) = try await world.add(SoftwareAuthenticator(), ada)
            #expect(passkey.name == "laptop" && passkey.user == ada.user && passkey.lastUsedAt == nil)
            #expect(try await world.store.passkeys(of: ada.user) == [passkey])
            let (_, second) = try await world.add(SoftwareAuthenticator(.newEd25519), ada, name: "phone")
            // Authenticators know a user by one name, which tells nothing.
            #expect(second == handle && handle.count == 32)
            try await world.store.renamePasskey(passkey.id, of: ada.user, to: "old laptop")
            #expect(try await world.store.passkeys(of: ada.user).map(\.name) == ["old laptop", "phone"])
            #expect(
                await world.code { try await world.store.renamePasskey(passkey.id, of: ada.user, to: "phone") }
                    == .alreadyExists)
            try await world.store.renamePasskey(passkey.id, of: ada.user, to: "old laptop")
            try await world.store.removePasskey(passkey.id, of: ada.user)
            #expect(await world.code { try await world.store.removePasskey(passkey.id, of: ada.user) } == .notFound)
            let changes = try world.store.passkeyChanges(of: ada.account, since: state)
            #expect(changes.created.count == 1 && changes.destroyed.isEmpty)
        }
    }

    @Test func anothersPasskeyIsNone() async throws {
        try await PasskeyWorld.with { world async throws in
            let ada = try await world.principal()
            let (passkey, _) = try await world.add(SoftwareAuthenticator(), ada)
            let ben = try await world.store.createUser(name: "ben", password: PasskeyWorld.password)
            #expect(await world.code { try await world.store.removePasskey(passkey.id, of: ben.id) } == .notFound)
            #expect(
                await world.code { try await world.store.renamePasskey(passkey.id, of: ben.id, to: "mine") }
                    == .notFound)
        }
    }

    @Test func aChallengeIsGoodOnceForOneSignInAndForFiveMinutes() async throws {
        try await PasskeyWorld.with { world async throws in
            let ada = try await world.principal()
            let authenticator = SoftwareAuthenticator()
            let (_, challenge) = try await world.begin(ada)
            // Another browser of the same person, and another person.
            _ = try await world.store.createUser(name: "ben", password: PasskeyWorld.password)
            for other in [try await world.principal(), try await world.principal("ben")] {
                let (_, theirs) = try await world.begin(ada)
                #expect(
                    await world.code { _ = try await world.finish(authenticator, theirs, other) }
                        == .invalidProperty("response"))
                #expect(
                    await world.code { _ = try await world.finish(authenticator, theirs, ada) }
                        == .invalidProperty("response"))
            }
            // A sign-in's is none for adding.
            #expect(
                await world.code { _ = try await world.finish(authenticator, try world.challenge(), ada) }
                    == .invalidProperty("response"))
            _ = try await world.finish(authenticator, challenge, ada)
            #expect(
                await world.code { _ = try await world.finish(SoftwareAuthenticator(), challenge, ada, name: "two") }
                    == .invalidProperty("response"))
            let (_, old) = try await world.begin(ada)
            world.folder.advance(by: .seconds(300))
            #expect(
                await world.code { _ = try await world.finish(SoftwareAuthenticator(), old, ada, name: "two") }
                    == .invalidProperty("response"))
            let (_, fresh) = try await world.begin(ada)
            world.folder.advance(by: .seconds(299))
            _ = try await world.finish(SoftwareAuthenticator(), fresh, ada, name: "two")
        }
    }

    @Test func aCredentialIsAddedOnceWhoeverAddsIt() async throws {
        try await PasskeyWorld.with { world async throws in
            let ada = try await world.principal()
            let authenticator = SoftwareAuthenticator()
            try await world.add(authenticator, ada)
            let (draft, _) = try await world.begin(ada)
            #expect(draft.known == [authenticator.id])
            // At another host it would be another one.
            #expect(try await world.begin(ada, at: "https://mail.example.net").0.known == [])
            _ = try await world.store.createUser(name: "ben", password: PasskeyWorld.password)
            for person in [ada, try await world.principal("ben")] {
                #expect(
                    await world.code { try await world.add(authenticator, person, name: "x") }
                        == .invalidProperty("response"))
            }
        }
    }

    @Test func thereAreAsManyAsTheLimitAndNotOneMore() async throws {
        var limits = Limits.SignIn()
        limits.passkeysPerUser = 2
        try await PasskeyWorld.with(limits) { world async throws in
            let ada = try await world.principal()
            try await world.add(SoftwareAuthenticator(), ada, name: "one")
            // Begun while there was room.
            let (_, late) = try await world.begin(ada)
            try await world.add(SoftwareAuthenticator(), ada, name: "two")
            #expect(await world.code { try await world.add(SoftwareAuthenticator(), ada, name: "three") } == .overLimit)
            #expect(
                await world.code { _ = try await world.finish(SoftwareAuthenticator(), late, ada, name: "three") }
                    == .overLimit)
            #expect(try await world.store.passkeys(of: ada.user).count == 2)
        }
    }

    @Test(arguments: ["", " ", "a\u{0}b", String(repeating: "x", count: 256)])
    func aNameHasItsRules(name: String) async throws {
        try await PasskeyWorld.with { world async throws in
            let ada = try await world.principal()
            #expect(
                await world.code { try await world.add(SoftwareAuthenticator(), ada, name: name) }
                    == .invalidProperty("name"))
            try await world.add(SoftwareAuthenticator(), ada)
            #expect(await world.code { try await world.add(SoftwareAuthenticator(), ada) } == .alreadyExists)
        }
    }

    /// What was begun with the old password is not ended with it: somebody who has both takes the account back.
    @Test func anotherPasswordEndsWhatWasBegun() async throws {
        try await PasskeyWorld.with { world async throws in
            let ada = try await world.principal()
            for fate in [PasskeyFate.kept, .removed] {
                let draft = try await world.store.beginPasskey(for: ada, at: world.relyingParty())
                let (_, challenge) = try await world.begin(ada)
                try await world.store.setPassword(
                    Secret("battery staple"), of: ada.user, keeping: ada.session, passkeys: fate)
                #expect(
                    await world.code { _ = try await world.finish(SoftwareAuthenticator(), challenge, ada) }
                        == .invalidProperty("response"))
                // Nor by a challenge that is asked for only now.
                let later = Base64URL.encode(world.store.passkeyChallenge(for: draft))
                #expect(
                    await world.code { _ = try await world.finish(SoftwareAuthenticator(), later, ada) }
                        == .invalidProperty("response"))
            }
            #expect(try await world.store.passkeys(of: ada.user).isEmpty)
        }
    }
}

/// How many challenges there may be.
@Suite struct ChallengeBoxTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    @Test func whoeverAsksForMoreLosesTheirOwnOldest() {
        var box = ChallengeBox<Int>(perOwner: 2, altogether: 3)
        let first = box.give(for: 1, to: "a", at: now)
        let others = box.give(for: 9, to: "b", at: now)
        let second = box.give(for: 2, to: "a", at: now)
        let third = box.give(for: 3, to: "a", at: now)
        #expect(box.count == 3 && Set([first, second, third, others]).count == 4)
        #expect(box.take(first, at: now) == nil)
        #expect(box.take(third, at: now) == 3)
        #expect(box.take(third, at: now) == nil)
        #expect(box.take(others, at: now) == 9)
        #expect(box.take(second, at: now) == 2)
        #expect(box.take([], at: now) == nil)
    }

    @Test func thereAreNotMoreThanThereMayBeAltogether() {
        var box = ChallengeBox<Int>(perOwner: 2, altogether: 3)
        let all = (0..<4).map { box.give(for: $0, to: "\($0)", at: now) }
        #expect(box.count == 3)
        #expect(all.map { box.take($0, at: now) } == [nil, 1, 2, 3])
    }

    @Test func whatIsTooOldIsGone() {
        var box = ChallengeBox<Int>(perOwner: 2, altogether: 3)
        let old = box.give(for: 1, to: "a", at: now)
        let ended = box.give(for: 2, to: "b", at: now)
        box.forget("b")
        #expect(box.take(ended, at: now) == nil)
        #expect(box.take(old, at: now.adding(.seconds(300))) == nil)
        _ = box.give(for: 1, to: "a", at: now)
        _ = box.give(for: 1, to: "b", at: now.adding(.seconds(300)))
        #expect(box.count == 1)
    }
}
