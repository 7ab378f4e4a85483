import MailModel
import Synchronization

/// Who wants to know of commits. Publishing never waits: a reader that is slow gets the newest state of each account once.
final class ChangeFeed: Sendable {
    private struct State {
        var next = 0
        var readers: [Int: Reader] = [:]
        var isFinished = false
    }

    struct Reader: Sendable {
        let account: AccountID?
        let pending: PendingChanges
    }

    private let state = Mutex(State())

    func publish(_ change: AccountChange) {
        let readers = state.withLock { Array($0.readers.values) }
        for reader in readers where reader.account == nil || reader.account == change.account {
            reader.pending.add(change)
        }
    }

    /// A reader of one account's changes, or of all, from now on.
    func subscribe(to account: AccountID? = nil) -> AccountChanges {
        let pending = PendingChanges()
        let key: Int? = state.withLock { state in
            guard !state.isFinished else { return nil }
            state.next += 1
            state.readers[state.next] = Reader(account: account, pending: pending)
            return state.next
        }
        guard let key else {
            pending.finish()
            return AccountChanges(pending: pending) {}
        }
        return AccountChanges(pending: pending) { [weak self] in
            self?.state.withLock { _ = $0.readers.removeValue(forKey: key) }
        }
    }

    /// Ends every reader's sequence: the store closes.
    func finish() {
        let readers = state.withLock { state in
            state.isFinished = true
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        for reader in readers { reader.pending.finish() }
    }

    var readerCount: Int { state.withLock { $0.readers.count } }
}

/// What one reader has not read yet: at most one merged change an account.
final class PendingChanges: Sendable {
    private struct State {
        var changes: [AccountID: AccountChange] = [:]
        var order: [AccountID] = []
        var isFinished = false
    }

    private let state = Mutex(State())
    let signal: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init() { (signal, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }

    func add(_ change: AccountChange) {
        state.withLock { state in
            if state.changes[change.account]?.merge(change) == nil {
                state.changes[change.account] = change
                state.order.append(change.account)
            }
        }
        wake.yield()
    }

    func finish() {
        state.withLock { $0.isFinished = true }
        wake.finish()
    }

    func popFirst() -> AccountChange? {
        state.withLock { state in
            guard !state.order.isEmpty else { return nil }
            return state.changes.removeValue(forKey: state.order.removeFirst())
        }
    }
}

/// Committed changes, in order for each account, merged while nobody reads. One reader; it ends when the store closes or
/// the reading task is cancelled, and is forgotten when it is released.
public struct AccountChanges: AsyncSequence, Sendable {
    private let pending: PendingChanges
    private let registration: Registration

    init(pending: PendingChanges, unsubscribe: @escaping @Sendable () -> Void) {
        self.pending = pending
        registration = Registration(unsubscribe)
    }

    /// Unsubscribes when the last copy of the sequence and its iterator are gone.
    final class Registration: Sendable {
        private let end: @Sendable () -> Void
        init(_ end: @escaping @Sendable () -> Void) { self.end = end }
        deinit { end() }
    }

    public struct Iterator: AsyncIteratorProtocol {
        let pending: PendingChanges
        let registration: Registration
        var signal: AsyncStream<Void>.Iterator

        public mutating func next() async -> AccountChange? { await next(isolation: nil) }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> AccountChange? {
            while true {
                if let change = pending.popFirst() { return change }
                guard await signal.next(isolation: actor) != nil else { return pending.popFirst() }
            }
        }
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(pending: pending, registration: registration, signal: pending.signal.makeAsyncIterator())
    }
}
