import CoreMetrics
import JMAP
import Logging
import MailModel
import MailStore

/// Decides what is pushed next.
struct PushDesk {
    /// The longest sleep: when the clock of the machine is set, nobody waits for longer than this.
    private static let longestSleep: Duration = .seconds(60)
    /// After how long what could not be read is tried again.
    private static let retryPause: Duration = .seconds(60)

    private let pusher: Pusher
    private let jmap: JMAPServer
    private let inbox: PushInbox
    private let sink: AsyncStream<PushEvent>.Continuation
    /// The verified subscriptions, and those of each account.
    private var lines: [PushSubscriptionID: PushLine] = [:]
    private var ofAccount: [AccountID: Set<PushSubscriptionID>] = [:]
    /// Those that have something to tell, and when.
    private var due: [PushSubscriptionID: Timestamp] = [:]
    /// Those that are not verified yet and whose code is to be sent.
    private var unverified: [PushSubscriptionID: PushTarget] = [:]
    /// Those that could not be read, and when they are tried again.
    private var unread: [PushSubscriptionID: Timestamp] = [:]
    /// Requests under way, with whose they are.
    private var running: [PushSubscriptionID: UserID] = [:]
    /// When to look for subscriptions again: that could not be done.
    private var beginAt: Timestamp?
    private var alarm: Timestamp?

    init(pusher: Pusher, jmap: JMAPServer, inbox: PushInbox, sink: AsyncStream<PushEvent>.Continuation) {
        self.pusher = pusher
        self.jmap = jmap
        self.inbox = inbox
        self.sink = sink
    }

    private var options: PushOptions { pusher.options }
    private var now: Timestamp { options.clock() }

    mutating func begin(in group: inout DiscardingTaskGroup) async {
        scheduleUpkeep(in: &group)
        await readAll()
        goOn(in: &group)
    }

    private mutating func readAll() async {
        beginAt = nil
        do {
            try await pusher.store.removeExpiredPushSubscriptions()
            for target in try await pusher.store.pushTargets() { await take(target) }
        } catch {
            pusher.logger.error("Push subscriptions could not be read", metadata: ["error": "\(error)"])
            beginAt = now.adding(Self.retryPause)
        }
    }

    mutating func handle(_ event: PushEvent, in group: inout DiscardingTaskGroup) async {
        switch event {
        case .changes: for change in inbox.takeAll() { note(change) }
        case .subscription(let id): await read(id)
        case .revoked(let revocation): for id in subscriptions(revocation) { drop(id) }
        case .pushed(let id, let message, let outcome): await ended(id, message, outcome)
        case .verified(let target, let outcome): await ended(target, outcome)
        case .alarm(let time): if alarm == time { alarm = nil }
        case .upkeep: await keepUp(in: &group)
        }
        if let beginAt, beginAt <= now { await readAll() }
        for (id, at) in unread where at <= now { await read(id) }
        goOn(in: &group)
    }

    /// Sends what is due, and sets the alarm for what is due next.
    private mutating func goOn(in group: inout DiscardingTaskGroup) {
        let now = now
        for (id, at) in ready(now) where running.count < options.concurrentRequests {
            guard let owner = lines[id]?.principal.user ?? unverified[id]?.principal.user, isFree(owner) else {
                continue
            }
            running[id] = owner
            start(id, at, in: &group)
        }
        let times =
            due.filter { running[$0.key] == nil }.map(\.value) + unverified.values.compactMap(\.verifyAt)
            + unread.values + [beginAt].compactMap { $0 }
        setAlarm(times.filter { $0 > now }.min(), in: &group)
    }

    /// What is due, the longest due first.
    private func ready(_ now: Timestamp) -> [(PushSubscriptionID, Timestamp)] {
        let codes = unverified.compactMap { id, target in target.verifyAt.map { (id, $0) } }
        return (due.map { ($0.key, $0.value) } + codes)
            .filter { $0.1 <= now && running[$0.0] == nil }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    }

    private func isFree(_ user: UserID) -> Bool {
        running.values.count { $0 == user } < options.concurrentRequestsPerUser
    }

    private mutating func start(_ id: PushSubscriptionID, _ at: Timestamp, in group: inout DiscardingTaskGroup) {
        let (pusher, sink) = (pusher, sink)
        if let target = unverified.removeValue(forKey: id) {
            group.addTask { sink.yield(.verified(target, await pusher.verify(target))) }
            return
        }
        guard let line = lines[id] else { return }
        due[id] = nil
        let message = line.message(at: now, options)
        group.addTask { sink.yield(.pushed(id, message, await pusher.push(message, to: id))) }
    }

    // MARK: What is there

    private mutating func note(_ change: AccountChange) {
        let now = now
        for id in ofAccount[change.account] ?? [] {
            lines[id]?.changed(change, at: now)
            due[id] = lines[id]?.due(options)
        }
    }

    /// Takes in what a subscription is now.
    private mutating func read(_ id: PushSubscriptionID) async {
        unread[id] = nil
        do {
            if let target = try await pusher.store.pushTarget(id) { await take(target) } else { drop(id) }
        } catch {
            unread[id] = now.adding(Self.retryPause)
            pusher.logger.error("A push subscription could not be read", metadata: ["error": "\(error)"])
        }
    }

    private mutating func take(_ target: PushTarget) async {
        guard target.isVerified else {
            unverified[target.id] = target.verifyAt == nil || running[target.id] != nil ? nil : target
            return
        }
        unverified[target.id] = nil
        if lines[target.id] != nil {
            let now = now
            lines[target.id]?.update(target, now: now)
        } else {
            do {
                let state = try await jmap.pushState(for: target.principal)
                lines[target.id] = PushLine(target, current: state, now: now)
                ofAccount[target.principal.account, default: []].insert(target.id)
            } catch {
                unread[target.id] = now.adding(Self.retryPause)
                pusher.logger.error("What is to be pushed could not be read", metadata: ["error": "\(error)"])
            }
        }
        due[target.id] = lines[target.id]?.due(options)
    }

    private mutating func drop(_ id: PushSubscriptionID) {
        unverified[id] = nil
        unread[id] = nil
        due[id] = nil
        guard let account = lines.removeValue(forKey: id)?.principal.account else { return }
        ofAccount[account]?.remove(id)
        if ofAccount[account]?.isEmpty == true { ofAccount[account] = nil }
    }

    private func subscriptions(_ revocation: Revocation) -> [PushSubscriptionID] {
        lines.filter { revocation.covers($0.value.principal) }.map(\.key)
            + unverified.filter { revocation.covers($0.value.principal) }.map(\.key)
    }

    private mutating func keepUp(in group: inout DiscardingTaskGroup) async {
        scheduleUpkeep(in: &group)
        // What is there again is found, such as a user's who was disabled for a while.
        await readAll()
    }

    // MARK: What became of it

    private mutating func ended(
        _ id: PushSubscriptionID, _ message: PushLine.Message, _ outcome: PushOutcome
    ) async {
        running[id] = nil
        count(outcome)
        guard var line = lines[id] else { return }
        let isKept = line.ended(message, outcome, at: now, options)
        lines[id] = line
        if isKept {
            if outcome == .delivered { pusher.store.notePushed(id, told: message.whole.eventID) }
            due[id] = line.due(options)
        } else {
            await remove(id, outcome)
        }
    }

    private mutating func ended(_ target: PushTarget, _ outcome: PushOutcome) async {
        running[target.id] = nil
        count(outcome)
        switch outcome {
        case .delivered, .ended, .failed(_, isCertain: false): await read(target.id)
        case .gone: await remove(target.id, outcome)
        case .tooMany(let after), .failed(let after, isCertain: true):
            let tries = target.tries + 1
            guard tries < options.verificationTries else { return await remove(target.id, outcome) }
            let time = now.adding(max(after ?? .zero, options.pause(after: tries)))
            do {
                try await pusher.store.postponeVerification(target.id, until: time)
            } catch {
                pusher.logger.error("A push subscription could not be noted", metadata: ["error": "\(error)"])
            }
            await read(target.id)
        }
    }

    /// Nothing is sent there any more, whether that could be written down or not.
    private mutating func remove(_ id: PushSubscriptionID, _ outcome: PushOutcome) async {
        drop(id)
        guard outcome != .ended else { return }
        do {
            try await pusher.store.removePushSubscription(id)
        } catch {
            pusher.logger.error("A push subscription could not be removed", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Time

    private mutating func setAlarm(_ next: Timestamp?, in group: inout DiscardingTaskGroup) {
        guard let next else { return }
        let pause = min(max(next.since(now), .milliseconds(1)), Self.longestSleep)
        let time = now.adding(pause)
        if let alarm, alarm <= time { return }
        alarm = time
        let (sink, sleeper) = (sink, options.sleeper)
        group.addTask {
            do { try await sleeper.sleep(for: pause) } catch { return }
            sink.yield(.alarm(time))
        }
    }

    private func scheduleUpkeep(in group: inout DiscardingTaskGroup) {
        let (sink, sleeper, pause) = (sink, options.sleeper, options.upkeep)
        group.addTask {
            do { try await sleeper.sleep(for: pause) } catch { return }
            sink.yield(.upkeep)
        }
    }

    private func count(_ outcome: PushOutcome) {
        guard outcome != .ended else { return }
        Counter(label: "restante_pushes_total", dimensions: [("result", outcome.label)]).increment()
    }
}
