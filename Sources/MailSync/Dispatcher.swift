import Logging
import MailModel
import MailStore
import POP3
import Transport

/// Decides which maildrop is polled next; the only user of the agenda.
struct Dispatcher {
    /// The longest sleep: when the clock of the machine is set, nobody waits for longer than this.
    private static let longestSleep: Duration = .seconds(60)
    /// After how long what could not be read is tried again.
    private static let retryPause: Duration = .seconds(60)

    private let poller: MaildropPoller
    private let sink: AsyncStream<SyncEvent>.Continuation
    private let metrics = SyncMetrics()
    private var agenda: Agenda
    private let startedAt: Timestamp
    private var running = 0
    private var alarm: Timestamp?
    /// What could not be read, for a trouble of the disk's: where it all begins, and accounts.
    private var isUnbegun = false
    private var unread: Set<AccountID> = []
    private var isRetrying = false

    init(poller: MaildropPoller, sink: AsyncStream<SyncEvent>.Continuation) {
        self.poller = poller
        self.sink = sink
        agenda = Agenda(pace: poller.options.pace)
        startedAt = poller.options.clock()
    }

    private var store: MailStore { poller.store }
    private var now: Timestamp { poller.options.clock() }

    /// Reads when maildrops are due: hints where they hold, else from the accounts.
    mutating func begin() async {
        isUnbegun = false
        do {
            for hint in try await store.dueHints() {
                let key = Agenda.Key(account: hint.account, maildrop: hint.maildrop)
                agenda.add(key, dueAt: hint.dueAt, now: now)
            }
            for account in try await store.accountsWithStaleHints() { await read(account) }
            agenda.spread(poller.options.concurrentSessions, now: now, random: poller.options.random)
        } catch {
            isUnbegun = true
            poller.logger.error("The due times of maildrops could not be read", metadata: ["error": "\(error)"])
        }
        sink.yield(.began)
    }

    mutating func handle(_ event: SyncEvent, in group: inout DiscardingTaskGroup) async {
        switch event {
        case .began: break
        case .changed(let account): await read(account)
        case .requested(let request): take(request, in: &group)
        case .ended(let key, .success(let result)): end(key, result)
        case .ended(let key, .failure(let failure)): end(key, unread: failure)
        case .retried: await readAgain()
        case .tested(let request, let answer): request.answer(answer)
        case .deviceCame(let account): await attend(account)
        case .alarm(let time): if alarm == time { alarm = nil }
        }
        startPolls(in: &group)
        setAlarm(in: &group)
        setRetry(in: &group)
    }

    /// Takes in an account's maildrops as they are now.
    private mutating func read(_ id: AccountID) async {
        unread.remove(id)
        do {
            let account = try await store.account(id)
            let maildrops = try await account.read { reader in
                try reader.maildrops().map { maildrop in
                    (
                        maildrop, try reader.pollSummary(of: maildrop.id), try reader.serverMemory(of: maildrop.id),
                        try reader.rhythm(of: maildrop.id)
                    )
                }
            }
            for (maildrop, summary, _, _) in maildrops { show(maildrop, summary, in: id) }
            let enabled = maildrops.map(\.0).filter(\.settings.enabled)
            let all = Set(maildrops.map(\.0.id))
            for key in agenda.update(id, enabled, now: now) where !all.contains(key.maildrop) {
                store.forgetStatus(of: key.maildrop, in: id)
            }
            for (maildrop, summary, memory, rhythm) in maildrops {
                let floors = PaceFloors(
                    memory, signedInAt: signedIn(summary), hostRule: poller.budgets.pause(of: maildrop.settings.host))
                agenda.learn(Agenda.Key(account: id, maildrop: maildrop.id), rhythm, floors)
            }
            store.noteDue(agenda.due(of: id), of: id)
        } catch let error as MailStoreError where error.code == .notFound {
            _ = agenda.update(id, [], now: now)
        } catch {
            unread.insert(id)
            poller.logger.error(
                "An account's maildrops could not be read", metadata: ["account": "\(id)", "error": "\(error)"])
        }
    }

    /// When an earlier process may have signed in last: the history lacks up to an hour of polls that found nothing.
    private func signedIn(_ summary: PollSummary) -> Timestamp? {
        summary.lastPollAt.map { startedAt.since($0) < .seconds(7200) ? max($0, startedAt) : $0 }
    }

    /// A device came: what is paced by when mail comes is polled sooner.
    private mutating func attend(_ account: AccountID) async {
        if agenda.hasUnread(account) { await read(account) }
        for (key, next) in agenda.attend(account, now: now, random: poller.options.random) {
            store.updateStatus(of: key.maildrop, in: key.account) { $0.setNext(next) }
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
                status.setNext(nil)
                return
            }
            if status.state != .polling { status.state = status.error == nil ? .idle : .failing }
        }
    }

    private mutating func take(_ request: MaildropRequest, in group: inout DiscardingTaskGroup) {
        switch request.question.kind {
        case .poll:
            if let next = agenda.request(request, now: now) {
                store.updateStatus(of: request.question.maildrop, in: request.question.account) { $0.setNext(next) }
                request.answer(.postponed(until: next.at, next.cause))
            }
        case .test:
            let (poller, sink) = (poller, sink)
            group.addTask {
                sink.yield(.tested(request, await poller.answer(toTest: request.question)))
            }
        }
    }

    private mutating func startPolls(in group: inout DiscardingTaskGroup) {
        let (now, budgets) = (now, poller.budgets)
        let slots = poller.options.concurrentSessions
        let started = agenda.start(slots - running, slots: slots, now: now) { host in
            budgets.take(host, at: now)
        }
        for (key, isAdmitted, cause) in started.polls {
            running += 1
            let (poller, sink) = (poller, sink)
            group.addTask {
                do throws(SyncFailure) {
                    let result = try await poller.poll(
                        key.maildrop, in: key.account, isAdmitted: isAdmitted, cause: cause)
                    sink.yield(.ended(key, .success(result)))
                } catch {
                    sink.yield(.ended(key, .failure(error)))
                }
            }
        }
        for (request, until) in started.postponed { request.answer(.postponed(until: until, .hostBudget)) }
        for (key, until) in started.held {
            let next = PollPace.Next(at: until, cause: .hostBudget)
            store.updateStatus(of: key.maildrop, in: key.account) { $0.setNext(next) }
        }
        metrics.running(running)
    }

    private mutating func end(_ key: Agenda.Key, _ result: MaildropPoller.Result?) {
        running -= 1
        if let result { return settle(key, result) }
        // Those who waited are told that nobody polls it when their requests are dropped.
        _ = agenda.remove(key)
        store.forgetStatus(of: key.maildrop, in: key.account)
    }

    private mutating func settle(_ key: Agenda.Key, _ result: MaildropPoller.Result) {
        let now = now
        if let until = result.postponedUntil { return postpone(key, result.maildrop, until, now) }
        metrics.ended(result)
        let finished = agenda.finish(
            key, result, isAttended: store.isAttended(key.account), now: now, random: poller.options.random())
        let (next, record) = (finished.next, finished.record)
        defer {
            for request in finished.requests { request.answer(.polled(record)) }
            for request in finished.postponed { request.answer(.postponed(until: next.at, next.cause)) }
        }
        guard result.maildrop.settings.enabled else {
            let others = agenda.remove(key)
            store.updateStatus(of: key.maildrop, in: key.account) { status in
                status.take(result, next: nil)
                status.state = .disabled
            }
            for request in others { request.answer(.polled(record)) }
            return
        }
        store.updateStatus(of: key.maildrop, in: key.account) { $0.take(result, next: next) }
        store.noteDue(agenda.due(of: key.account), of: key.account)
    }

    /// A poll was not let in by its host's budget.
    private mutating func postpone(_ key: Agenda.Key, _ maildrop: Maildrop, _ until: Timestamp, _ now: Timestamp) {
        let next = PollPace.Next(at: until, cause: .hostBudget)
        for request in agenda.postpone(key, maildrop, until: until, now: now) {
            request.answer(.postponed(until: next.at, next.cause))
        }
        store.updateStatus(of: key.maildrop, in: key.account) { $0.setNext(next) }
    }

    /// The maildrop could not even be read: it stays, and is tried again as after other failures of our own.
    private mutating func end(_ key: Agenda.Key, unread failure: SyncFailure) {
        running -= 1
        poller.logger.error(
            "A maildrop could not be read",
            metadata: [
                "account": "\(key.account)", "maildrop": "\(key.maildrop)", "error": "\(failure.description)",
                "cause": "\(failure.cause ?? "")",
            ])
        let now = now
        let (next, requests) = agenda.finish(key, unread: failure, now: now, random: poller.options.random())
        store.updateStatus(of: key.maildrop, in: key.account) { status in
            status.state = .failing
            status.lastPollAt = now
            status.setNext(next)
            status.take(failure, at: now)
        }
        for request in requests {
            request.answer(.polled(PollRecord(unread: failure, beganAt: now, endedAt: now)))
        }
    }

    private mutating func readAgain() async {
        isRetrying = false
        if isUnbegun { await begin() }
        for account in unread { await read(account) }
    }

    private mutating func setRetry(in group: inout DiscardingTaskGroup) {
        guard isUnbegun || !unread.isEmpty, !isRetrying else { return }
        isRetrying = true
        let (sink, sleeper) = (sink, poller.options.sleeper)
        group.addTask {
            try? await sleeper.sleep(for: Self.retryPause)
            sink.yield(.retried)
        }
    }

    private mutating func setAlarm(in group: inout DiscardingTaskGroup) {
        let (slots, now) = (poller.options.concurrentSessions, now)
        guard running < slots, let due = agenda.nextDue(slots: slots, now: now) else { return }
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
    mutating func setNext(_ next: PollPace.Next?) {
        nextPollAt = next?.at
        nextPollCause = next?.cause
    }

    /// What a poll leaves on the status board.
    mutating func take(_ result: MaildropPoller.Result, next: PollPace.Next?) {
        let (report, record) = (result.report, result.record)
        state = report.failure == nil ? .idle : .failing
        lastPollAt = record.endedAt
        setNext(next)
        if let listed = report.listed { held = listed }
        if let stored = report.stored { self.stored = stored }
        if let pending = report.pending { self.pending = pending }
        if let announced = result.session.capabilities { capabilities = announced.lines }
        if report.stored != nil { notices = report.notices }
        if let certificate = result.session.certificate {
            certificateSHA256 = certificate.sha256
            self.certificate = MaildropTestReport.Certificate(certificate)
        }
        guard let failure = report.failure else {
            lastSuccessAt = record.endedAt
            error = nil
            if report.stored == nil, let listed = report.listed {
                // The probe said that nothing changed since everything was stored.
                stored = listed - pending
            }
            return
        }
        take(failure, at: record.endedAt)
    }

    mutating func take(_ failure: SyncFailure, at time: Timestamp) {
        error = Failure(type: failure.kind.rawValue, description: failure.description, since: error?.since ?? time)
    }
}
