public import MailModel
public import OutboundHTTP
public import Transport

/// How the maildrops of a store are polled.
public struct MailSyncOptions: Sendable {
    public var limits: Limits.POP3Client
    /// Sessions at once, over all maildrops. A maildrop never has two.
    public var concurrentSessions: Int
    /// Bounds of how often a maildrop without an interval of its own is polled.
    public var shortestInterval: Duration = .seconds(60)
    public var longestInterval: Duration = .seconds(1800)
    /// The longest pause after failures, unless the poll interval is longer.
    public var longestBackOff: Duration
    /// What hosts may be asked for.
    public var hosts = HostRules()
    /// How much one session fetches.
    public var backFill = BackFill()
    /// After how long a probe is not enough and the maildrop is listed whole.
    public var fullListingInterval: Duration
    /// Where sessions are written down; nil: nowhere.
    public var trace: WireTrace?
    /// Who asks for access tokens.
    public var http: any HTTPFetcher
    /// What time it is.
    public var clock: @Sendable () -> Timestamp
    /// What pauses are slept on.
    public var sleeper: any Clock<Duration>
    /// A number from 0 up to 1, for jitter.
    public var random: @Sendable () -> Double
    /// What SCRAM makes sign-ins unrepeatable with: new at every call, printable ASCII without commas.
    public var nonce: @Sendable () -> String = {
        (0..<3).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }.joined()
    }

    public init(
        limits: Limits.POP3Client = .init(), concurrentSessions: Int = 8, longestBackOff: Duration = .seconds(3600),
        fullListingInterval: Duration = .seconds(86_400), trace: WireTrace? = nil,
        http: any HTTPFetcher = OutboundHTTP(), clock: @escaping @Sendable () -> Timestamp,
        sleeper: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.limits = limits
        self.concurrentSessions = concurrentSessions
        self.longestBackOff = longestBackOff
        self.fullListingInterval = fullListingInterval
        self.trace = trace
        self.http = http
        self.clock = clock
        self.sleeper = sleeper
        self.random = random
    }
}

extension MailSyncOptions {
    var pace: PollPace {
        PollPace(
            minimum: shortestInterval, maximum: max(longestInterval, shortestInterval), longestBackOff: longestBackOff)
    }
}
