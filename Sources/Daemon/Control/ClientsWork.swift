import Synchronization

/// What is done for one client, one thing after the other, for as long as it is there: when it goes away, what is under way
/// is cancelled and nothing more is begun.
final class ClientsWork: Sendable {
    private struct State {
        var cancel: (@Sendable () -> Void)?
        var isOver = false
    }

    private let state = Mutex(State())

    /// Nil when the client had gone before.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value? {
        let task: Task<Value, Never>? = state.withLock { state in
            guard !state.isOver else { return nil }
            let task = Task { await body() }
            state.cancel = { task.cancel() }
            return task
        }
        guard let task else { return nil }
        defer { state.withLock { $0.cancel = nil } }
        return await task.value
    }

    /// The client is gone, or is sent away.
    func end() {
        let cancel = state.withLock { state in
            state.isOver = true
            return state.cancel
        }
        cancel?()
    }
}
