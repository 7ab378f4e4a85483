public import MailModel

/// Slows down guessing: a bound of failures an address, and a delay a user that grows with each failure.
///
/// An address past its bound is refused before anything is looked up, with the right credential too. A user's delay holds
/// back only the answer to a failure, so that nobody can lock a user's devices out. IPv6 addresses count by their /64.
public struct SignInThrottle: Sendable {
    public enum Verdict: Hashable, Sendable {
        case allowed
        /// Too many failures from this address.
        case refused(retryAfter: Duration)
    }

    private struct Failures {
        var inMinute: [Timestamp] = []
        var inDay = 0
        var dayBegan: Timestamp
    }

    private struct Streak {
        var count: Int
        var last: Timestamp
    }

    /// Entries of either kind that are kept; past it the oldest go.
    static let capacity = 10_000
    static let longestDelay: Duration = .seconds(15)
    static let streakEnds: Duration = .seconds(3600)

    private let limits: Limits.SignIn
    private var addresses: [String: Failures] = [:]
    private var users: [String: Streak] = [:]

    public init(limits: Limits.SignIn = .init()) { self.limits = limits }

    /// Whether somebody at `address` may try now.
    public func verdict(address: String, at now: Timestamp) -> Verdict {
        guard let failures = addresses[Self.network(address)] else { return .allowed }
        // A clock that was set back must not make anybody wait for what is no longer to come.
        if now >= failures.dayBegan, now.since(failures.dayBegan) < .seconds(86_400),
            failures.inDay >= limits.failuresPerDay
        {
            return .refused(retryAfter: .seconds(86_400) - now.since(failures.dayBegan))
        }
        let recent = failures.inMinute.filter { $0 <= now && now.since($0) < .seconds(60) }
        guard recent.count >= limits.failuresPerMinute, let oldest = recent.first else { return .allowed }
        return .refused(retryAfter: .seconds(60) - now.since(oldest))
    }

    /// Notes a failure and tells how long to hold back its answer: nothing for a user's first, then 1, 2, 4, 8, 15 seconds.
    public mutating func failed(address: String, user: String, at now: Timestamp) -> Duration {
        note(failureFrom: Self.network(address), at: now)
        var streak = users[user] ?? Streak(count: 0, last: now)
        if now.since(streak.last) >= Self.streakEnds { streak.count = 0 }
        streak.count = min(streak.count + 1, 16)
        streak.last = now
        users[user] = streak
        if users.count > Self.capacity { forgetOldest(&users) { $0.last } }
        return streak.count < 2 ? .zero : min(.seconds(1 << (streak.count - 2)), Self.longestDelay)
    }

    /// A right credential ends the user's streak; the address keeps its count.
    public mutating func succeeded(user: String) { users[user] = nil }

    private mutating func note(failureFrom network: String, at now: Timestamp) {
        var failures = addresses[network] ?? Failures(dayBegan: now)
        if now < failures.dayBegan || now.since(failures.dayBegan) >= .seconds(86_400) {
            failures = Failures(dayBegan: now)
        }
        failures.inDay += 1
        failures.inMinute.removeAll { $0 > now || now.since($0) >= .seconds(60) }
        failures.inMinute.append(now)
        addresses[network] = failures
        if addresses.count > Self.capacity { forgetOldest(&addresses) { $0.inMinute.last ?? $0.dayBegan } }
    }

    /// Drops the older half: rare enough to cost little for each failure.
    private func forgetOldest<Entry>(_ entries: inout [String: Entry], last: (Entry) -> Timestamp) {
        let sorted = entries.sorted { last($0.value) > last($1.value) }
        entries = Dictionary(uniqueKeysWithValues: sorted.prefix(Self.capacity / 2).map { ($0.key, $0.value) })
    }

    /// The address itself, or the first four groups of an IPv6 address (one customer's network).
    static func network(_ address: String) -> String {
        guard address.contains(":") else { return address }
        let text = address.prefix { $0 != "%" }.lowercased()
        if let tail = text.split(separator: ":").last, tail.contains(".") { return String(tail) }
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        var groups = halves[0].split(separator: ":").map(String.init)
        if halves.count == 2 {
            let tail = halves[1].split(separator: ":").map(String.init)
            groups += Array(repeating: "0", count: max(0, 8 - groups.count - tail.count)) + tail
        }
        let kept = groups.prefix(4).map { group in
            let digits = group.drop { $0 == "0" }
            return digits.isEmpty ? "0" : String(digits)
        }
        return kept.joined(separator: ":") + "::/64"
    }
}
