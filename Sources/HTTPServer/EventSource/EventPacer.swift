import JMAP
import MailModel
import MailStore

/// What an event source sends and when, with the time as argument: the first change at once, then at most one event in
/// each interval; of what changed meanwhile only the newest state; a ping when nothing was sent for as long as asked.
struct EventPacer {
    typealias Instant = ContinuousClock.Instant

    enum Action: Hashable {
        /// A `state` event: the new states of the types asked for, and the whole state, for the event's id.
        case sendState([DataType: StateToken], of: PushState)
        /// A `ping` event with the interval in use.
        case sendPing(Duration)
        /// Nothing to send before then, or until a change; nil: only a change.
        case wait(until: Instant?)
        /// The answer is complete.
        case finish
    }

    /// Five a second.
    static let interval: Duration = .milliseconds(200)

    private let query: EventSourceQuery
    /// The newest state of every type.
    private var current: PushState
    /// What the device was told, or knew when it came.
    private var told: PushState
    private var lastState: Instant?
    private var lastEvent: Instant
    private var isFinished = false

    /// `current` is the state at the beginning. A device that comes back with the id of the last event it saw is told of
    /// what differs; one without an id knows what it knows.
    init(_ query: EventSourceQuery, current: PushState, lastEventID: PushState?, now: Instant) {
        self.query = query
        self.current = current
        told = lastEventID ?? current
        lastEvent = now
    }

    /// States that a commit has changed.
    mutating func changed(_ states: [DataType: StateToken]) {
        current.merge(AccountChange(account: current.account, states: states))
    }

    /// The next thing to do at `now`. What it says to send counts as sent.
    mutating func next(at now: Instant) -> Action {
        if isFinished { return .finish }
        let changes = current.changes(since: told, among: query.types)
        let stateDue = changes.isEmpty ? nil : lastState.map { $0.advanced(by: Self.interval) } ?? now
        if let stateDue, stateDue <= now { return sendState(changes, at: now) }
        let pingDue = query.ping.map { lastEvent.advanced(by: $0) }
        if let ping = query.ping, let pingDue, pingDue <= now {
            lastEvent = now
            return .sendPing(ping)
        }
        return .wait(until: [stateDue, pingDue].compactMap { $0 }.min())
    }

    private mutating func sendState(_ changes: [DataType: StateToken], at now: Instant) -> Action {
        told = current
        lastState = now
        lastEvent = now
        isFinished = query.end == .afterState
        return .sendState(changes, of: current)
    }
}
