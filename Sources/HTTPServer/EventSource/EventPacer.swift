import MailModel

/// What an event source sends and when, with the time as argument: the first change at once, then at most one event in
/// each interval; of what changed meanwhile only the newest state; a ping when nothing was sent for as long as asked.
struct EventPacer {
    typealias Instant = ContinuousClock.Instant

    enum Action: Hashable {
        /// A `state` event: the new states of the types asked for, and the whole state as the event's id.
        case sendState([DataType: StateToken], id: EventID)
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
    /// The newest states, of all types.
    private var current: [DataType: StateToken]
    /// Types whose newest state the device does not have.
    private var pending: Set<DataType> = []
    private var lastState: Instant?
    private var lastEvent: Instant
    private var isFinished = false

    /// `current` is the state at the beginning. A device that comes back with the id of the last event it saw is told of
    /// what differs; one without an id knows what it knows.
    init(_ query: EventSourceQuery, current: [DataType: StateToken], lastEventID: EventID?, now: Instant) {
        self.query = query
        self.current = current
        lastEvent = now
        if let lastEventID {
            pending = query.types.filter { current[$0] != nil && lastEventID.states[$0] != current[$0] }
        }
    }

    /// States that a commit has changed.
    mutating func changed(_ states: [DataType: StateToken]) {
        for (type, state) in states where current[type] != state {
            current[type] = state
            if query.types.contains(type) { pending.insert(type) }
        }
    }

    /// The next thing to do at `now`. What it says to send counts as sent.
    mutating func next(at now: Instant) -> Action {
        if isFinished { return .finish }
        let stateDue = pending.isEmpty ? nil : lastState.map { $0.advanced(by: Self.interval) } ?? now
        if let stateDue, stateDue <= now { return sendState(at: now) }
        let pingDue = query.ping.map { lastEvent.advanced(by: $0) }
        if let ping = query.ping, let pingDue, pingDue <= now {
            lastEvent = now
            return .sendPing(ping)
        }
        return .wait(until: [stateDue, pingDue].compactMap { $0 }.min())
    }

    private mutating func sendState(at now: Instant) -> Action {
        let states = current.filter { pending.contains($0.key) }
        pending = []
        lastState = now
        lastEvent = now
        isFinished = query.end == .afterState
        return .sendState(states, id: EventID(current))
    }
}
