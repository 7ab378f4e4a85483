import Synchronization

/// How far the fetching of one poll has come.
final class Progress: Sendable {
    private struct State {
        var stored: Int
        var pending: Int
        var messages = 0
        var octets = 0
    }

    private let state: Mutex<State>

    init(stored: Int, pending: Int) { state = Mutex(State(stored: stored, pending: pending)) }

    /// Counts a batch; returns how many messages of the maildrop are stored now, and how many are not.
    func add(_ messages: Int, _ octets: Int) -> (stored: Int, pending: Int) {
        state.withLock { state in
            state.messages += messages
            state.octets += octets
            state.stored += messages
            state.pending -= messages
            return (state.stored, state.pending)
        }
    }

    /// Messages stored by this poll, and their octets.
    var total: (messages: Int, octets: Int) { state.withLock { ($0.messages, $0.octets) } }
}
