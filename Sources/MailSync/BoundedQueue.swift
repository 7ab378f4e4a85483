import NIOCore
import Synchronization

/// A queue between tasks of one poll that holds only so much: who brings more has to wait.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements = CircularBuffer<(element: Element, cost: Int)>()
        var cost = 0
        var isFinished = false
        var isCancelled = false
        var waiters: [Waiter] = []
    }

    /// Somebody who sleeps until the queue is as it needs it: nobody is woken for nothing.
    private struct Waiter {
        var isReady: (State) -> Bool
        var continuation: CheckedContinuation<Void, Never>
    }

    private let costLimit: Int
    private let countLimit: Int
    private let state = Mutex(State())

    init(costLimit: Int, countLimit: Int) {
        self.costLimit = costLimit
        self.countLimit = countLimit
    }

    /// Waits for room. One element always has room in an empty queue. Who had to wait goes on when the queue is half empty:
    /// not once for every element that is taken.
    func push(_ element: Element, cost: Int) async throws {
        let (costLimit, countLimit) = (costLimit, countLimit)
        try await wait {
            $0.elements.isEmpty || ($0.cost + cost <= costLimit && $0.elements.count < countLimit)
        } sleeping: {
            $0.elements.isEmpty
                || ($0.cost <= costLimit / 2 && $0.cost + cost <= costLimit && $0.elements.count <= countLimit / 2)
        } then: { state in
            state.elements.append((element, cost))
            state.cost += cost
        }
    }

    /// The next element; nil when the queue is finished and empty.
    func pop() async throws -> Element? { try await popSome(count: 1, cost: 0).first }

    /// The next elements, without waiting for more than one: at most this count and cost (or one that is over it), and
    /// never more than an even share of what is there for each of so many takers. Empty when the queue is finished and
    /// empty.
    func popSome(count: Int, cost: Int, takers: Int = 1) async throws -> [Element] {
        try await wait {
            !$0.elements.isEmpty || $0.isFinished
        } then: { state in
            let share = (state.elements.count + takers - 1) / max(1, takers)
            return Self.take(&state, min(count, share), cost)
        }
    }

    /// Elements of at most this count and cost (or one that is over it): as soon as there are so many, or `patience` has
    /// passed since the first was there. Empty when the queue is finished and empty.
    func popBatch(
        count: Int, cost: Int, patience: Duration, clock: any Clock<Duration>
    ) async throws -> [Element] {
        let isEmpty = try await wait {
            !$0.elements.isEmpty || $0.isFinished
        } then: {
            $0.elements.isEmpty
        }
        guard !isEmpty else { return [] }
        let expired = Flag()
        async let _: Void = {
            try? await clock.sleep(for: patience)
            expired.set()
            self.change { _ in }
        }()
        let (enough, full) = (min(count, countLimit), min(cost, costLimit / 2))
        return try await wait {
            $0.isFinished || expired.isSet || $0.elements.count >= enough || $0.cost >= full
        } then: {
            Self.take(&$0, count, cost)
        }
    }

    /// No more elements come; those that wait can still be taken.
    func finish() { change { $0.isFinished = true } }

    /// Whether nothing is left and nothing more comes.
    var isExhausted: Bool { state.withLock { $0.isFinished && $0.elements.isEmpty } }

    /// Whether somebody sleeps until the queue is as it needs it.
    var isAwaited: Bool { state.withLock { !$0.waiters.isEmpty } }

    /// Everybody who waits, or comes, gets a `CancellationError`.
    func cancel() { change { $0.isCancelled = true } }

    private static func take(_ state: inout State, _ count: Int, _ cost: Int) -> [Element] {
        var batch: [Element] = []
        var sum = 0
        while let next = state.elements.first, batch.count < count, batch.isEmpty || sum + next.cost <= cost {
            state.elements.removeFirst()
            state.cost -= next.cost
            sum += next.cost
            batch.append(next.element)
        }
        return batch
    }

    private func change(_ body: (inout State) -> Void) {
        let woken = state.withLock { state in
            body(&state)
            return Self.woken(&state)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Takes out those for whom the queue is as they need it.
    private static func woken(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        guard !state.waiters.isEmpty else { return [] }
        var woken: [CheckedContinuation<Void, Never>] = []
        let waiters = state.waiters
        state.waiters = []
        for waiter in waiters {
            if state.isCancelled || waiter.isReady(state) {
                woken.append(waiter.continuation)
            } else {
                state.waiters.append(waiter)
            }
        }
        return woken
    }

    /// Sleeps until `isReady`, then does `act`. Who has to sleep is woken when `isWorthWaking` says so; it implies `isReady`.
    private func wait<Result: Sendable>(
        until isReady: @escaping @Sendable (State) -> Bool,
        sleeping isWorthWaking: (@Sendable (State) -> Bool)? = nil, then act: (inout State) -> Result
    ) async throws -> Result {
        try await withTaskCancellationHandler {
            while true {
                let (result, woken) = try state.withLock {
                    state throws(CancellationError) -> (Result?, [CheckedContinuation<Void, Never>]) in
                    if state.isCancelled { throw CancellationError() }
                    guard isReady(state) else { return (nil, []) }
                    return (act(&state), Self.woken(&state))
                }
                for continuation in woken { continuation.resume() }
                if let result { return result }
                await sleep(until: isWorthWaking ?? isReady)
            }
        } onCancel: {
            cancel()
        }
    }

    private func sleep(until isReady: @escaping @Sendable (State) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isNow = state.withLock { state in
                guard !state.isCancelled, !isReady(state) else { return true }
                state.waiters.append(Waiter(isReady: isReady, continuation: continuation))
                return false
            }
            if isNow { continuation.resume() }
        }
    }
}

private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
