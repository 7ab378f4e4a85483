import Foundation
import Logging
import MailModel
import MailStore
import Synchronization
import TestSupport
import Testing
import Transport

@testable import MailSync

/// A store with one user, and a poller over it.
final class SyncFixture: Sendable {
    let store: MailStore
    let account: AccountID
    let options: MailSyncOptions
    let poller: MaildropPoller
    let connector: Connector
    /// Every line of every session so far.
    var trace: [String] { lines.withLock { $0 } }

    let folder: TemporaryFolder
    private let data: String
    private let lines: Lines
    private let time: Time

    /// `authority` is the certificate that is believed; `place` is where the data directory is to be; `octets` how many
    /// octets of messages the account may hold.
    init(
        authority: String? = nil, policies: AddressPolicies = .init(), folder place: String? = nil,
        resolver: any HostResolver = SystemResolver(), openAccounts: Int = 256, octets: Int? = nil,
        change: (inout MailSyncOptions) -> Void = { _ in }
    ) async throws {
        let folder = try TemporaryFolder("sync")
        let (time, lines) = (Time(), Lines())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var options = MailSyncOptions(
            trace: WireTrace { line in lines.withLock { $0.append(line) } }, clock: { time.now }, random: { 0 })
        change(&options)
        data = place ?? folder.path("data")
        var limits = Limits()
        limits.account.octets = octets
        store = try await MailStore.open(
            MailStoreOptions(
                directory: data, key: .file(folder.path("key")), limits: limits, openAccountLimit: openAccounts,
                scrypt: ScryptCost(logRounds: 4, blockSize: 1), addressPolicies: policies, clock: { time.now }),
            logger: logger)
        let user = try await store.createUser(name: "ada", password: Secret("correct horse battery"))
        account = store.principal(forCommandLine: user).account
        connector = Connector(trust: authority.map { .file($0) } ?? .system, resolver: resolver)
        poller = MaildropPoller(store: store, connector: connector, options: options, logger: logger)
        self.options = options
        self.folder = folder
        self.lines = lines
        self.time = time
    }

    /// Moves the clock.
    func pass(_ duration: Duration) { time.pass(duration) }

    var now: Timestamp { time.now }

    func addMaildrop(
        port: Int, security: MaildropSecurity = .plain, password: String = "alice-secret", host: String = "localhost",
        name: String = "alice", change: @Sendable (inout MaildropSettings) -> Void = { _ in }
    ) async throws -> MaildropID {
        let account = try await store.account(account)
        let inbox = try #require(try await account.read { try $0.mailbox(withRole: .inbox) })
        var settings = MaildropSettings(
            name: name, host: host, port: port, security: security, username: "alice", mailbox: inbox.id,
            markSeenOlderThan: nil)
        change(&settings)
        let made = settings
        return try await account.write { try $0.createMaildrop(made, password: Secret(password)) }
    }

    func poll(_ maildrop: MaildropID) async throws -> MaildropPoller.Result {
        try #require(try await poller.poll(maildrop, in: account))
    }

    /// The octets of every stored email, the one stored first in front.
    func storedMessages() async throws -> [[UInt8]] {
        try await store.account(account).read { reader in
            let ids = try reader.query(EmailQuery()).ids.sorted()
            return try reader.emails(ids).map { email in
                try reader.withBlob(email.blobID) { Array($0) } ?? []
            }
        }
    }

    /// The files of large bodies.
    func blobFiles() throws -> [String] {
        return try FileManager.default.subpathsOfDirectory(atPath: data)
            .filter { $0.contains("/blobs/") && $0.count > 70 }.map { data + "/" + $0 }
    }

    /// The path of something in the data directory.
    func dataPath(_ name: String) -> String { data + "/" + name }

    func emails() async throws -> [Email] {
        try await store.account(account).read { try $0.emails(try $0.query(EmailQuery()).ids.sorted()) }
    }

    func unstored(_ maildrop: MaildropID) async throws -> [UnstoredMessage] {
        try await store.account(account).read { try $0.unstoredMessages(of: maildrop) }
    }

    /// The store's own invariants hold.
    func expectSound() async {
        let report = try? await store.check()
        #expect(report?.findings == [])
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func withLock<Result>(_ body: (inout sending [String]) -> sending Result) -> sending Result {
            lines.withLock(body)
        }
    }

    /// A clock that only a test moves; it begins at the machine's time, by which certificates are judged.
    private final class Time: Sendable {
        private let value = Mutex(Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
        var now: Timestamp { value.withLock { $0 } }
        func pass(_ duration: Duration) { value.withLock { $0 = $0.adding(duration) } }
    }

    func makeService() -> MailSync {
        MailSync(store: store, connector: connector, options: options, logger: poller.logger)
    }

    /// Runs the service while `body` runs.
    func whileServiceRuns(_ service: MailSync? = nil, _ body: () async throws -> Void) async throws {
        let service = service ?? makeService()
        try await withThrowingTaskGroup { group in
            group.addTask { try await service.run() }
            do {
                try await body()
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

/// The same word means something else within MailStore.
typealias PollFailure = SyncFailure
