import MailModel
import Testing

@testable import MailStore

struct UserTests {
    private let folder: StoreFolder
    private let password = Secret("correct horse")

    init() throws { folder = try StoreFolder() }

    @Test func theFirstUserIsAdministratorAndOthersAreMembers() async throws {
        try await folder.with { store async throws in
            #expect(try await store.createUser(name: "Ada", password: password).role == .administrator)
            #expect(try await store.createUser(name: "ben", password: password).role == .member)
            #expect(
                try await store.createUser(name: "eve", password: password, role: .administrator).role == .administrator
            )
            #expect(try await store.users().map(\.name) == ["ada", "ben", "eve"])
            #expect(try await store.user(named: "ADA").name == "ada")
        }
    }

    @Test func aNameIsGivenOnce() async throws {
        try await folder.with { store async throws in
            try await store.createUser(name: "ada", password: password)
            let error = await #expect(throws: MailStoreError.self) {
                try await store.createUser(name: "ADA", password: password)
            }
            #expect(error?.code == .alreadyExists)
            #expect(try await store.accounts().count == 1)
        }
    }

    @Test func ofManyWhoWantOneNameOneGetsIt() async throws {
        try await folder.with { store async throws in
            let made = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        (try? await store.createUser(name: "ada", password: Secret("correct horse"))) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == 1)
            #expect(try Files.names(in: folder.data + "/accounts").count == 1)
        }
    }

    @Test(arguments: ["", "-x", "ada lovelace", "ada\r\n", "ädä", "../ada", String(repeating: "a", count: 65)])
    func aBadNameIsRefusedWithTheRules(name: String) async throws {
        try await folder.with { store async throws in
            let error = await #expect(throws: MailStoreError.self) {
                try await store.createUser(name: name, password: password)
            }
            #expect(error?.code == .invalidProperty("name"))
        }
    }

    @Test func aPasswordHasEightTo1024Octets() async throws {
        try await folder.with { store async throws in
            for count in [7, 1025] {
                let error = await #expect(throws: MailStoreError.self) {
                    try await store.createUser(name: "ada", password: Secret(String(repeating: "p", count: count)))
                }
                #expect(error?.code == .invalidProperty("password"))
            }
            try await store.createUser(name: "a", password: Secret(String(repeating: "p", count: 8)))
            try await store.createUser(name: "b", password: Secret(String(repeating: "p", count: 1024)))
        }
    }

    @Test func aPasswordIsVerifiedAndCanBeChanged() async throws {
        try await folder.with { store async throws in
            let user = try await store.createUser(name: "ada", password: password)
            let principal = try await store.verifyPassword(userName: "Ada", password: password)
            #expect(principal == user)
            #expect(try await store.verifyPassword(userName: "ada", password: Secret("wrong horse")) == nil)
            #expect(try await store.verifyPassword(userName: "nobody", password: password) == nil)
            try await store.setPassword(Secret("battery staple"), of: user.id)
            #expect(try await store.verifyPassword(userName: "ada", password: password) == nil)
            #expect(try await store.verifyPassword(userName: "ada", password: Secret("battery staple")) != nil)
        }
    }

    @Test func theLastAdministratorStaysWhileOthersAreThere() async throws {
        try await folder.with { store async throws in
            let ada = try await store.createUser(name: "ada", password: password)
            let ben = try await store.createUser(name: "ben", password: password)
            await #expect(throws: MailStoreError.self) { try await store.removeUser(ada) }
            try await store.removeUser(ben)
            try await store.removeUser(ada)
            #expect(try await store.users().isEmpty)
        }
    }

    @Test func peopleAndTheirAccountsAreThereAfterARestart() async throws {
        let user = try await folder.with { try await $0.createUser(name: "ada", password: password) }
        try await folder.with { store async throws in
            #expect(try await store.user(named: "ada") == user)
            _ = try await store.account(user.account, for: store.principal(forCommandLine: user))
        }
    }

    @Test func anotherUsersAccountAnswersLikeAnAbsentOne() async throws {
        try await folder.with { store async throws in
            let ada = try await store.createUser(name: "ada", password: password)
            let ben = try await store.createUser(name: "ben", password: password)
            let principal = store.principal(forCommandLine: ada)
            for id in [ben.account, AccountID(rawValue: 99)] {
                let error = await #expect(throws: MailStoreError.self) { try await store.account(id, for: principal) }
                #expect(error?.code == .notFound && error?.message == "There is no account \(id).")
            }
        }
    }

    @Test func aSecondProcessIsTurnedAway() async throws {
        try await folder.with { _ in
            let error = await #expect(throws: MailStoreError.self) { try await folder.open() }
            #expect(error?.code == .locked)
        }
    }
}
