import MailModel
import MailStore

/// Which maildrop is to be polled when. A value without a clock: times come in as arguments.
struct Agenda {
    struct Key: Hashable, Sendable {
        var account: AccountID
        var maildrop: MaildropID
    }

    private struct Entry {
        var dueAt: Timestamp
        /// Polls in a row that failed.
        var failures = 0
        var isRunning = false
        /// The settings as last seen; nil while only the hint of an earlier process is known.
        var maildrop: Maildrop?
        /// Who waits for the poll that runs, or runs next.
        var requests: [MaildropRequest] = []
        /// Requests that came while a poll was running: they get one of their own.
        var later: [MaildropRequest] = []
    }

    private var entries: [Key: Entry] = [:]

    /// A maildrop whose due time an earlier process left behind.
    mutating func add(_ key: Key, dueAt: Timestamp) {
        if entries[key] == nil { entries[key] = Entry(dueAt: dueAt) }
    }

    /// Takes in an account's enabled maildrops as they are now. New ones, and ones whose settings changed, are due at once.
    /// Returns those that are gone.
    mutating func update(_ account: AccountID, _ maildrops: [Maildrop], now: Timestamp) -> [Key] {
        for maildrop in maildrops {
            let key = Key(account: account, maildrop: maildrop.id)
            var entry = entries[key] ?? Entry(dueAt: now)
            if let known = entry.maildrop {
                // The password does not show: what fails may have been mended.
                if known != maildrop || entry.failures > 0 {
                    entry.dueAt = now
                    entry.failures = 0
                }
            }
            entry.maildrop = maildrop
            entries[key] = entry
        }
        let ids = Set(maildrops.map(\.id))
        let gone = entries.keys.filter { $0.account == account && !ids.contains($0.maildrop) }
        for key in gone { entries[key] = nil }
        return Array(gone)
    }

    /// Somebody wants a poll now.
    mutating func request(_ request: MaildropRequest, now: Timestamp) {
        let key = Key(account: request.account, maildrop: request.maildrop)
        var entry = entries[key] ?? Entry(dueAt: now)
        if entry.isRunning {
            entry.later.append(request)
        } else {
            entry.dueAt = now
            entry.requests.append(request)
        }
        entries[key] = entry
    }

    /// Takes up to `room` maildrops that are due and marks them as running; those that are due longest first.
    mutating func start(_ room: Int, now: Timestamp) -> [Key] {
        guard room > 0 else { return [] }
        let due = entries.filter { !$0.value.isRunning && $0.value.dueAt <= now }
            .sorted {
                ($0.value.requests.isEmpty ? 1 : 0, $0.value.dueAt) < (
                    $1.value.requests.isEmpty ? 1 : 0, $1.value.dueAt
                )
            }
            .prefix(room).map(\.key)
        for key in due { entries[key]?.isRunning = true }
        return due
    }

    /// A poll ended. Returns who waited for it, and how many in a row have failed.
    mutating func finish(_ key: Key, failed: Bool) -> (requests: [MaildropRequest], failures: Int) {
        guard var entry = entries[key] else { return ([], 0) }
        let requests = entry.requests
        entry.requests = []
        entry.isRunning = false
        entry.failures = failed ? entry.failures + 1 : 0
        entries[key] = entry
        return (requests, entry.failures)
    }

    /// Sets the next poll of a maildrop that has been polled; one that somebody asked for meanwhile is due at once.
    mutating func schedule(_ key: Key, at next: Timestamp, now: Timestamp) -> Timestamp {
        guard var entry = entries[key] else { return next }
        entry.dueAt = entry.later.isEmpty ? next : now
        entry.requests += entry.later
        entry.later = []
        entries[key] = entry
        return entry.dueAt
    }

    /// Drops a maildrop that turned out not to be there; returns who waited for it.
    mutating func remove(_ key: Key) -> [MaildropRequest] {
        guard let entry = entries.removeValue(forKey: key) else { return [] }
        return entry.requests + entry.later
    }

    /// When something is due that is not running; nil when nothing is.
    var nextDue: Timestamp? { entries.values.lazy.filter { !$0.isRunning }.map(\.dueAt).min() }

    /// When each maildrop of an account is due.
    func due(of account: AccountID) -> [MaildropID: Timestamp] {
        var due: [MaildropID: Timestamp] = [:]
        for (key, entry) in entries where key.account == account { due[key.maildrop] = entry.dueAt }
        return due
    }
}
