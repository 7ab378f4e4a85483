import MailModel
import Testing

@testable import MailStore

struct OpenAccountsTests {
    private let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    private func users(_ count: Int, in store: MailStore) async throws -> [User] {
        var users: [User] = []
        for number in 0..<count {
            users.append(try await store.createUser(name: "user\(number)", password: Secret("correct horse")))
        }
        return users
    }

    @Test func thoseWhoAskAtOnceGetTheSameAccount() async throws {
        try await folder.with { store async throws in
            let id = try await users(1, in: store)[0].account
            let identities = await withTaskGroup(of: ObjectIdentifier?.self) { group in
                for _ in 0..<16 { group.addTask { (try? await store.account(id)).map(ObjectIdentifier.init) } }
                return await group.reduce(into: Set<ObjectIdentifier?>()) { $0.insert($1) }
            }
            #expect(identities.count == 1)
        }
    }

    @Test func unusedAccountsAreClosedPastTheLimitAndHeldOnesStay() async throws {
        try await folder.with(folder.options(openAccountLimit: 2)) { store async throws in
            let users = try await users(5, in: store)
            let held = try await store.account(users[0].account)
            for user in users { _ = try await store.account(user.account) }
            for user in users.dropFirst() { _ = try await store.account(user.account).epoch }
            #expect(try await store.account(users[0].account) === held)
            _ = try await held.read { try $0.mailboxes() }
        }
    }

    @Test func aClosedStoreOpensNothing() async throws {
        let store = try await folder.open()
        let id = try await users(1, in: store)[0].account
        await store.close()
        let error = await #expect(throws: MailStoreError.self) { try await store.account(id) }
        #expect(error?.code == .closed)
    }
}
