import Logging
import MailModel
import MailStore
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Submission

/// A store with one user and one maildrop that can send, and a service over it that a test may kill.
final class SendingFixture: Sendable {
    let folder: TemporaryFolder
    let clock = TestClock()
    private let started = Timestamp(seconds: 1_772_366_400)
    private let opened: Mutex<MailStore?> = Mutex(nil)
    let account = Mutex<AccountID?>(nil)
    let maildrop = Mutex<MaildropID?>(nil)

    init() async throws {
        folder = try TemporaryFolder("sending")
        let store = try await open()
        let user = try await store.createUser(name: "ada", password: Secret("correct horse battery"))
        account.withLock { $0 = store.principal(forCommandLine: user).account }
    }

    var now: Timestamp { time() }

    /// Holds nothing of this fixture: a store that holds it does not keep the folder.
    private var time: @Sendable () -> Timestamp {
        { [clock, started] in started.adding(clock.now.offset) }
    }

    var store: MailStore {
        get throws { try #require(opened.withLock { $0 }) }
    }

    @discardableResult
    func open() async throws -> MailStore {
        var store = try await openUnlessHeld()
        while store == nil { store = try await openUnlessHeld() }
        let opened = try #require(store)
        self.opened.withLock { $0 = opened }
        return opened
    }

    /// Nil while the data directory is held. Another test may start a program: until that has its own image, it shares this
    /// process's open files.
    private func openUnlessHeld() async throws -> MailStore? {
        let options = MailStoreOptions(
            directory: folder.path("data"), key: .file(folder.path("key")),
            scrypt: ScryptCost(logRounds: 4, blockSize: 1), clock: time)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let result: Result<MailStore, any Error>
        do { result = .success(try await MailStore.open(options, logger: logger)) } catch { result = .failure(error) }
        if case .failure(let error as MailStoreError) = result, error.code == .locked {
            await Task.yield()
            return nil
        }
        return try result.get()
    }

    /// Ends the store, proves that it is consistent, and opens it anew.
    func reopen() async throws {
        await (try store).close()
        let store = try await open()
        let report = try await store.check()
        #expect(report.findings.map { "\($0)" } == [])
    }

    func theAccount() async throws -> Account { try await (try store).account(try #require(account.withLock { $0 })) }

    /// Adds a maildrop whose mail is sent with the server at `port`.
    @discardableResult
    func addMaildrop(
        port: Int, security: MaildropSecurity = .plain, credential: SubmissionSettings.Credential = .same,
        host: String = "127.0.0.1", pin: [UInt8]? = nil
    ) async throws -> MaildropID {
        let id = try await theAccount().write { writer in
            let inbox = try #require(try writer.reader.mailbox(withRole: .inbox))
            var settings = MaildropSettings(
                name: "ada@example.org", host: "127.0.0.1", username: "ada@example.org", mailbox: inbox.id)
            settings.submission = SubmissionSettings(
                host: host, port: port, security: security, credential: credential, certificatePin: pin)
            return try writer.createMaildrop(settings, password: Secret("sesame"))
        }
        maildrop.withLock { $0 = id }
        return id
    }

    static let message = "From: ada@example.org\nTo: bob@example.net\nBcc: cy@example.net\nSubject: s\n\n.hello\n.\n"
    static let sent = "From: ada@example.org\nTo: bob@example.net\nSubject: s\n\n.hello\n.\n"

    /// Stores a message and puts it on the queue.
    func submit(
        _ message: String = SendingFixture.message, to recipients: [String] = ["bob@example.net"],
        at sendAt: Timestamp? = nil
    ) async throws -> SubmissionID {
        let account = try await theAccount()
        let prepared = try await account.prepare(.octets(Array(message.replacing("\n", with: "\r\n").utf8)))
        let maildrop = try #require(maildrop.withLock { $0 })
        try await (try store).senders.note(account.id)
        return try await account.write { [now] writer in
            let drafts = try #require(try writer.reader.mailbox(withRole: .drafts))
            let email = try writer.addEmail(
                Arrival(prepared, mailboxIDs: [drafts.id], keywords: [.draft], receivedAt: now))
            return try writer.createSubmission(
                NewSubmission(
                    identity: IdentityID(rawValue: 1), email: email, maildrop: maildrop, mailFrom: "ada@example.org",
                    recipients: recipients, sendAt: sendAt))
        }
    }

    func submission(_ id: SubmissionID) async throws -> EmailSubmission {
        let found = try await theAccount().read { try $0.submissions([id]).first }
        return try #require(found)
    }

    /// Returns when the submission is as `isSo` says.
    @discardableResult
    func wait(
        for id: SubmissionID, _ isSo: @escaping @Sendable (EmailSubmission) -> Bool
    ) async throws -> EmailSubmission {
        let changes = try store.changes()
        let now = try await submission(id)
        if isSo(now) { return now }
        for await _ in changes {
            let now = try await submission(id)
            if isSo(now) { return now }
        }
        throw CancellationError()
    }

    func options(authority: String? = nil) -> SubmissionOptions {
        var options = SubmissionOptions(clock: time, sleeper: clock, random: { 0 })
        options.name = "home.example"
        return options
    }

    /// Runs the service while `body` runs, then ends it as a daemon does.
    @discardableResult
    func serving<Result: Sendable>(
        authority: String? = nil, _ change: (inout SubmissionOptions) -> Void = { _ in },
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        var options = options()
        change(&options)
        let service = Submission(
            store: try store, connector: Connector(trust: authority.map { .file($0) } ?? .system), options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(
            services: [service], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            let result = try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }
}
