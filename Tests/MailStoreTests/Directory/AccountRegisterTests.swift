import MailModel
import Testing

@testable import MailStore

@Suite struct AccountRegisterTests {
    @Test func whoWasNotedIsFoundAfterARestart() async throws {
        let folder = try StoreFolder()
        let ids = try await folder.with { store in
            let ada = try await store.createUser(name: "ada", password: Secret("correct horse")).account
            let bob = try await store.createUser(name: "bob", password: Secret("correct horse")).account
            for _ in 0..<2 { try await store.senders.note(ada) }
            #expect(store.senders.contains(ada) && !store.senders.contains(bob))
            return (ada, bob)
        }
        try await folder.with { store in
            #expect(!store.senders.contains(ids.0))
            let (senders, snoozers) = (try await store.senders.accounts(), try await store.snoozers.accounts())
            #expect(senders == [ids.0] && snoozers == [])
            #expect(store.senders.contains(ids.0) && !store.senders.contains(ids.1))
        }
    }
}
