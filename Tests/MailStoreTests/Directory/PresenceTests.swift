import MailModel
import Testing

@testable import MailStore

struct PresenceTests {
    @Test func aDeviceIsThereWhileSomethingIsOpenAndForAWhileAfterARequest() async throws {
        let folder = try StoreFolder()
        try await folder.with { store async throws in
            let user = try await store.createUser(name: "ada", password: Secret("correct horse"))
            let (_, secret) = try await store.createDevice(user: user.id, name: "phone")
            var arrivals = store.deviceArrivals().makeAsyncIterator()
            #expect(!store.isAttended(user.account))
            _ = try await store.signIn(userName: "ada", deviceSecret: secret)
            #expect(store.isAttended(user.account))
            #expect(await arrivals.next() == user.account)
            folder.advance(by: .seconds(299))
            #expect(store.isAttended(user.account))
            folder.advance(by: .seconds(1))
            #expect(!store.isAttended(user.account))
            var attendance: Attendance? = store.attend(user.account)
            #expect(await arrivals.next() == user.account)
            folder.advance(by: .seconds(86_400))
            #expect(attendance != nil && store.isAttended(user.account))
            attendance = nil
            #expect(store.isAttended(user.account))
            folder.advance(by: .seconds(300))
            #expect(!store.isAttended(user.account))
        }
    }
}
