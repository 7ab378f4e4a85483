import Logging
import MailModel
import MailStore
import ServiceLifecycle

/// Brings emails that were put away back when it is time (docs/jmap-view.md, `snoozed`).
///
/// One task sleeps until the earliest date of all accounts and hears of every change of emails. What became due while nobody
/// ran comes back at the start.
struct SnoozeService: Service {
    let store: MailStore
    let clock: @Sendable () -> Timestamp
    var sleeper: any Clock<Duration> = ContinuousClock()
    let logger: Logger

    func run() async throws {
        let (events, sink) = AsyncStream.makeStream(of: SnoozeEvent.self)
        // Subscribed before the first look, so that nothing falls in between.
        let changes = store.changes()
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await change in changes where change.states[.email] != nil {
                        sink.yield(.changed(change.account))
                    }
                }
                var desk = SnoozeDesk(service: self, sink: sink)
                await desk.begin()
                desk.setAlarm(in: &group)
                for await event in events { await desk.handle(event, in: &group) }
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            sink.finish()
        }
    }
}

/// What the desk hears of.
private enum SnoozeEvent: Sendable {
    case changed(AccountID)
    /// Time has passed.
    case alarm(Timestamp)
}

/// Knows when the next email of each account comes back.
private struct SnoozeDesk {
    /// The longest sleep: when the clock of the machine is set, nobody waits for longer than this.
    private static let longestSleep: Duration = .seconds(60)
    /// After how long what could not be read is tried again.
    private static let retryPause: Duration = .seconds(60)

    private let service: SnoozeService
    private let sink: AsyncStream<SnoozeEvent>.Continuation
    private var due: [AccountID: Timestamp] = [:]
    /// When to look for accounts again: that could not be done.
    private var beginAt: Timestamp?
    private var alarm: Timestamp?

    init(service: SnoozeService, sink: AsyncStream<SnoozeEvent>.Continuation) {
        self.service = service
        self.sink = sink
    }

    private var now: Timestamp { service.clock() }

    /// Looks into every account in which an email was ever put away.
    mutating func begin() async {
        beginAt = nil
        do {
            for account in try await service.store.snoozers.accounts() { await wake(account) }
        } catch {
            service.logger.error("Accounts with snoozed emails could not be read", metadata: ["error": "\(error)"])
            beginAt = now.adding(Self.retryPause)
        }
    }

    mutating func handle(_ event: SnoozeEvent, in group: inout DiscardingTaskGroup) async {
        switch event {
        case .changed(let account): if service.store.snoozers.contains(account) { await wake(account) }
        case .alarm(let time):
            if alarm == time { alarm = nil }
            if let beginAt, beginAt <= now { await begin() }
            for (account, time) in due where time <= now { await wake(account) }
        }
        setAlarm(in: &group)
    }

    /// Brings back one batch of what is due in an account. What is left has its turn after the other accounts.
    private mutating func wake(_ id: AccountID) async {
        do {
            let account = try await service.store.account(id)
            due[id] = try await account.wakeSnoozed(dueBy: now)
        } catch let error as MailStoreError where error.code == .notFound {
            due[id] = nil
        } catch {
            due[id] = now.adding(Self.retryPause)
            service.logger.error(
                "Snoozed emails could not be brought back", metadata: ["account": "\(id)", "error": "\(error)"])
        }
    }

    mutating func setAlarm(in group: inout DiscardingTaskGroup) {
        guard let next = (due.values + [beginAt].compactMap { $0 }).min() else { return }
        let pause = min(max(next.since(now), .milliseconds(1)), Self.longestSleep)
        let time = now.adding(pause)
        if let alarm, alarm <= time { return }
        alarm = time
        let (sink, sleeper) = (sink, service.sleeper)
        group.addTask {
            do { try await sleeper.sleep(for: pause) } catch { return }
            sink.yield(.alarm(time))
        }
    }
}
