import CoreMetrics
import Logging
import MailModel
import MailStore

/// Decides what is sent next.
struct SubmissionDesk {
    struct Key: Hashable, Sendable {
        var account: AccountID
        var submission: SubmissionID
    }

    private struct Sender: Hashable {
        var account: AccountID
        var maildrop: MaildropID
    }

    private struct Due {
        var maildrop: MaildropID
        var at: Timestamp
    }

    /// The longest sleep: when the clock of the machine is set, nobody waits for longer than this.
    private static let longestSleep: Duration = .seconds(60)
    /// After how long what could not be read is tried again.
    private static let retryPause: Duration = .seconds(60)

    private let sender: MessageSender
    private let sink: AsyncStream<SubmissionEvent>.Continuation
    private var due: [Key: Due] = [:]
    private var running: Set<Key> = []
    private var busy: Set<Sender> = []
    /// Accounts in which what an earlier process left was looked after.
    private var recovered: Set<AccountID> = []
    /// Accounts that could not be read, and when they are tried again.
    private var unread: [AccountID: Timestamp] = [:]
    /// When to look for accounts again: that could not be done.
    private var beginAt: Timestamp?
    private var alarm: Timestamp?

    init(sender: MessageSender, sink: AsyncStream<SubmissionEvent>.Continuation) {
        self.sender = sender
        self.sink = sink
    }

    private var now: Timestamp { sender.options.clock() }

    /// Reads what waits in every account that ever sent.
    mutating func begin() async {
        beginAt = nil
        do {
            for account in try await sender.store.senders.accounts() { await read(account) }
        } catch {
            sender.logger.error("Accounts that send could not be read", metadata: ["error": "\(error)"])
            beginAt = now.adding(Self.retryPause)
        }
    }

    mutating func handle(_ event: SubmissionEvent, in group: inout DiscardingTaskGroup) async {
        switch event {
        case .changed(let account): await read(account)
        case .ended(let key, let maildrop, let outcome):
            running.remove(key)
            busy.remove(Sender(account: key.account, maildrop: maildrop))
            if let outcome { count(outcome) } else { unread[key.account] = now.adding(Self.retryPause) }
            if outcome != .interrupted, outcome != nil { await read(key.account) }
        case .alarm(let time): if alarm == time { alarm = nil }
        }
        await readAgain()
        goOn(in: &group)
    }

    /// Sends what is due, and sets the alarm for what is due next.
    mutating func goOn(in group: inout DiscardingTaskGroup) {
        let waiting = due.filter { !running.contains($0.key) && unread[$0.key.account] == nil }
        let ready = waiting.filter { $0.value.at <= now }
            .sorted { ($0.value.at, $0.key.submission) < ($1.value.at, $1.key.submission) }
        for (key, next) in ready where running.count < sender.options.concurrentSessions {
            guard busy.insert(Sender(account: key.account, maildrop: next.maildrop)).inserted else { continue }
            running.insert(key)
            let (sender, sink) = (sender, sink)
            group.addTask {
                let outcome = try? await sender.send(key.submission, in: key.account)
                sink.yield(.ended(key, next.maildrop, outcome))
            }
        }
        let times = waiting.filter { $0.value.at > now }.map(\.value.at) + unread.values + [beginAt].compactMap { $0 }
        setAlarm(times.min(), in: &group)
    }

    /// Takes in what waits in an account now.
    private mutating func read(_ id: AccountID) async {
        unread[id] = nil
        do {
            let account = try await sender.store.account(id)
            if !recovered.contains(id) {
                try await account.write { try $0.recoverSubmissions() }
                recovered.insert(id)
            }
            let found = try await account.read { try $0.dueSubmissions() }
            due = due.filter { $0.key.account != id }
            for next in found {
                due[Key(account: id, submission: next.id)] = Due(maildrop: next.maildrop, at: next.at)
            }
        } catch let error as MailStoreError where error.code == .notFound {
            due = due.filter { $0.key.account != id }
        } catch {
            unread[id] = now.adding(Self.retryPause)
            sender.logger.error(
                "What an account sends could not be read", metadata: ["account": "\(id)", "error": "\(error)"])
        }
    }

    private mutating func readAgain() async {
        if let beginAt, beginAt <= now { await begin() }
        for (account, at) in unread where at <= now { await read(account) }
    }

    private mutating func setAlarm(_ next: Timestamp?, in group: inout DiscardingTaskGroup) {
        guard let next, alarm == nil || next < alarm ?? next else { return }
        let pause = min(max(next.since(now), .milliseconds(1)), Self.longestSleep)
        let time = now.adding(pause)
        if let alarm, alarm <= time { return }
        alarm = time
        let (sink, sleeper) = (sink, sender.options.sleeper)
        group.addTask {
            do { try await sleeper.sleep(for: pause) } catch { return }
            sink.yield(.alarm(time))
        }
    }

    private func count(_ outcome: SubmissionOutcome) {
        guard outcome != .idle else { return }
        Counter(label: "restante_submission_tries_total", dimensions: [("result", outcome.rawValue)]).increment()
    }
}
