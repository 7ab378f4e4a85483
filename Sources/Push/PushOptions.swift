public import MailModel

/// How pushes are sent.
public struct PushOptions: Sendable {
    /// Requests at once, over all users, and of one user: a slow push service holds up its own users' alone.
    public var concurrentRequests = 32
    public var concurrentRequestsPerUser = 4
    /// How long changes are gathered before the first push.
    public var settle: Duration = .seconds(1)
    /// The least time between two pushes to a subscription; it doubles with each answer that says they are too many, up to
    /// `longestInterval`.
    public var interval: Duration = .seconds(10)
    public var longestInterval: Duration = .seconds(3600)
    /// How long a push service is to keep a push for a client that is away (RFC 8030 §5.2).
    public var life: Duration = .seconds(7 * 86_400)
    /// The pause after the first failure; it doubles with each, up to `longestPause`.
    public var firstPause: Duration = .seconds(30)
    public var longestPause: Duration = .seconds(6 * 3600)
    /// After how long of nothing but failures a subscription is removed.
    public var giveUpAfter: Duration = .seconds(3 * 86_400)
    /// How often a verification is tried that was certainly not delivered.
    public var verificationTries = 3
    /// How long a push service may take for everything.
    public var timeout: Duration = .seconds(30)
    /// Where whoever runs a push service finds whoever runs this (RFC 8292 §2.1): `mailto:` or `https:`; nil: nowhere.
    public var contact: String?
    /// How often subscriptions that have expired are looked for.
    public var upkeep: Duration = .seconds(600)
    public var clock: @Sendable () -> Timestamp
    public var sleeper: any Clock<Duration>
    /// A number from 0 up to 1, for jitter.
    public var random: @Sendable () -> Double

    public init(
        clock: @escaping @Sendable () -> Timestamp, sleeper: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.clock = clock
        self.sleeper = sleeper
        self.random = random
    }

    /// How long to wait after so many failures in a row.
    func pause(after failures: Int) -> Duration {
        let pause = Self.doubled(firstPause, failures - 1, upTo: longestPause)
        return pause + pause * (random() * 0.2)
    }

    /// The least time between two pushes after a push service has so often said that they are too many.
    func interval(slowness: Int) -> Duration { Self.doubled(interval, slowness, upTo: longestInterval) }

    private static func doubled(_ duration: Duration, _ times: Int, upTo longest: Duration) -> Duration {
        var result = duration
        for _ in 0..<max(0, min(times, 30)) { result = min(result * 2, longest) }
        return result
    }
}
