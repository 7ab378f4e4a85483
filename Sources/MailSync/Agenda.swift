import MailModel
import MailStore

/// Which maildrop is to be polled when. A value without a clock: times and chance come in as arguments; how long pauses
/// are is the pace's business.
struct Agenda {
    struct Key: Hashable, Sendable {
        var account: AccountID
        var maildrop: MaildropID
    }

    struct Entry {
        var dueAt: Timestamp
        var cause: PollCause
        /// The host's budget lets it wait until then, although it is due.
        var heldUntil: Timestamp?
        var isRunning = false
        /// The settings as last seen; nil while only the hint of an earlier process is known.
        var maildrop: Maildrop?
        var history = PollPace.History()
        var floors = PaceFloors()
        /// When the last poll ended; nil before the first of this process.
        var polledAt: Timestamp?
        /// Who waits for the poll that runs, or runs next.
        var requests: [MaildropRequest] = []
        /// Requests that came while a poll was running: they get one of their own.
        var later: [MaildropRequest] = []
        /// The sessions of a first fetch so far, for those who wait for all of it.
        var record: PollRecord?

        var startsAt: Timestamp { max(dueAt, heldUntil ?? dueAt) }

        /// Why it is polled now.
        var startCause: PollCause { requests.isEmpty ? cause : .request }

        /// Who asked goes first, a first fetch that goes on last: nobody else waits for it.
        var rank: Int { requests.isEmpty ? (history.hasMore ? 2 : 1) : 0 }
    }

    /// A request is kept waiting for so long at most; after that it is told when the poll will be.
    static let patience: Duration = .seconds(60)

    let pace: PollPace
    var entries: [Key: Entry] = [:]
    /// What time it was at the last look; the clock may be set back.
    var lastNow: Timestamp?

    init(pace: PollPace = PollPace()) { self.pace = pace }

    /// A maildrop whose due time an earlier process left behind.
    mutating func add(_ key: Key, dueAt: Timestamp) {
        if entries[key] == nil { entries[key] = Entry(dueAt: dueAt, cause: .interval) }
    }

    /// Takes in an account's enabled maildrops as they are now. New ones, and ones whose settings changed, are due at once,
    /// or as soon as their servers allow. Returns those that are gone.
    mutating func update(_ account: AccountID, _ maildrops: [Maildrop], now: Timestamp) -> [Key] {
        for maildrop in maildrops {
            let key = Key(account: account, maildrop: maildrop.id)
            var entry = entries[key] ?? Entry(dueAt: now, cause: .request)
            if let known = entry.maildrop {
                // What one server announced says nothing of another.
                if maildrop.settings.isOtherServer(than: known.settings) { entry.floors = PaceFloors() }
                // The password does not show: what fails may have been mended.
                if known != maildrop || entry.history.failures > 0 {
                    let floor = entry.floors.earliestOnRequest()
                    entry.dueAt = max(now, floor?.at ?? now)
                    entry.cause = floor.flatMap { $0.at > now ? $0.cause : nil } ?? .request
                    entry.history.failures = 0
                    entry.history.failure = nil
                }
            }
            entry.maildrop = maildrop
            entry.history.interval = maildrop.settings.pollInterval
            entries[key] = entry
        }
        let ids = Set(maildrops.map(\.id))
        let gone = entries.keys.filter { $0.account == account && !ids.contains($0.maildrop) }
        for key in gone { entries[key] = nil }
        return Array(gone)
    }

    /// What earlier processes learnt of a maildrop that this one has not polled yet.
    mutating func learn(_ key: Key, _ rhythm: Rhythm, _ floors: PaceFloors) {
        guard entries[key]?.polledAt == nil else { return }
        entries[key]?.history.rhythm = rhythm
        entries[key]?.floors = floors
    }

    /// Takes apart what is due at once, when that is more than may run at once: at a start all have waited.
    mutating func spread(_ concurrency: Int, now: Timestamp, random: () -> Double) {
        let due = entries.filter { $0.value.dueAt <= now && !$0.value.isRunning && $0.value.requests.isEmpty }
        guard due.count > concurrency else { return }
        let time = min(pace.minimum, .milliseconds(100) * due.count)
        for key in due.keys { entries[key]?.dueAt = now.adding(time * random()) }
    }

    /// Somebody wants a poll now. Returns when it will be, if that is too long to wait for.
    mutating func request(_ request: MaildropRequest, now: Timestamp) -> PollPace.Next? {
        let key = Key(account: request.question.account, maildrop: request.question.maildrop)
        var entry = entries[key] ?? Entry(dueAt: now, cause: .request)
        defer { entries[key] = entry }
        guard !entry.isRunning else {
            entry.later.append(request)
            return nil
        }
        if let held = entry.heldUntil, held.since(now) > Self.patience {
            return PollPace.Next(at: held, cause: .hostBudget)
        }
        if let floor = entry.floors.earliestOnRequest(), floor.at > now {
            if floor.at < entry.dueAt { (entry.dueAt, entry.cause) = (floor.at, floor.cause) }
            guard floor.at.since(now) <= Self.patience else { return floor }
        } else {
            (entry.dueAt, entry.cause) = (now, .request)
        }
        entry.requests.append(request)
        return nil
    }

    /// What `start` decided.
    struct Started {
        /// Marked as running; `isAdmitted`: its host's budget has been asked.
        var polls: [(key: Key, isAdmitted: Bool, cause: PollCause)] = []
        /// Due, but the host has no sign-in for them before this time.
        var held: [(key: Key, until: Timestamp)] = []
        /// Who has to wait too long for that, and is to be told until when.
        var postponed: [(request: MaildropRequest, until: Timestamp)] = []
    }

    /// Takes up to `room` maildrops that are due and marks them as running; those that are due longest first. `admit` takes
    /// a sign-in from a host's budget, or tells when there is one. `slots`, what may run at once in all, is shared out
    /// among the accounts.
    mutating func start(
        _ room: Int, slots: Int = .max, now: Timestamp, admit: (String) -> Timestamp? = { _ in nil }
    ) -> Started {
        followClock(now)
        var started = Started()
        guard room > 0 else { return started }
        var refused: [String: Timestamp] = [:]
        var due: [(key: Key, rank: Int, dueAt: Timestamp)] = []
        for (key, entry) in entries where !entry.isRunning && entry.startsAt <= now {
            due.append((key, entry.rank, entry.dueAt))
        }
        due.sort { ($0.rank, $0.dueAt) < ($1.rank, $1.dueAt) }
        var shares = shares(of: slots, now: now)
        for (key, _, _) in due where started.polls.count < room && shares.hasRoom(for: key.account) {
            guard let host = entries[key]?.maildrop?.settings.host else {
                entries[key]?.isRunning = true
                shares.take(key.account)
                started.polls.append((key, false, entries[key]?.startCause ?? .interval))
                continue
            }
            if let until = refused[host] ?? admit(host) {
                refused[host] = until
                entries[key]?.heldUntil = until
                started.held.append((key, until))
                guard until.since(now) > Self.patience else { continue }
                started.postponed += (entries[key]?.requests ?? []).map { ($0, until) }
                entries[key]?.requests = []
            } else {
                entries[key]?.isRunning = true
                entries[key]?.heldUntil = nil
                shares.take(key.account)
                started.polls.append((key, true, entries[key]?.startCause ?? .interval))
            }
        }
        return started
    }

    /// What follows from a poll.
    struct Finished {
        var next: PollPace.Next
        /// Who is to be told of the record: nobody yet, while a first fetch goes on and its next session is near.
        var requests: [MaildropRequest] = []
        var record: PollRecord
        /// Who asked while it ran, and has to wait too long for the next one.
        var postponed: [MaildropRequest] = []
    }

    /// A poll ended.
    mutating func finish(
        _ key: Key, _ result: MaildropPoller.Result, isAttended: Bool, now: Timestamp, random: Double
    ) -> Finished {
        guard var entry = entries[key] else {
            return Finished(next: PollPace.Next(at: now, cause: .request), record: result.record)
        }
        defer { entries[key] = entry }
        entry.isRunning = false
        entry.maildrop = result.maildrop
        entry.polledAt = now
        entry.floors.take(result.floors)
        entry.history.take(result, isAttended: isAttended)
        var next = pace.next(after: entry.history, entry.floors, now: now, random: random)
        if !entry.later.isEmpty {
            let floor = entry.floors.earliestOnRequest()
            next = floor.flatMap { $0.at > now ? $0 : nil } ?? PollPace.Next(at: now, cause: .request)
        }
        (entry.dueAt, entry.cause) = (next.at, next.cause)
        let record = entry.record.map { $0.followed(by: result.record) } ?? result.record
        let isNear = next.at.since(now) <= Self.patience
        let goesOn = entry.history.hasMore && isNear
        entry.record = goesOn ? record : nil
        var finished = Finished(next: next, requests: goesOn ? [] : entry.requests, record: record)
        if !isNear { finished.postponed = entry.later }
        entry.requests = (goesOn ? entry.requests : []) + (isNear ? entry.later : [])
        entry.later = []
        return finished
    }

    /// A poll did not begin: its host has no sign-in before that time. Returns who is told so.
    mutating func postpone(
        _ key: Key, _ maildrop: Maildrop, until: Timestamp, now: Timestamp
    ) -> [MaildropRequest] {
        guard var entry = entries[key] else { return [] }
        defer { entries[key] = entry }
        entry.isRunning = false
        entry.maildrop = maildrop
        entry.heldUntil = until
        entry.requests += entry.later
        entry.later = []
        guard until.since(now) > Self.patience else { return [] }
        defer { entry.requests = [] }
        return entry.requests
    }

    /// A device of the account's user is there: what is paced by when mail comes is due sooner. Returns what changed.
    mutating func attend(_ account: AccountID, now: Timestamp, random: () -> Double) -> [(
        key: Key, next: PollPace.Next
    )] {
        var changed: [(key: Key, next: PollPace.Next)] = []
        for (key, entry) in entries where key.account == account && !entry.isRunning && entry.maildrop != nil {
            guard entry.history.interval == nil, entry.history.failure == nil, !entry.history.hasMore else { continue }
            var history = entry.history
            history.isAttended = true
            var next = pace.next(after: history, entry.floors, now: entry.polledAt ?? now, random: random())
            next.at = max(next.at, now.adding(.seconds(1) * random()))
            guard next.at < entry.dueAt else { continue }
            entries[key]?.history.isAttended = true
            entries[key]?.dueAt = next.at
            entries[key]?.cause = next.cause
            changed.append((key, next))
        }
        return changed
    }

    /// Drops a maildrop that turned out not to be there; returns who waited for it.
    mutating func remove(_ key: Key) -> [MaildropRequest] {
        guard let entry = entries.removeValue(forKey: key) else { return [] }
        return entry.requests + entry.later
    }

    /// When something is due that is not running; nil when nothing is.
    var nextDue: Timestamp? { entries.values.lazy.filter { !$0.isRunning }.map(\.startsAt).min() }

    /// When each maildrop of an account is due.
    func due(of account: AccountID) -> [MaildropID: Timestamp] {
        var due: [MaildropID: Timestamp] = [:]
        for (key, entry) in entries where key.account == account { due[key.maildrop] = entry.dueAt }
        return due
    }

    /// Whether an account has maildrops of which only a hint is known.
    func hasUnread(_ account: AccountID) -> Bool {
        entries.contains { $0.key.account == account && $0.value.maildrop == nil }
    }
}
