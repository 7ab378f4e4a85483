import Synchronization
import TestSupport
import Testing

@testable import MailSync

@Suite struct BoundedQueueTests {
    @Test func givesElementsInOrderAndThenNothing() async throws {
        let queue = BoundedQueue<Int>(costLimit: 100, countLimit: 10)
        for number in 1...3 { try await queue.push(number, cost: 1) }
        queue.finish()
        var all: [Int] = []
        while let next = try await queue.pop() { all.append(next) }
        #expect(all == [1, 2, 3])
        #expect(queue.isExhausted)
    }

    @Test func whoBringsTooMuchWaitsForRoom() async throws {
        let queue = BoundedQueue<Int>(costLimit: 10, countLimit: 2)
        try await withThrowingTaskGroup { group in
            group.addTask {
                for number in 1...100 { try await queue.push(number, cost: 6) }
                queue.finish()
            }
            var sum = 0
            while let next = try await queue.pop() { sum += next }
            #expect(sum == 5050)
            try await group.waitForAll()
        }
    }

    @Test func anElementOverTheLimitPassesAlone() async throws {
        let queue = BoundedQueue<Int>(costLimit: 10, countLimit: 2)
        try await queue.push(1, cost: 1000)
        #expect(try await queue.pop() == 1)
    }

    @Test func aFullBatchNeedsNoPatience() async throws {
        let queue = BoundedQueue<Int>(costLimit: 1000, countLimit: 100)
        for number in 1...5 { try await queue.push(number, cost: 1) }
        let batch = try await queue.popBatch(count: 3, cost: 100, patience: .seconds(1), clock: TestClock())
        #expect(batch == [1, 2, 3])
    }

    @Test func aBatchIsClosedByItsOctets() async throws {
        let queue = BoundedQueue<Int>(costLimit: 1000, countLimit: 100)
        for number in 1...5 { try await queue.push(number, cost: 40) }
        let batch = try await queue.popBatch(count: 64, cost: 100, patience: .seconds(1), clock: TestClock())
        #expect(batch == [1, 2])
    }

    @Test func patienceEndsWithTheClock() async throws {
        let queue = BoundedQueue<Int>(costLimit: 1000, countLimit: 100)
        let clock = TestClock()
        try await queue.push(1, cost: 1)
        async let batch = queue.popBatch(count: 64, cost: 100, patience: .milliseconds(250), clock: clock)
        await clock.waitForSleepers()
        clock.advance(by: .milliseconds(250))
        #expect(try await batch == [1])
    }

    @Test func theEndClosesABatchAtOnce() async throws {
        let queue = BoundedQueue<Int>(costLimit: 1000, countLimit: 100)
        try await queue.push(1, cost: 1)
        queue.finish()
        let clock = TestClock()
        #expect(try await queue.popBatch(count: 64, cost: 100, patience: .seconds(1), clock: clock) == [1])
        #expect(try await queue.popBatch(count: 64, cost: 100, patience: .seconds(1), clock: clock) == [])
    }

    @Test func cancellingEndsEveryWait() async throws {
        let queue = BoundedQueue<Int>(costLimit: 10, countLimit: 1)
        let waiting = Task { try await queue.pop() }
        queue.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await #expect(throws: CancellationError.self) { try await queue.push(1, cost: 1) }
    }

    @Test func cancellingATaskThatWaitsEndsItsWait() async throws {
        let queue = BoundedQueue<Int>(costLimit: 10, countLimit: 1)
        let waiting = Task { try await queue.pop() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test func whoTakesSeveralLeavesTheOthersTheirShare() async throws {
        let queue = BoundedQueue<Int>(costLimit: 1000, countLimit: 100)
        for number in 1...10 { try await queue.push(number, cost: 10) }
        #expect(try await queue.popSome(count: 100, cost: 1000, takers: 2) == [1, 2, 3, 4, 5])
        #expect(try await queue.popSome(count: 2, cost: 1000, takers: 2) == [6, 7])
        #expect(try await queue.popSome(count: 100, cost: 15) == [8])
        #expect(try await queue.popSome(count: 100, cost: 5) == [9])
        queue.finish()
        #expect(try await queue.popSome(count: 100, cost: 1000, takers: 2) == [10])
        #expect(try await queue.popSome(count: 100, cost: 1000, takers: 2) == [])
    }

    @Test func whoWaitsForRoomGoesOnWhenHalfIsEmpty() async throws {
        let queue = BoundedQueue<Int>(costLimit: 100, countLimit: 4)
        for number in 1...4 { try await queue.push(number, cost: 1) }
        let pushed = Mutex(false)
        let pushing = Task {
            try await queue.push(5, cost: 1)
            pushed.withLock { $0 = true }
        }
        while !queue.isAwaited { await Task.yield() }
        #expect(try await queue.pop() == 1)
        #expect(queue.isAwaited)
        #expect(try await queue.pop() == 2)
        try await pushing.value
        #expect(pushed.withLock { $0 })
        #expect(try await queue.popSome(count: 10, cost: 100) == [3, 4, 5])
    }
}
