import MailModel
import Testing

@testable import MailStore

struct SessionTests {
    private let folder: StoreFolder
    private static let password = Secret("correct horse")

    init() throws { folder = try StoreFolder() }

    private func with(
        _ limits: Limits.SignIn = .init(), _ body: (MailStore, User) async throws -> Void
    ) async throws {
        var options = folder.options()
        options.limits.signIn = limits
        try await folder.with(options) { store async throws in
            try await body(store, try await store.createUser(name: "ada", password: Self.password))
        }
    }

    private func signIn(
        _ store: MailStore, _ name: String = "ada", from address: String = "192.0.2.1", as agent: String = "Firefox"
    ) async throws -> (Principal, WebSession, Secret) {
        let result = try await store.signIn(
            userName: name, password: Self.password, from: address, userAgent: agent)
        guard case .signedIn(let principal, let session, let secret) = result else { throw NotSignedIn() }
        return (principal, session, secret)
    }

    private struct NotSignedIn: Error {}

    @Test func aPasswordOpensASessionAndItsSecretTheAccount() async throws {
        try await with { store, user async throws in
            let (principal, session, secret) = try await signIn(store, "Ada", as: "Fire\u{7}fox")
            #expect(principal.account == user.account && principal.device == nil)
            #expect(principal.credential == .session(session.id))
            #expect(try await store.signIn(sessionSecret: secret) == principal)
            #expect(session.userAgent == "Firefox" && session.address == "192.0.2.1")
            #expect(session.expiresAt == session.createdAt.adding(Limits.SignIn().sessionIdle))
            #expect(try await store.sessions(of: user.id) == [session])
            #expect(try await store.isCurrent(principal))
        }
    }

    @Test func whatIsNoSessionsSecretOpensNothing() async throws {
        try await with { store, user async throws in
            let (_, _, secret) = try await signIn(store)
            let (_, device) = try await store.createDevice(user: user.id, name: "phone")
            for wrong in [device, Secret(""), Self.password] {
                #expect(try await store.signIn(sessionSecret: wrong) == nil)
            }
            #expect(try await store.signIn(userName: nil, deviceSecret: secret) == nil)
        }
    }

    @Test func aSessionOutlivesARestart() async throws {
        var kept: (Principal, Secret)?
        try await with { store, _ async throws in
            let (principal, _, secret) = try await signIn(store)
            kept = (principal, secret)
        }
        let (principal, secret) = try #require(kept)
        try await folder.with { store async throws in
            #expect(try await store.signIn(sessionSecret: secret) == principal)
        }
    }

    @Test func aRevokedSessionIsOutAndEverybodyIsTold() async throws {
        try await with { store, user async throws in
            let (principal, session, secret) = try await signIn(store)
            let (_, other, _) = try await signIn(store)
            var revocations = store.revocations().makeAsyncIterator()
            try await store.revokeSession(session.id, of: user.id)
            #expect(await revocations.next() == .session(session.id))
            #expect(try await store.signIn(sessionSecret: secret) == nil)
            #expect(try await !store.isCurrent(principal))
            #expect(try await store.sessions(of: user.id).map(\.id) == [other.id])
            await #expect(throws: MailStoreError.self) { try await store.revokeSession(session.id, of: user.id) }
        }
    }

    @Test func nobodyRevokesAnothersSession() async throws {
        try await with { store, _ async throws in
            let ben = try await store.createUser(name: "ben", password: Self.password)
            let (_, session, secret) = try await signIn(store)
            await #expect(throws: MailStoreError.self) { try await store.revokeSession(session.id, of: ben.id) }
            #expect(try await store.signIn(sessionSecret: secret) != nil)
        }
    }

    @Test func aSessionThatIsNotUsedExpires() async throws {
        try await with { store, user async throws in
            let (principal, session, secret) = try await signIn(store)
            var revocations = store.revocations().makeAsyncIterator()
            folder.advance(by: Limits.SignIn().sessionIdle - .seconds(1))
            #expect(try await store.signIn(sessionSecret: secret) != nil)
            // Used just now: all of the time begins anew.
            folder.advance(by: Limits.SignIn().sessionIdle - .seconds(1))
            try await store.endExpiredSessions()
            #expect(try await store.isCurrent(principal))
            folder.advance(by: .seconds(1))
            #expect(try await store.signIn(sessionSecret: secret) == nil)
            #expect(try await !store.isCurrent(principal))
            #expect(try await store.sessions(of: user.id).isEmpty)
            try await store.endExpiredSessions()
            #expect(await revocations.next() == .session(session.id))
        }
    }

    @Test func aSessionEndsAfterItsLifeHoweverMuchItIsUsed() async throws {
        var limits = Limits.SignIn()
        limits.sessionIdle = .seconds(100)
        limits.sessionLife = .seconds(250)
        try await with(limits) { store, _ async throws in
            let (principal, _, secret) = try await signIn(store)
            for _ in 0..<3 {
                folder.advance(by: .seconds(83))
                #expect(try await store.signIn(sessionSecret: secret) == principal)
            }
            folder.advance(by: .seconds(1))
            #expect(try await store.signIn(sessionSecret: secret) == nil)
        }
    }

    @Test func oneSessionTooManyEndsTheOneThatWasUsedLongestAgo() async throws {
        var limits = Limits.SignIn()
        limits.sessionsPerUser = 3
        try await with(limits) { store, user async throws in
            var all: [(session: WebSession, secret: Secret)] = []
            for _ in 0..<3 {
                let (_, session, secret) = try await signIn(store)
                all.append((session, secret))
                folder.advance(by: .seconds(1))
            }
            #expect(try await store.sessions(of: user.id).count == 3)
            // The first one is used, so the second is the oldest.
            _ = try await store.signIn(sessionSecret: all[0].secret)
            let (_, newest, _) = try await signIn(store)
            #expect(
                try await store.sessions(of: user.id).map(\.id) == [all[0].session.id, all[2].session.id, newest.id])
            #expect(try await store.signIn(sessionSecret: all[1].secret) == nil)
        }
    }

    @Test func anotherPasswordEndsEverySessionButTheOneItWasSetIn() async throws {
        try await with { store, user async throws in
            let (_, _, one) = try await signIn(store)
            let (_, kept, two) = try await signIn(store)
            let (_, device) = try await store.createDevice(user: user.id, name: "phone")
            try await store.setPassword(Secret("battery staple"), of: user.id, keeping: kept.id)
            #expect(try await store.signIn(sessionSecret: one) == nil)
            #expect(try await store.signIn(sessionSecret: two) != nil)
            try await store.setPassword(Secret("staple battery"), of: user.id)
            #expect(try await store.signIn(sessionSecret: two) == nil)
            #expect(try await store.signIn(userName: "ada", deviceSecret: device) != nil)
        }
    }

    @Test func aRemovedUsersSessionsGoWithThem() async throws {
        try await with { store, _ async throws in
            let ben = try await store.createUser(name: "ben", password: Self.password)
            let (principal, _, secret) = try await signIn(store, "ben")
            try await store.removeUser(ben)
            #expect(try await store.signIn(sessionSecret: secret) == nil)
            #expect(try await !store.isCurrent(principal))
            #expect(try await store.sessions(of: ben.id).isEmpty)
        }
    }

    @Test func wrongPasswordsAreSlowedDownAndThenRefusedTheRightOneToo() async throws {
        try await with { store, _ async throws in
            for number in 1...10 {
                let result = try await store.signIn(
                    userName: "ada", password: Secret("wrong horse"), from: "192.0.2.1", userAgent: "")
                guard case .failed(let delay) = result else {
                    Issue.record("\(result)")
                    continue
                }
                #expect((delay > .zero) == (number > 1))
            }
            let right = try await store.signIn(
                userName: "ada", password: Self.password, from: "192.0.2.1", userAgent: "")
            guard case .refused = right else {
                Issue.record("\(right)")
                return
            }
            // Failures count for whatever way in they were made by.
            let device = try await store.signIn(userName: "ada", deviceSecret: Secret("x"), from: "192.0.2.1")
            guard case .refused = device else {
                Issue.record("\(device)")
                return
            }
            _ = try await signIn(store, from: "192.0.2.2")
        }
    }

    @Test func fewPasswordsOfOneAddressAreCheckedAtOnce() {
        let attempts = PasswordAttempts()
        for _ in 0..<PasswordAttempts.perAddress { #expect(attempts.begin("2001:db8::1")) }
        #expect(!attempts.begin("2001:db8::2"))
        #expect(attempts.begin("192.0.2.1"))
        attempts.end("2001:db8::1")
        #expect(attempts.begin("2001:db8::2"))
        var count = PasswordAttempts.perAddress + 1
        while attempts.begin("198.51.100.\(count)") { count += 1 }
        #expect(count == PasswordAttempts.altogether)
    }
}
