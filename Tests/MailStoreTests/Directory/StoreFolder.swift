import Logging
import MailModel
import Synchronization
import TestSupport

@testable import MailStore

/// A data directory of a test's own: opened, closed and opened again on a clock that the test moves.
final class StoreFolder: Sendable {
    let folder: TemporaryFolder
    let now = Mutex(Timestamp(seconds: 1_700_000_000))

    init() throws { folder = try TemporaryFolder("store") }

    var data: String { folder.path("data") }

    func options(
        openAccountLimit: Int = 16,
        reached: @escaping @Sendable (DirectoryStep) throws(MailStoreError) -> Void = { _ in }
    ) -> MailStoreOptions {
        var options = MailStoreOptions(
            directory: data, key: .file(folder.path("restante.key")), openAccountLimit: openAccountLimit,
            scrypt: ScryptCost(logRounds: 4), clock: { self.now.withLock { $0 } })
        options.reached = reached
        return options
    }

    func open() async throws -> MailStore {
        try await MailStore.open(options(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func open(_ options: MailStoreOptions) async throws -> MailStore {
        try await MailStore.open(options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Opens the store for `body`, and at its end checks it, whatever else the test was about.
    func with<Result: Sendable>(
        _ options: MailStoreOptions? = nil, _ body: (MailStore) async throws -> Result
    ) async throws -> Result {
        let store = try await open(options ?? self.options())
        do {
            let result = try await body(store)
            let report = try await store.check()
            await store.close()
            guard report.isClean else { throw Unclean(findings: report.findings) }
            return result
        } catch {
            await store.close()
            throw error
        }
    }

    func advance(by duration: Duration) {
        now.withLock { $0 = $0.adding(duration) }
    }

    struct Unclean: Error {
        let findings: [CheckFinding]
    }
}
