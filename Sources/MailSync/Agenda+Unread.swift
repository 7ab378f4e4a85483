import MailModel
import MailStore

extension Agenda {
    /// A maildrop could not be read: it stays, and is tried again as after other failures. Returns when, and who waited.
    mutating func finish(
        _ key: Key, unread failure: SyncFailure, now: Timestamp, random: Double
    ) -> (next: PollPace.Next, requests: [MaildropRequest]) {
        guard var entry = entries[key] else { return (PollPace.Next(at: now, cause: .request), []) }
        entry.isRunning = false
        entry.history.failures += 1
        entry.history.failure = failure
        let next = pace.next(after: entry.history, entry.floors, now: now, random: random)
        (entry.dueAt, entry.cause) = (next.at, next.cause)
        let requests = entry.requests + entry.later
        (entry.requests, entry.later) = ([], [])
        entries[key] = entry
        return (next, requests)
    }
}
