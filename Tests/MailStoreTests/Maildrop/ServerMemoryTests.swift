import MailModel
import Testing

@testable import MailStore

/// What is remembered of a maildrop's server, and when it is forgotten.
struct ServerMemoryTests {
    private let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    private static var memory: ServerMemory {
        var memory = ServerMemory()
        memory.method = "SCRAM-SHA-256"
        memory.mechanisms = ["PLAIN", "SCRAM-SHA-256"]
        memory.certificate = Array(repeating: 7, count: 32)
        memory.silences = 2
        memory.silentAt = Timestamp(seconds: 1_700_000_001)
        memory.expiresAtQuit = true
        memory.refusals = 2
        memory.refusedAt = Timestamp(seconds: 1_700_000_000)
        return memory
    }

    private func with(
        _ body: (Account, MaildropID, MaildropSettings) async throws -> Void
    ) async throws {
        try await folder.with { store async throws in
            let user = try await store.createUser(name: "ada", password: Secret("correct horse"))
            let account = try await store.account(user.account)
            let inbox = try #require(try await account.read { try $0.mailbox(withRole: .inbox)?.id })
            let settings = MaildropSettings(
                name: "Work", host: "pop.example.com", username: "ada", mailbox: inbox)
            let id = try await account.write { writer in
                let id = try writer.createMaildrop(settings, password: Secret("swordfish"))
                try writer.setServerMemory(Self.memory, of: id)
                return id
            }
            try await body(account, id, settings)
        }
    }

    @Test func itIsReadAsItWasWritten() async throws {
        try await with { account, id, _ in
            #expect(try await account.read { try $0.serverMemory(of: id) } == Self.memory)
            try await account.write { try $0.setServerMemory(ServerMemory(), of: id) }
            #expect(try await account.read { try $0.serverMemory(of: id) } == ServerMemory())
        }
    }

    @Test(arguments: ["host", "port", "security", "username", "pin", "signIn", "password", "no password"])
    func itIsForgottenWithWhatItBelongsTo(change: String) async throws {
        try await with { account, id, settings in
            var changed = settings
            var password = PasswordChange.keep
            switch change {
            case "host": changed.host = "pop.example.net"
            case "port": changed.port = 1995
            case "security": changed.security = .starttls
            case "username": changed.username = "grace"
            case "pin": changed.certificatePin = Array(repeating: 9, count: 32)
            case "signIn": changed.signIn = .apop
            case "password": password = .set(Secret("swordfish"))
            default: password = .remove
            }
            let (final, secret) = (changed, password)
            try await account.write { try $0.updateMaildrop(id, final, password: secret) }
            #expect(try await account.read { try $0.serverMemory(of: id) } == ServerMemory())
        }
    }

    @Test func itIsForgottenWithThePasswordThatAGrantReplaces() async throws {
        try await with { account, id, _ in
            let grant = MaildropGrant(
                provider: "example", tokenEndpoint: "https://example.org/token", clientID: "restante", scope: "pop",
                refreshToken: Secret("refresh-1"))
            try await account.write { try $0.setGrant(grant, of: id) }
            #expect(try await account.read { try $0.serverMemory(of: id) } == ServerMemory())
        }
    }

    @Test func otherSettingsLeaveItAlone() async throws {
        try await with { account, id, settings in
            var changed = settings
            changed.name = "Home"
            changed.pollInterval = .seconds(600)
            let final = changed
            try await account.write { try $0.updateMaildrop(id, final) }
            #expect(try await account.read { try $0.serverMemory(of: id) } == Self.memory)
        }
    }

    @Test func aRemovedMaildropIsForgottenAndRemembersNothing() async throws {
        try await with { account, id, _ in
            try await account.write { try $0.destroyMaildrop(id) }
            try await account.write { try $0.setServerMemory(Self.memory, of: id) }
            #expect(try await account.read { try $0.serverMemory(of: id) } == ServerMemory())
        }
    }
}
