import Synchronization

/// Who waits for the server's answer to a message whose end was sent: the service's end waits for them a while, and nobody
/// begins any more.
final class Verdicts: Sendable {
    private struct State {
        var waiting = 0
        var isEnding = false
        var isGivenUp = false
        var drained: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// False: the service ends, and the message's end must not be sent.
    func begin() -> Bool {
        state.withLock { state in
            guard !state.isEnding else { return false }
            state.waiting += 1
            return true
        }
    }

    func end() {
        state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.waiting -= 1
            guard state.isEnding, state.waiting == 0 else { return nil }
            defer { state.drained = nil }
            return state.drained
        }?.resume()
    }

    /// Nobody begins from now on.
    func close() { state.withLock { $0.isEnding = true } }

    /// Ends `drain`, whoever still waits.
    func giveUp() {
        state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isGivenUp = true
            defer { state.drained = nil }
            return state.drained
        }?.resume()
    }

    /// Returns when nobody waits any more, or at `giveUp`.
    func drain() async {
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                let isDrained = state.waiting == 0 || state.isGivenUp
                if !isDrained { state.drained = continuation }
                return isDrained
            }
            if isDrained { continuation.resume() }
        }
    }
}
