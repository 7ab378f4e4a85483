import MailModel
import MailStore

/// When a maildrop is polled next: a pure policy, from what is known to a time and why it is that one.
///
/// Polling costs, and so does mail that waits at the provider. A poll costs as much as `patience` message-seconds of
/// waiting; it is due when the mail that should have come since the last one has waited that long altogether. With a
/// steady rate that makes the interval √(2 × patience ÷ rate), and a rate that changes with the hour is followed: a
/// pause that begins at night ends early when mornings bring mail.
struct PollPace: Sendable {
    /// Bounds of an adaptive interval; chance is within them.
    var minimum: Duration = .seconds(60)
    var maximum: Duration = .seconds(1800)
    /// The longest pause after failures, unless the interval is longer.
    var longestBackOff: Duration = .seconds(3600)

    /// The part of a pause that chance decides, so that maildrops of one server don't march in step.
    static let jitter = 0.1
    /// The pause when what went wrong is out of the way.
    static let soon: Duration = .seconds(5)
    /// Message-seconds of waiting that are worth a poll, while no device is there and while one is.
    static let patience = 50.0
    static let patienceWithDevice = 5.0
    /// With a device there, no interval is longer than this part of the longest.
    static let shareWithDevice = 6

    /// What is known of a maildrop after a poll.
    struct History: Sendable {
        /// Set by somebody; nil: adaptive.
        var interval: Duration?
        var rhythm = Rhythm()
        /// When mail came last, and how much.
        var lastNews: (at: Timestamp, messages: Int)?
        /// Polls in a row that failed, the last one included.
        var failures = 0
        var failure: SyncFailure?
        /// Part of a first fetch is still to come.
        var hasMore = false
        var isAttended = false
    }

    struct Next: Equatable, Sendable {
        var at: Timestamp
        var cause: PollCause
    }

    /// - Parameters:
    ///   - now: the end of the last poll.
    ///   - random: from 0 up to 1.
    func next(after history: History, _ floors: PaceFloors, now: Timestamp, random: Double) -> Next {
        let wanted = wanted(history, now: now, random: random)
        // A failure that is out of the way, and a first fetch, keep to what the server and its owner said, no more.
        let floor = floors.earliest()
        guard let floor, floor.at > wanted.at else { return wanted }
        return Next(at: floor.at.adding(.seconds(1) * random), cause: floor.cause)
    }

    private func wanted(_ history: History, now: Timestamp, random: Double) -> Next {
        let factor = 1 + Self.jitter * min(max(random, 0), 1)
        if let failure = history.failure {
            let pause = backOff(failure, history)
            return Next(at: now.adding(pause * factor), cause: .backOff)
        }
        if history.hasMore { return Next(at: now, cause: .backFill) }
        if let interval = history.interval { return Next(at: now.adding(interval * factor), cause: .interval) }
        let rate = ArrivalRate(history.rhythm, lastNews: history.lastNews, now: now)
        let usual = rate.pause(worth: Self.patience, atMost: maximum)
        guard history.isAttended else {
            return Next(at: now.adding(bounded(usual, maximum) * factor), cause: .rhythm)
        }
        let shorter = rate.pause(worth: Self.patienceWithDevice, atMost: maximum)
        let pause = bounded(shorter, maximum / Self.shareWithDevice)
        return Next(at: now.adding(pause * factor), cause: pause < bounded(usual, maximum) ? .device : .rhythm)
    }

    private func bounded(_ pause: Duration, _ longest: Duration) -> Duration {
        max(minimum, min(pause, longest / (1 + Self.jitter)))
    }

    private func backOff(_ failure: SyncFailure, _ history: History) -> Duration {
        guard failure.retry == .backOff else { return Self.soon }
        let backOff = failure.kind.failureClass.backOff
        let longest = max(backOff.longest ?? longestBackOff, history.interval ?? .zero)
        return min(backOff.first * Double(1 << min(max(history.failures - 1, 0), 16)), longest)
    }
}

/// What keeps sign-ins of one maildrop apart, whoever wants the next.
struct PaceFloors: Sendable, Equatable {
    /// No server is believed that wants more between two sign-ins.
    static let longest: Duration = .seconds(86_400)

    /// When the server took the last sign-in.
    var signedInAt: Timestamp?
    /// What it announced (LOGIN-DELAY).
    var loginDelay: Duration = .zero
    /// What it was found to want.
    var rest: Duration = .zero
    /// What the configuration says of its host.
    var hostRule: Duration = .zero

    /// The earliest next sign-in of our own accord; nil when nothing forbids one.
    func earliest() -> PollPace.Next? {
        latest([(rest, .serverLimit), (hostRule, .hostRule), (loginDelay, .loginDelay)])
    }

    /// The same when somebody asks for it: what was only found out is no rule.
    func earliestOnRequest() -> PollPace.Next? { latest([(hostRule, .hostRule), (loginDelay, .loginDelay)]) }

    private func latest(_ floors: [(pause: Duration, cause: PollCause)]) -> PollPace.Next? {
        guard let signedInAt, let longest = floors.max(by: { $0.pause < $1.pause }), longest.pause > .zero else {
            return nil
        }
        // A second for clocks that count whole ones.
        let pause = min(longest.pause, Self.longest) + .seconds(1)
        return PollPace.Next(at: signedInAt.adding(pause), cause: longest.cause)
    }
}
