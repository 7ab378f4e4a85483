import MailModel
import Synchronization
import Testing

@testable import MailStore

@Suite struct WriteQueueTests {
    /// Starts one waiter and returns once it waits.
    private func wait(
        _ lane: WriteQueue.Lane, _ name: String, _ queue: WriteQueue, _ order: Order, _ group: inout TaskGroup<Void>
    ) async {
        let before = queue.waiting
        group.addTask {
            await queue.acquire(lane)
            order.names.withLock { $0.append(name) }
            queue.release()
        }
        while queue.waiting == before { await Task.yield() }
    }

    private final class Order: Sendable {
        let names = Mutex<[String]>([])
    }

    @Test func devicesGoAheadOfIngestAndEachInItsOrder() async {
        let queue = WriteQueue()
        let order = Order()
        await queue.acquire(.ingest)
        await withTaskGroup(of: Void.self) { group in
            await wait(.ingest, "i1", queue, order, &group)
            await wait(.device, "d1", queue, order, &group)
            await wait(.ingest, "i2", queue, order, &group)
            await wait(.device, "d2", queue, order, &group)
            queue.release()
        }
        #expect(order.names.withLock { $0 } == ["d1", "d2", "i1", "i2"])
    }

    @Test func ingestGetsItsTurnAfterManyDevices() async {
        let queue = WriteQueue()
        let order = Order()
        await queue.acquire(.device)
        await withTaskGroup(of: Void.self) { group in
            await wait(.ingest, "ingest", queue, order, &group)
            for number in 0..<WriteQueue.devicesInARow + 3 { await wait(.device, "\(number)", queue, order, &group) }
            queue.release()
        }
        #expect(order.names.withLock { $0.firstIndex(of: "ingest") } == WriteQueue.devicesInARow)
    }

    @Test func anAccountTakesWritesFromManyAtOnce() async throws {
        try await AccountFixture.run { _, account in
            let id = try await account.deliver([message()])[0]
            let inbox = try await account.inbox()
            let prepared = try await account.prepare(.octets(message()))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        if number % 2 == 0 {
                            let keyword = Keyword("k\(number)")
                            try await account.write { writer in
                                let old = try writer.reader.emails([id])[0].keywords
                                try writer.setKeywords(old.union([keyword].compactMap { $0 }), on: id)
                            }
                        } else {
                            let arrival = Arrival(prepared, mailboxIDs: [inbox], receivedAt: AccountFixture.start)
                            try await account.ingest([arrival])
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await account.email(id).keywords.count == 20)
            #expect(try await account.mailbox(inbox).totalEmails == 21)
        }
    }
}
