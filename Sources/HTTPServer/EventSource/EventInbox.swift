import MailModel
import Synchronization

/// Where one event source hears of changes: it keeps what is newest of each type, however late it is read.
final class EventInbox: Sendable {
    private struct State {
        var changed: [DataType: StateToken] = [:]
        var isEnded = false
        var waiter: CheckedContinuation<Void, Never>?
        var isWakeful: Bool { isEnded || !changed.isEmpty }
    }

    private let state = Mutex(State())

    func post(_ states: [DataType: StateToken]) {
        wake { $0.changed.merge(states) { _, newer in newer } }
    }

    /// The device may no longer listen.
    func end() { wake { $0.isEnded = true } }

    /// Takes what has come since the last time; nil when the event source is over.
    func take() -> [DataType: StateToken]? {
        state.withLock { state in
            defer { state.changed = [:] }
            return state.isEnded ? nil : state.changed
        }
    }

    /// Returns when there is something to take, at `deadline`, or when the task is cancelled. One task at a time.
    func wait(until deadline: ContinuousClock.Instant?) async {
        guard let deadline else { return await wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await ContinuousClock().sleep(until: deadline) }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    // Checked under the lock: a cancellation after this finds the continuation and resumes it.
                    if state.isWakeful || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            wake { _ in }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
