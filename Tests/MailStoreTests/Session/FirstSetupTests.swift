import MailModel
import Testing

@testable import MailStore

struct FirstSetupTests {
    private let folder: StoreFolder
    private static let password = Secret("correct horse")

    init() throws { folder = try StoreFolder() }

    private func setUp(
        _ store: MailStore, _ token: Secret, _ name: String = "ada", password: Secret = password,
        from address: String = "192.0.2.1"
    ) async throws -> FirstSetup {
        try await store.setUp(
            token: token, userName: name, password: password, from: address, userAgent: "Firefox")
    }

    @Test func theTokenMakesAnAdministratorWhoIsSignedIn() async throws {
        try await folder.with { store async throws in
            #expect(try await store.isSetupNeeded())
            let token = try #require(try await store.makeSetupToken())
            guard case .signedIn(let principal, let session, let secret) = try await setUp(store, token, "Ada") else {
                Issue.record("not signed in")
                return
            }
            #expect(principal.userName == "ada" && principal.role == .administrator)
            #expect(session.userAgent == "Firefox" && session.address == "192.0.2.1")
            #expect(try await store.signIn(sessionSecret: secret) == principal)
            #expect(try await store.users().map(\.name) == ["ada"])
            #expect(try await store.verifyPassword(userName: "ada", password: Self.password) != nil)
            #expect(try await !store.isSetupNeeded())
            #expect(try await store.makeSetupToken() == nil)
            guard case .notNeeded = try await setUp(store, token, "eve") else {
                Issue.record("used twice")
                return
            }
        }
    }

    @Test func onlyTheNewestTokenOpensAndOnlyForAnHour() async throws {
        try await folder.with { store async throws in
            let first = try #require(try await store.makeSetupToken())
            let second = try #require(try await store.makeSetupToken())
            for wrong in [first, Secret(""), Secret("x"), Self.password] {
                guard case .failed = try await setUp(store, wrong) else {
                    Issue.record("a wrong token was taken")
                    return
                }
            }
            folder.advance(by: SetupToken.life)
            guard case .failed = try await setUp(store, second) else {
                Issue.record("an old token was taken")
                return
            }
            let third = try #require(try await store.makeSetupToken())
            folder.advance(by: SetupToken.life - .milliseconds(1))
            guard case .signedIn = try await setUp(store, third) else {
                Issue.record("a good token was refused")
                return
            }
        }
    }

    @Test func withoutATokenNothingOpens() async throws {
        try await folder.with { store async throws in
            guard case .failed = try await setUp(store, Secret("")) else {
                Issue.record("an empty token was taken")
                return
            }
            #expect(try await store.users().isEmpty)
        }
    }

    @Test func ofTwoAtOnceOneIsTheFirst() async throws {
        try await folder.with { store async throws in
            let token = try #require(try await store.makeSetupToken())
            async let one = setUp(store, token, "ada")
            async let two = setUp(store, token, "eve")
            let results = [try await one, try await two]
            let signedIn = results.filter { if case .signedIn = $0 { true } else { false } }
            #expect(signedIn.count == 1)
            #expect(try await store.users().count == 1)
            #expect(try await store.accounts().count == 1)
        }
    }

    @Test func aUserWhoWasMadeMeanwhileIsTheFirst() async throws {
        try await folder.with { store async throws in
            let token = try #require(try await store.makeSetupToken())
            try await store.createUser(name: "ben", password: Self.password)
            guard case .notNeeded = try await setUp(store, token) else {
                Issue.record("two firsts")
                return
            }
            #expect(try await store.users().map(\.name) == ["ben"])
        }
    }

    @Test func aBadNameOrPasswordLeavesTheTokenGood() async throws {
        try await folder.with { store async throws in
            let token = try #require(try await store.makeSetupToken())
            let password = await #expect(throws: MailStoreError.self) {
                try await setUp(store, token, password: Secret("short"))
            }
            #expect(password?.code == .invalidProperty("password"))
            let name = await #expect(throws: MailStoreError.self) { try await setUp(store, token, "a b") }
            #expect(name?.code == .invalidProperty("name"))
            guard case .signedIn = try await setUp(store, token) else {
                Issue.record("a good token was refused")
                return
            }
        }
    }

    @Test func guessingIsRefusedAfterTheFailuresOfAnAddress() async throws {
        try await folder.with { store async throws in
            let token = try #require(try await store.makeSetupToken())
            for _ in 0..<Limits.SignIn().failuresPerMinute { _ = try await setUp(store, Secret("wrong")) }
            guard case .refused = try await setUp(store, token) else {
                Issue.record("not refused")
                return
            }
            guard case .signedIn = try await setUp(store, token, from: "192.0.2.2") else {
                Issue.record("another address was refused")
                return
            }
        }
    }
}
