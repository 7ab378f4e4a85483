import MailModel
import Testing

@testable import MailStore

struct DeviceTests {
    private let folder: StoreFolder
    private let password = Secret("correct horse")

    init() throws { folder = try StoreFolder() }

    private func with(_ body: (MailStore, User) async throws -> Void) async throws {
        try await folder.with { store async throws in
            try await body(store, try await store.createUser(name: "ada", password: password))
        }
    }

    @Test func aDeviceSignsInWithItsSecret() async throws {
        try await with { store, user async throws in
            let (device, secret) = try await store.createDevice(user: user.id, name: "phone")
            let principal = try await store.signIn(userName: "Ada", deviceSecret: secret)
            #expect(principal?.device == device.id && principal?.account == user.account)
            #expect(try await store.signIn(userName: nil, deviceSecret: secret) == principal)
            #expect(try await store.signIn(userName: "ben", deviceSecret: secret) == nil)
            #expect(try await store.signIn(userName: "ada", deviceSecret: password) == nil)
            #expect(try await store.signIn(userName: "ada", deviceSecret: Secret("")) == nil)
        }
    }

    @Test func namesAreUniqueToAUser() async throws {
        try await with { store, user async throws in
            _ = try await store.createDevice(user: user.id, name: "phone")
            let error = await #expect(throws: MailStoreError.self) {
                try await store.createDevice(user: user.id, name: "phone")
            }
            #expect(error?.code == .alreadyExists)
        }
    }

    @Test func aRevokedDeviceIsOutAndEverybodyIsTold() async throws {
        try await with { store, user async throws in
            var revocations = store.revocations().makeAsyncIterator()
            let (device, secret) = try await store.createDevice(user: user.id, name: "phone")
            let (_, other) = try await store.createDevice(user: user.id, name: "tablet")
            try await store.revokeDevice(device.id, of: user.id)
            #expect(await revocations.next() == .device(device.id))
            #expect(try await store.signIn(userName: "ada", deviceSecret: secret) == nil)
            #expect(try await store.signIn(userName: "ada", deviceSecret: other) != nil)
            #expect(try await store.devices(of: user.id).map(\.name) == ["tablet"])
            await #expect(throws: MailStoreError.self) { try await store.revokeDevice(device.id, of: user.id) }
        }
    }

    @Test func whatASecretOpenedIsForgottenWithWhateverIsWritten() async throws {
        try await with { store, user async throws in
            let (device, secret) = try await store.createDevice(user: user.id, name: "phone")
            func signIn() async throws -> UserRole? {
                try await store.signIn(userName: nil, deviceSecret: secret)?.role
            }
            #expect(try await signIn() == .administrator)
            _ = try await store.createUser(name: "ben", password: password, role: .administrator)
            try await store.changeUser(user.id, role: .member)
            #expect(try await signIn() == .member)
            try await store.changeUser(user.id, isDisabled: true)
            #expect(try await signIn() == nil)
            try await store.changeUser(user.id, isDisabled: false)
            #expect(try await signIn() == .member)
            let stamp = store.stamp
            let principal = try #require(try await store.signIn(userName: nil, deviceSecret: secret))
            #expect(try await store.isCurrent(principal, since: stamp))
            try await store.revokeDevice(device.id, of: user.id)
            #expect(try await !store.isCurrent(principal, since: stamp))
            #expect(try await signIn() == nil)
        }
    }

    @Test func anotherUsersDeviceCannotBeRevoked() async throws {
        try await with { store, user async throws in
            let ben = try await store.createUser(name: "ben", password: password)
            let (device, secret) = try await store.createDevice(user: ben.id, name: "phone")
            await #expect(throws: MailStoreError.self) { try await store.revokeDevice(device.id, of: user.id) }
            #expect(try await store.signIn(userName: "ben", deviceSecret: secret) != nil)
        }
    }

    @Test func removingAUserEndsItsDevices() async throws {
        try await with { store, _ async throws in
            let ben = try await store.createUser(name: "ben", password: password)
            let (_, secret) = try await store.createDevice(user: ben.id, name: "phone")
            var revocations = store.revocations().makeAsyncIterator()
            try await store.removeUser(ben)
            #expect(await revocations.next() == .user(ben.id))
            #expect(try await store.signIn(userName: "ben", deviceSecret: secret) == nil)
            #expect(try Files.names(in: folder.data + "/accounts").count == 1)
        }
    }

    @Test func lastSeenIsKnownAtOnceAndWrittenByTheEnd() async throws {
        let seen = Timestamp(seconds: 1_700_000_100)
        let user = try await folder.with { store async throws in
            let user = try await store.createUser(name: "ada", password: password)
            let (_, secret) = try await store.createDevice(user: user.id, name: "phone")
            #expect(try await store.devices(of: user.id).first?.lastSeenAt == nil)
            folder.advance(by: .seconds(100))
            _ = try await store.signIn(userName: "ada", deviceSecret: secret)
            folder.advance(by: .seconds(59))
            _ = try await store.signIn(userName: "ada", deviceSecret: secret)
            #expect(try await store.devices(of: user.id).first?.lastSeenAt == seen)
            return user
        }
        try await folder.with { store async throws in
            #expect(try await store.devices(of: user.id).first?.lastSeenAt == seen)
        }
    }

    @Test func tooManyFailuresFromOneAddressAreRefusedEvenWithTheRightSecret() async throws {
        try await with { store, user async throws in
            let (_, secret) = try await store.createDevice(user: user.id, name: "phone")
            for _ in 0..<10 {
                guard
                    case .failed = try await store.signIn(userName: "ada", deviceSecret: Secret("x"), from: "192.0.2.1")
                else {
                    Issue.record("refused early")
                    return
                }
            }
            guard case .refused = try await store.signIn(userName: "ada", deviceSecret: secret, from: "192.0.2.1"),
                case .signedIn = try await store.signIn(userName: "ada", deviceSecret: secret, from: "192.0.2.2")
            else {
                Issue.record("the wrong address was refused")
                return
            }
        }
    }
}
