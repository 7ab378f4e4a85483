import Foundation
import Logging
import MIME
import MailModel
import Synchronization
import Testing

@testable import MailStore

/// An account in a folder of its own, with a clock that stands still until it is moved; checked and removed at the end.
final class AccountFixture: Sendable {
    let folder: String
    let id = AccountID(rawValue: 7)
    private let time: Mutex<Timestamp>
    private let heard = Mutex<[AccountChange]>([])
    private let fileSystem: FileSystem
    private let intakeLimit: Int
    private let textWalk: TextWalk.Bounds
    private let current = Mutex<Account?>(nil)
    /// The most octets of messages that the account may hold when it is opened next.
    let octetsLimit = Mutex<Int?>(nil)

    /// 2025-06-01T00:00:00Z
    static let start = Timestamp(seconds: 1_748_736_000)

    init(
        fileSystem: FileSystem = .posix, intakeLimit: Int = Intake.limit, textWalk: TextWalk.Bounds = .init()
    ) throws {
        folder = NSTemporaryDirectory() + "restante-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        time = Mutex(Self.start)
        self.fileSystem = fileSystem
        self.intakeLimit = intakeLimit
        self.textWalk = textWalk
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func options(expected: (epoch: Epoch, modseq: Modseq)? = nil) -> AccountOptions {
        var limits = Limits()
        limits.account.octets = octetsLimit.withLock { $0 }
        return AccountOptions(
            folder: folder, id: id, expected: expected, limits: limits,
            key: SealingKey(bytes: [UInt8](repeating: 7, count: 32)),
            clock: { [weak self] in self?.now ?? Self.start },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            changed: { [weak self] change, _ in self?.heard.withLock { $0.append(change) } }, fileSystem: fileSystem,
            intakeLimit: intakeLimit, textWalk: textWalk)
    }

    func create() async throws -> Account {
        let account = try await Account.create(options())
        current.withLock { $0 = account }
        return account
    }

    /// Closes what is open and opens it again, as the next process would.
    func reopen(expected: (epoch: Epoch, modseq: Modseq)? = nil) async throws -> Account {
        await current.withLock({ $0 })?.close()
        let account = try await Account.open(options(expected: expected))
        current.withLock { $0 = account }
        return account
    }

    var now: Timestamp { time.withLock { $0 } }

    func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }

    /// What the change feed was told so far.
    var changes: [AccountChange] { heard.withLock { $0 } }

    /// Runs `body` with a new account and checks the account when it is done.
    static func run(
        fileSystem: FileSystem = .posix, _ body: (AccountFixture, Account) async throws -> Void
    ) async throws {
        let fixture = try AccountFixture(fileSystem: fileSystem)
        let account = try await fixture.create()
        try await body(fixture, account)
        try await fixture.finish()
    }

    /// Nothing is broken and no file is left over.
    func finish() async throws {
        guard let account = current.withLock({ $0 }) else { return }
        let report = try await account.check()
        #expect(report.findings.map(\.description) == [])
        await account.close()
    }
}

/// A message with the fields that the store looks at.
func message(
    id: String? = nil, subject: String = "Hello", references: [String] = [], from: String = "Ann <ann@example.org>",
    to: String = "bob@example.org", body: String = "The text.", date: String = "Sun, 01 Jun 2025 10:00:00 +0000"
) -> [UInt8] {
    var text = "From: \(from)\r\nTo: \(to)\r\nSubject: \(subject)\r\nDate: \(date)\r\n"
    if let id { text += "Message-ID: <\(id)>\r\n" }
    if !references.isEmpty { text += "References: \(references.map { "<\($0)>" }.joined(separator: " "))\r\n" }
    return Array((text + "\r\n\(body)\r\n").utf8)
}

extension Account {
    func role(_ role: MailboxRole) async throws -> Mailbox {
        try #require(try await read { try $0.mailbox(withRole: role) })
    }

    func inbox() async throws -> MailboxID { try await role(.inbox).id }

    /// Delivers messages to mailboxes (the Inbox), a second apart from `AccountFixture.start` on.
    @discardableResult
    func deliver(
        _ messages: [[UInt8]], to mailboxes: Set<MailboxID>? = nil, keywords: Set<Keyword> = [],
        receivedAt: Timestamp = AccountFixture.start
    ) async throws -> [EmailID] {
        let mailboxes = if let mailboxes { mailboxes } else { Set([try await inbox()]) }
        var batch: [Arrival] = []
        for (index, octets) in messages.enumerated() {
            batch.append(
                Arrival(
                    try await prepare(.octets(octets)), mailboxIDs: mailboxes, keywords: keywords,
                    receivedAt: receivedAt.adding(seconds: Int64(index))))
        }
        return try await ingest(batch)
    }

    func email(_ id: EmailID) async throws -> Email { try #require(try await read { try $0.emails([id]).first }) }

    func mailbox(_ id: MailboxID) async throws -> Mailbox {
        try #require(try await read { try $0.mailboxes([id]).first })
    }

    func query(_ query: EmailQuery) async throws -> EmailQueryResult { try await read { try $0.query(query) } }

    func state(_ type: DataType) async throws -> StateToken { try await read { try $0.state(of: type) } }

    func code(_ body: @escaping @Sendable (AccountWriter) throws -> Void) async -> MailStoreError.Code? {
        do {
            try await write(body)
            return nil
        } catch { return (error as? MailStoreError)?.code }
    }
}
