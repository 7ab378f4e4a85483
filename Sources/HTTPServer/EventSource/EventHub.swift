import MailModel
import MailStore
import Synchronization

/// Every open event source, by whom it belongs to: one reader of the store's change feed hands each change to the event
/// sources of its account, and each revocation ends those of its device or user.
final class EventHub: Sendable {
    private struct Listener {
        let principal: Principal
        let inbox: EventInbox
        let abandon: @Sendable () -> Void
    }

    private struct State {
        var listeners: [AccountID: [UInt64: Listener]] = [:]
        var next: UInt64 = 0
        var count = 0
    }

    private let state = Mutex(State())
    private let limits: Limits.EventSource
    /// Told the number of open event sources whenever it changes.
    private let counted: @Sendable (Int) -> Void

    init(limits: Limits.EventSource, counted: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.limits = limits
        self.counted = counted
    }

    /// Begins to hand changes to an inbox; throws when the device or the user has as many event sources as allowed.
    ///
    /// - Parameter abandon: called with a revocation, in case the event source cannot end by itself because its reader
    ///   takes nothing.
    func open(
        for principal: Principal, abandon: @escaping @Sendable () -> Void = {}
    ) throws(Problem) -> OpenEventSource {
        let inbox = EventInbox()
        let opened: (number: UInt64, count: Int)? = state.withLock { state in
            let others = state.listeners[principal.account, default: [:]].values
            let ofDevice = others.count { $0.principal.credential == principal.credential }
            guard others.count < limits.perUser, ofDevice < limits.perDevice else { return nil }
            state.next += 1
            state.count += 1
            state.listeners[principal.account, default: [:]][state.next] =
                Listener(principal: principal, inbox: inbox, abandon: abandon)
            return (state.next, state.count)
        }
        guard let opened else {
            throw .limit(
                "maxConcurrentEventSources", status: 429,
                "At most \(limits.perDevice) event sources a device and \(limits.perUser) a user may be open.")
        }
        counted(opened.count)
        return OpenEventSource(hub: self, account: principal.account, number: opened.number, inbox: inbox)
    }

    fileprivate func close(_ number: UInt64, of account: AccountID) {
        let count: Int? = state.withLock { state in
            guard state.listeners[account]?.removeValue(forKey: number) != nil else { return nil }
            state.count -= 1
            if state.listeners[account]?.isEmpty == true { state.listeners[account] = nil }
            return state.count
        }
        if let count { counted(count) }
    }

    /// Open event sources of all users.
    var count: Int { state.withLock { $0.count } }

    /// Who has an event source open.
    var principals: Set<Principal> {
        state.withLock { Set($0.listeners.values.joined().map(\.value.principal)) }
    }

    func publish(_ change: AccountChange) {
        let inboxes = state.withLock { $0.listeners[change.account]?.values.map(\.inbox) ?? [] }
        for inbox in inboxes { inbox.post(change.states) }
    }

    func end(_ revocation: Revocation) { end { revocation.covers($0) } }

    /// The server stops.
    func endAll() { end { _ in true } }

    private func end(where isMeant: (Principal) -> Bool) {
        let listeners = state.withLock { state in
            state.listeners.values.joined().map(\.value).filter { isMeant($0.principal) }
        }
        for listener in listeners {
            listener.inbox.end()
            listener.abandon()
        }
    }
}

/// One event source's place in the hub, given up by `close` or with the last reference: an answer may be dropped unsent.
final class OpenEventSource: Sendable {
    let inbox: EventInbox
    private let hub: EventHub
    private let account: AccountID
    private let number: UInt64

    fileprivate init(hub: EventHub, account: AccountID, number: UInt64, inbox: EventInbox) {
        self.hub = hub
        self.account = account
        self.number = number
        self.inbox = inbox
    }

    /// Closing twice does no harm.
    func close() { hub.close(number, of: account) }

    deinit { close() }
}
