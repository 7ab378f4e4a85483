import MailModel
import MailStore
import Synchronization

/// Every open event source, by whom it belongs to: one reader of the store's change feed hands each change to the event
/// sources of its account, and each revocation ends those of its device or user.
final class EventHub: Sendable {
    private struct Listener {
        let principal: Principal
        let inbox: EventInbox
    }

    private struct State {
        var listeners: [AccountID: [UInt64: Listener]] = [:]
        var next: UInt64 = 0
        var count = 0
    }

    /// What `remove` needs to find an event source again.
    struct Registration: Sendable {
        fileprivate let account: AccountID
        fileprivate let number: UInt64
    }

    private let state = Mutex(State())
    private let limits: Limits.EventSource

    init(limits: Limits.EventSource) { self.limits = limits }

    /// Begins to hand changes to `inbox`; throws when the device or the user has as many event sources as allowed.
    func add(_ inbox: EventInbox, of principal: Principal) throws(Problem) -> Registration {
        let registration: Registration? = state.withLock { state in
            let others = state.listeners[principal.account, default: [:]].values
            let ofDevice = others.count { $0.principal.device == principal.device }
            guard others.count < limits.perUser, ofDevice < limits.perDevice else { return nil }
            state.next += 1
            state.count += 1
            state.listeners[principal.account, default: [:]][state.next] = Listener(principal: principal, inbox: inbox)
            return Registration(account: principal.account, number: state.next)
        }
        guard let registration else {
            throw .limit(
                "maxConcurrentEventSources", status: 429,
                "At most \(limits.perDevice) event sources a device and \(limits.perUser) a user may be open.")
        }
        return registration
    }

    func remove(_ registration: Registration) {
        state.withLock { state in
            guard state.listeners[registration.account]?.removeValue(forKey: registration.number) != nil else { return }
            state.count -= 1
            if state.listeners[registration.account]?.isEmpty == true { state.listeners[registration.account] = nil }
        }
    }

    /// Open event sources of all users.
    var count: Int { state.withLock { $0.count } }

    func publish(_ change: AccountChange) {
        let inboxes = state.withLock { $0.listeners[change.account]?.values.map(\.inbox) ?? [] }
        for inbox in inboxes { inbox.post(change.states) }
    }

    func end(_ revocation: Revocation) {
        let inboxes = state.withLock { state in
            state.listeners.values.joined().filter { revocation.covers($0.value.principal) }.map(\.value.inbox)
        }
        for inbox in inboxes { inbox.end() }
    }
}

extension Revocation {
    /// Whether what `principal` opened ends with it.
    func covers(_ principal: Principal) -> Bool {
        switch self {
        case .device(let device): principal.device == device
        case .user(let user): principal.user == user
        }
    }
}
