public import MailModel
public import Transport

/// How messages are sent.
public struct SubmissionOptions: Sendable {
    public var limits: Limits.SMTPClient
    /// Sessions at once, over all maildrops. A maildrop never has two.
    public var concurrentSessions = 4
    /// Who EHLO says we are.
    public var name = "[127.0.0.1]"
    /// The pause after the first failure; it doubles with each, up to `longestPause`.
    public var firstPause: Duration = .seconds(60)
    public var longestPause: Duration = .seconds(3600)
    /// The pause after a refused sign-in: more of them could have the account locked.
    public var signInPause: Duration = .seconds(1800)
    /// How long after the first try no other is made (RFC 5321 §4.5.4.1).
    public var giveUpAfter: Duration = .seconds(3 * 86_400)
    /// How long the end of the service waits for answers to messages whose end was sent.
    public var patience: Duration = .seconds(3)
    /// Where sessions are written down; nil: nowhere.
    public var trace: WireTrace?
    public var clock: @Sendable () -> Timestamp
    public var sleeper: any Clock<Duration>
    /// A number from 0 up to 1, for jitter.
    public var random: @Sendable () -> Double
    /// Called at each step of a try, for tests that end the process there.
    public var reached: @Sendable (SubmissionStep) async -> Void = { _ in }

    public init(
        limits: Limits.SMTPClient = .init(), clock: @escaping @Sendable () -> Timestamp,
        sleeper: any Clock<Duration> = ContinuousClock(),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.limits = limits
        self.clock = clock
        self.sleeper = sleeper
        self.random = random
    }

    /// When to try again after `attempts` that failed.
    func pause(after attempts: Int, _ kind: SubmissionFailure.Kind) -> Duration {
        var pause = firstPause
        for _ in 1..<max(2, min(attempts, 30)) where attempts > 1 { pause = min(pause * 2, longestPause) }
        if kind == .signIn { pause = max(pause, signInPause) }
        return pause + pause * (random() * 0.2)
    }
}

/// Where a try has come to.
public enum SubmissionStep: String, Sendable, CaseIterable {
    case connected, signedIn, dataAccepted, messageSent, marked, endSent, answered, committed
}
