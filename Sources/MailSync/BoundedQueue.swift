import NIOCore
import Synchronization

/// A queue between tasks of one poll that holds only so much: who brings more has to wait.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements = CircularBuffer<(element: Element, cost: Int)>()
        var cost = 0
        var isFinished = false
        var isCancelled = false
        var changes = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private enum Outcome<Result> {
        case ready(Result)
        case wait(since: Int)
    }

    private let costLimit: Int
    private let countLimit: Int
    private let state = Mutex(State())

    init(costLimit: Int, countLimit: Int) {
        self.costLimit = costLimit
        self.countLimit = countLimit
    }

    /// Waits for room. One element always has room in an empty queue.
    func push(_ element: Element, cost: Int) async throws {
        try await wait { (state: inout State) -> Void? in
            guard
                state.elements.isEmpty
                    || (state.cost + cost <= self.costLimit && state.elements.count < self.countLimit)
            else { return nil }
            state.elements.append((element, cost))
            state.cost += cost
            return ()
        }
    }

    /// The next element; nil when the queue is finished and empty.
    func pop() async throws -> Element? {
        try await wait { state -> Element?? in
            if let first = state.elements.popFirst() {
                state.cost -= first.cost
                return .some(first.element)
            }
            return state.isFinished ? .some(nil) : nil
        }
    }

    /// Elements of at most this count and cost (or one that is over it): as soon as there are so many, or `patience` has
    /// passed since the first was there. Empty when the queue is finished and empty.
    func popBatch(
        count: Int, cost: Int, patience: Duration, clock: any Clock<Duration>
    ) async throws -> [Element] {
        let isEmpty = try await wait { state -> Bool? in
            if !state.elements.isEmpty { return false }
            return state.isFinished ? true : nil
        }
        guard !isEmpty else { return [] }
        let expired = Flag()
        async let _: Void = {
            try? await clock.sleep(for: patience)
            expired.set()
            self.touch()
        }()
        return try await wait { state -> [Element]? in
            guard
                state.isFinished || expired.isSet || state.elements.count >= min(count, self.countLimit)
                    || state.cost >= min(cost, self.costLimit / 2)
            else { return nil }
            return Self.take(&state, count, cost)
        }
    }

    /// No more elements come; those that wait can still be taken.
    func finish() { change { $0.isFinished = true } }

    /// Whether nothing is left and nothing more comes.
    var isExhausted: Bool { state.withLock { $0.isFinished && $0.elements.isEmpty } }

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

    private func touch() { change { _ in } }

    private func change(_ body: (inout State) -> Void) {
        let waiters = state.withLock { state in
            body(&state)
            return Self.wake(&state)
        }
        for waiter in waiters { waiter.resume() }
    }

    private static func wake(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        state.changes += 1
        defer { state.waiters = [] }
        return state.waiters
    }

    /// Tries `attempt` whenever something changes, until it gives a result.
    private func wait<Result: Sendable>(_ attempt: (inout State) -> Result?) async throws -> Result {
        try await withTaskCancellationHandler {
            while true {
                let (outcome, woken) = try state.withLock {
                    state throws(CancellationError) -> (Outcome<Result>, [CheckedContinuation<Void, Never>]) in
                    if state.isCancelled { throw CancellationError() }
                    guard let result = attempt(&state) else { return (.wait(since: state.changes), []) }
                    return (.ready(result), Self.wake(&state))
                }
                for waiter in woken { waiter.resume() }
                switch outcome {
                case .ready(let result): return result
                case .wait(let changes): await sleep(since: changes)
                }
            }
        } onCancel: {
            cancel()
        }
    }

    private func sleep(since changes: Int) async {
        await withCheckedContinuation { continuation in
            let isStale = state.withLock { state in
                guard state.changes == changes else { return true }
                state.waiters.append(continuation)
                return false
            }
            if isStale { continuation.resume() }
        }
    }
}

private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}
