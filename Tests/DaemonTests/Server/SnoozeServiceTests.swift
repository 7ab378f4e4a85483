import Logging
import MailModel
import MailStore
import ServiceLifecycle
import TestSupport
import Testing

@testable import Daemon

/// Time passes only when a test says so.
@Suite struct SnoozeServiceTests {
    private static let start = Timestamp(seconds: 1_772_366_400)

    /// A store with one user, on a clock of its own.
    private struct World {
        let folder: TemporaryFolder
        let clock: TestClock
        let store: MailStore
        let account: Account

        var now: Timestamp { start.adding(clock.now.offset) }

        /// Runs `body` with the service beside it, then proves that the store is consistent.
        func serving(_ body: () async throws -> Void) async throws {
            let service = SnoozeService(
                store: store, clock: { [clock] in start.adding(clock.now.offset) }, sleeper: clock,
                logger: ServerFolder.silence)
            let group = ServiceGroup(
                configuration: .init(services: [service], gracefulShutdownSignals: [], logger: ServerFolder.silence))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await body()
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            #expect(try await store.check().findings.map { "\($0)" } == [])
            await store.close()
        }

        func deliver(_ count: Int) async throws -> [EmailID] {
            let inbox = try #require(try await account.read { try $0.mailbox(withRole: .inbox)?.id })
            var batch: [Arrival] = []
            for number in 0..<count {
                let message = try await account.prepare(.octets(Array("Subject: \(number)\r\n\r\nx\r\n".utf8)))
                batch.append(Arrival(message, mailboxIDs: [inbox], receivedAt: start))
            }
            return try await account.ingest(batch)
        }

        func snooze(_ emails: [EmailID], for pause: Duration) async throws {
            try await store.snoozers.note(account.id)
            let until = now.adding(pause)
            try await account.write { writer in for email in emails { try writer.snooze(email, until: until) } }
        }

        /// Returns when the email is back in its mailbox.
        func back(_ email: EmailID) async throws {
            let changes = store.changes(of: account.id)
            if try await account.read({ try $0.snooze(of: email) }) == nil { return }
            for await _ in changes where try await account.read({ try $0.snooze(of: email) }) == nil { return }
        }
    }

    private static func world() async throws -> World {
        let (folder, clock) = (try TemporaryFolder("snooze"), TestClock())
        let options = MailStoreOptions(
            directory: folder.path("data"), key: .file(folder.path("key")),
            scrypt: ScryptCost(logRounds: 4, blockSize: 1), clock: { start.adding(clock.now.offset) })
        let store = try await MailStore.open(options, logger: ServerFolder.silence)
        let user = try await store.createUser(name: "ada", password: Secret("correct horse battery"))
        let account = try await store.account(user.account, for: store.principal(forCommandLine: user))
        return World(folder: folder, clock: clock, store: store, account: account)
    }

    @Test func itSleepsUntilTheEarliestDate() async throws {
        let world = try await Self.world()
        try await world.serving {
            let emails = try await world.deliver(2)
            let (first, second) = (emails[0], emails[1])
            try await world.snooze([second], for: .seconds(50))
            await world.clock.waitForSleepers()
            try await world.snooze([first], for: .seconds(20))
            await world.clock.waitForSleepers(2)
            world.clock.advance(by: .seconds(20))
            try await world.back(first)
            #expect(try await world.account.read { try $0.snooze(of: second) } != nil)
            world.clock.advance(by: .seconds(30))
            try await world.back(second)
        }
    }

    @Test func whatBecameDueWhileNobodyRanComesBackAtTheStart() async throws {
        let world = try await Self.world()
        let email = try await world.deliver(1)[0]
        try await world.snooze([email], for: .seconds(60))
        world.clock.advance(by: .seconds(40 * 86_400))
        try await world.serving { try await world.back(email) }
    }

    @Test func aClockThatJumpsIsNoticedWithinAMinute() async throws {
        let world = try await Self.world()
        try await world.serving {
            let email = try await world.deliver(1)[0]
            try await world.snooze([email], for: .seconds(30 * 86_400))
            await world.clock.waitForSleepers()
            #expect(world.clock.nextDeadline == .seconds(60))
            world.clock.advance(by: .seconds(31 * 86_400))
            try await world.back(email)
        }
    }

    @Test func moreThanOneBatchComesBack() async throws {
        let world = try await Self.world()
        let emails = try await world.deliver(SnoozeRules.wokenAtOnce + 1)
        try await world.snooze(emails, for: .seconds(60))
        world.clock.advance(by: .seconds(60))
        try await world.serving { for email in emails { try await world.back(email) } }
    }
}
