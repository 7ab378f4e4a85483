import Logging
import MailModel
import MailStore
import POP3
import POP3Server
import TestSupport
import Transport

/// A store with one user, and POP3 over it on three ports of loopback.
final class PostOffice: Sendable {
    struct Ports: Sendable {
        var plain: Int
        var startTLS: Int
        var tls: Int
    }

    let store: MailStore
    let user: User
    let device: Device
    let secret: Secret
    let certificates: TestCertificates
    private let folder: TemporaryFolder

    private init(_ folder: TemporaryFolder) async throws {
        self.folder = folder
        var options = MailStoreOptions(
            directory: folder.path("data"), key: .file(folder.path("key")), scrypt: ScryptCost(logRounds: 4),
            clock: { Timestamp(seconds: 1_700_000_000) })
        options.limits.signIn.failuresPerMinute = 5
        store = try await MailStore.open(options, logger: Self.logger)
        user = try await store.createUser(name: "ann", password: Secret("a password"))
        (device, secret) = try await store.createDevice(user: user.id, name: "old phone")
        certificates = try TestCertificates()
    }

    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Opens everything, runs `body`, and closes it again.
    static func open(
        limits: Limits.Sessions = .init(), _ body: @Sendable (PostOffice, Ports) async throws -> Void
    ) async throws {
        let office = try await PostOffice(TemporaryFolder("pop3"))
        let service = try await office.bind(limits)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await body(office, Ports(plain: service.ports[0], startTLS: service.ports[1], tls: service.ports[2]))
            group.cancelAll()
        }
        await office.store.close()
    }

    func bind(_ limits: Limits.Sessions = .init()) async throws -> POP3Service {
        let pair = try certificates.valid()
        let ports = [ServerConfiguration.Security.plainText, .startTLS, .implicitTLS].map {
            POP3ServiceOptions.Port(host: "127.0.0.1", port: 0, security: $0)
        }
        let options = POP3ServiceOptions(
            ports: ports, certificate: try CertificateFiles(chain: pair.chain, key: pair.key), limits: limits)
        return try await POP3Service.bind(options, store: store, logger: Self.logger)
    }

    var connector: Connector { Connector(trust: .file(certificates.authority)) }

    var principal: Principal { store.principal(forCommandLine: user) }

    var account: Account {
        get async throws { try await store.account(user.account, for: principal) }
    }

    /// Puts messages into the Inbox, in this order.
    @discardableResult
    func deliver(_ messages: [[UInt8]], keywords: Set<Keyword> = []) async throws -> [EmailID] {
        let account = try await account
        let inbox = try await mailbox(.inbox)
        var arrivals: [Arrival] = []
        for message in messages {
            arrivals.append(
                Arrival(
                    try await account.prepare(.octets(message)), mailboxIDs: [inbox], keywords: keywords,
                    receivedAt: Timestamp(seconds: 1_600_000_000)))
        }
        return try await account.ingest(arrivals)
    }

    func mailbox(_ role: MailboxRole) async throws -> MailboxID {
        let found = try await account.read { try $0.mailbox(withRole: role)?.id }
        guard let found else { throw MailStoreError.notFound("\(role)") }
        return found
    }

    func emails(_ ids: [EmailID]) async throws -> [Email] {
        try await account.read { try $0.emails(ids) }
    }
}

extension Secret {
    /// For a peer that wants it on its command line.
    var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
