import NIOCore
import Synchronization

/// The deadline of the one operation that a connection's task waits for.
///
/// Every read and write has a deadline, but hardly any is missed: so the event loop's timer is set once and, when it
/// fires, moved on to the deadline of that moment. Reads in quick succession cost a lock each and no timer.
final class Watchdog: Sendable {
    enum Verdict: Equatable {
        /// Nothing is waited for; no timer is needed.
        case rest
        /// The operation has until then.
        case lookAgain(NIODeadline)
        case expired
        /// The operation asked to be told of silence, and goes on.
        case silent
    }

    private struct State {
        var deadline: NIODeadline?
        var endsConnection = true
        var timer: NIODeadline?
        var isExpired = false
    }

    private let state = Mutex(State())

    /// Starts an operation. Returns when the timer must fire if none that fires early enough is set. An operation that
    /// does not end the connection when its time is over is just told.
    func begin(_ timeout: Duration, endsConnection: Bool = true, now: NIODeadline = .now()) -> NIODeadline? {
        state.withLock { state in
            let deadline = now + TimeAmount(timeout)
            state.deadline = deadline
            state.endsConnection = endsConnection
            if let timer = state.timer, timer <= deadline { return nil }
            state.timer = deadline
            return deadline
        }
    }

    func end() { state.withLock { $0.deadline = nil } }

    /// Whether an operation ran out of time; the connection is of no use any more.
    var isExpired: Bool { state.withLock { $0.isExpired } }

    /// The timer fired.
    func check(now: NIODeadline = .now()) -> Verdict {
        state.withLock { state in
            state.timer = nil
            guard let deadline = state.deadline else { return .rest }
            guard now >= deadline else {
                state.timer = deadline
                return .lookAgain(deadline)
            }
            guard state.endsConnection else {
                state.deadline = nil
                return .silent
            }
            state.isExpired = true
            return .expired
        }
    }
}
