import Logging
import MailModel
import MailStore
import POP3
import Transport

/// Decides which maildrop is polled next; the only user of the agenda.
struct Dispatcher {
    /// The longest sleep: when the clock of the machine is set, nobody waits for longer than this.
    private static let longestSleep: Duration = .seconds(60)

    private let poller: MaildropPoller
    private let sink: AsyncStream<SyncEvent>.Continuation
    private let metrics = SyncMetrics()
    private var agenda = Agenda()
    private var running = 0
    private var alarm: Timestamp?

    init(poller: MaildropPoller, sink: AsyncStream<SyncEvent>.Continuation) {
        self.poller = poller
        self.sink = sink
    }

    private var store: MailStore { poller.store }
    private var now: Timestamp { poller.options.clock() }

    /// Reads when maildrops are due: hints where they hold, else from the accounts.
    mutating func begin() async {
        do {
            for hint in try await store.dueHints() {
                agenda.add(Agenda.Key(account: hint.account, maildrop: hint.maildrop), dueAt: hint.dueAt)
            }
            for account in try await store.accountsWithStaleHints() { await read(account) }
        } catch {
            poller.logger.error("The due times of maildrops could not be read", metadata: ["error": "\(error)"])
        }
        sink.yield(.began)
    }

    mutating func handle(_ event: SyncEvent, in group: inout DiscardingTaskGroup) async {
        switch event {
        case .began: break
        case .changed(let account): await read(account)
        case .requested(let request): take(request, in: &group)
        case .ended(let key, let result): await end(key, result)
        case .tested(let request, let findings): request.answer(.tested(findings))
        case .alarm(let time): if alarm == time { alarm = nil }
        }
        startPolls(in: &group)
        setAlarm(in: &group)
    }

    /// Takes in an account's maildrops as they are now.
    private mutating func read(_ id: AccountID) async {
        do {
            let account = try await store.account(id)
            let maildrops = try await account.read { reader in
                try reader.maildrops().map { ($0, try reader.pollSummary(of: $0.id)) }
            }
            for (maildrop, summary) in maildrops { show(maildrop, summary, in: id) }
            let enabled = maildrops.map(\.0).filter(\.settings.enabled)
            let all = Set(maildrops.map(\.0.id))
            for key in agenda.update(id, enabled, now: now) where !all.contains(key.maildrop) {
                store.forgetStatus(of: key.maildrop, in: id)
            }
            store.noteDue(agenda.due(of: id), of: id)
        } catch let error as MailStoreError where error.code == .notFound {
            _ = agenda.update(id, [], now: now)
        } catch {
            poller.logger.error(
                "An account's maildrops could not be read", metadata: ["account": "\(id)", "error": "\(error)"])
        }
    }

    /// Puts on the status board what the history tells.
    private func show(_ maildrop: Maildrop, _ summary: PollSummary, in account: AccountID) {
        store.updateStatus(of: maildrop.id, in: account) { status in
            if status.lastPollAt == nil {
                status.lastPollAt = summary.lastPollAt
                status.lastSuccessAt = summary.lastSuccessAt
                status.error = summary.failure
            }
            guard maildrop.settings.enabled else {
                status.state = .disabled
                status.nextPollAt = nil
                return
            }
            if status.state != .polling { status.state = status.error == nil ? .idle : .failing }
        }
    }

    private mutating func take(_ request: MaildropRequest, in group: inout DiscardingTaskGroup) {
        switch request.kind {
        case .poll:
            agenda.request(request, now: now)
        case .test:
            let (poller, sink) = (poller, sink)
            group.addTask {
                sink.yield(.tested(request, await poller.test(request.maildrop, in: request.account)))
            }
        }
    }

    private mutating func startPolls(in group: inout DiscardingTaskGroup) {
        for key in agenda.start(poller.options.concurrentSessions - running, now: now) {
            running += 1
            let (poller, sink) = (poller, sink)
            group.addTask { sink.yield(.ended(key, await poller.poll(key.maildrop, in: key.account))) }
        }
        metrics.running(running)
    }

    private mutating func end(_ key: Agenda.Key, _ result: MaildropPoller.Result?) async {
        running -= 1
        guard let result else {
            // Those who waited are told that nobody polls it when their requests are dropped.
            _ = agenda.remove(key)
            store.forgetStatus(of: key.maildrop, in: key.account)
            return
        }
        metrics.ended(result)
        let failure = result.report.failure
        let (requests, failures) = agenda.finish(key, failed: failure != nil)
        defer { for request in requests { request.answer(.polled(result.record)) } }
        guard result.maildrop.settings.enabled else {
            _ = agenda.remove(key)
            store.updateStatus(of: key.maildrop, in: key.account) { status in
                status.take(result, nextPollAt: nil)
                status.state = .disabled
            }
            return
        }
        let now = now
        let pause = Pause(
            interval: result.maildrop.settings.pollInterval,
            loginDelay: .seconds(result.session.capabilities?.loginDelay?.seconds ?? 0),
            longestBackOff: poller.options.longestBackOff)
        let next = agenda.schedule(
            key, at: now.adding(pause.next(after: failure, failures: failures, random: poller.options.random())),
            now: now)
        store.updateStatus(of: key.maildrop, in: key.account) { $0.take(result, nextPollAt: next) }
        store.noteDue(agenda.due(of: key.account), of: key.account)
    }

    private mutating func setAlarm(in group: inout DiscardingTaskGroup) {
        guard running < poller.options.concurrentSessions, let due = agenda.nextDue else { return }
        let now = now
        let time = max(now, min(due, now.adding(Self.longestSleep)))
        if let alarm, alarm <= time { return }
        alarm = time
        let (sink, sleeper) = (sink, poller.options.sleeper)
        group.addTask {
            try? await sleeper.sleep(for: time.since(now))
            sink.yield(.alarm(time))
        }
    }
}

extension MaildropStatus {
    /// What a poll leaves on the status board.
    mutating func take(_ result: MaildropPoller.Result, nextPollAt next: Timestamp?) {
        let (report, record) = (result.report, result.record)
        state = report.failure == nil ? .idle : .failing
        lastPollAt = record.endedAt
        nextPollAt = next
        if let listed = report.listed { held = listed }
        if let stored = report.stored { self.stored = stored }
        if let pending = report.pending { self.pending = pending }
        if let announced = result.session.capabilities { capabilities = announced.lines }
        if report.stored != nil { notices = report.notices }
        if let certificate = result.session.certificate { certificateSHA256 = certificate.sha256 }
        guard let failure = report.failure else {
            lastSuccessAt = record.endedAt
            error = nil
            if report.stored == nil, let listed = report.listed {
                // The probe said that nothing changed since everything was stored.
                stored = listed - pending
            }
            return
        }
        error = Failure(
            type: failure.kind.rawValue, description: failure.description, since: error?.since ?? record.endedAt)
    }
}
