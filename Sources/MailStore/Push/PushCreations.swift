import MailModel
import Synchronization

/// How many push subscriptions a user has created within the hour: each makes us send something to somebody.
final class PushCreations: Sendable {
    private let times = Mutex<[UserID: [Timestamp]]>([:])

    /// Notes one more; false when there were as many as may be.
    func note(_ user: UserID, at now: Timestamp, most: Int) -> Bool {
        times.withLock { times in
            times = times.compactMapValues { all in
                let kept = all.filter { $0 <= now && now.since($0) < .seconds(3600) }
                return kept.isEmpty ? nil : kept
            }
            guard times[user, default: []].count < most else { return false }
            times[user, default: []].append(now)
            return true
        }
    }
}
