import Synchronization

/// Resumes whoever asked, exactly once: with an answer, or with an error when the last copy of the question is gone.
final class Reply<Answer: Sendable>: Sendable {
    typealias Outcome = Result<Answer, MailStoreError>

    private let waiting: Mutex<CheckedContinuation<Outcome, Never>?>
    private let excuse: String

    private init(_ continuation: CheckedContinuation<Outcome, Never>, excuse: String) {
        waiting = Mutex(continuation)
        self.excuse = excuse
    }

    /// Waits for the answer to the question that `ask` puts.
    ///
    /// - Throws: what was answered; `closed` with `excuse` when the question was dropped.
    static func await(
        orElse excuse: String, _ ask: (Reply) -> Void
    ) async throws(MailStoreError) -> Answer {
        try await withCheckedContinuation { ask(Reply($0, excuse: excuse)) }.get()
    }

    func send(_ outcome: Outcome) {
        waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }?.resume(returning: outcome)
    }

    deinit { send(.failure(MailStoreError(.closed, excuse))) }
}
