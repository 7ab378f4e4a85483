import Dispatch
import Synchronization

/// How far a backup, its verification or a restore has come.
public struct CopyProgress: Hashable, Sendable {
    public enum Step: String, Sendable {
        case copying, checking
    }

    public var step: Step
    /// The account at hand, from 1, and how many there are.
    public var account: Int
    public var accounts: Int
    /// Copied so far.
    public var octets: Int
}

/// Carries progress out of a long copy, and the wish to end it in.
final class CopyControl: Sendable {
    private let tell: @Sendable (CopyProgress) -> Void
    private let progress = Mutex(CopyProgress(step: .copying, account: 0, accounts: 0, octets: 0))
    private let isCancelled = Atomic(false)

    init(_ tell: @escaping @Sendable (CopyProgress) -> Void) { self.tell = tell }

    func begin(_ step: CopyProgress.Step, accounts: Int) {
        change {
            $0.step = step
            $0.account = 0
            $0.accounts = accounts
        }
    }

    func nextAccount() { change { $0.account += 1 } }

    func copied(_ octets: Int) { change { $0.octets += octets } }

    private func change(_ body: (inout CopyProgress) -> Void) {
        let now = progress.withLock { progress in
            body(&progress)
            return progress
        }
        tell(now)
    }

    /// Whether nobody wants the copy any more.
    var isEnded: Bool { isCancelled.load(ordering: .relaxed) }

    /// - Throws: `closed` when nobody wants the copy, or the check, any more.
    func check() throws(MailStoreError) {
        if isEnded { throw MailStoreError(.closed, "It was ended before it was done.") }
    }

    /// Runs `body`; cancelling the task ends it at its next look.
    func run<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        try await withTaskCancellationHandler {
            try await body()
        } onCancel: {
            isCancelled.store(true, ordering: .relaxed)
        }
    }

    /// Runs what waits for the disk beside the threads that everything else runs on.
    static func beside<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
