import MailModel

/// How many sign-ins one host gets over all maildrops: a token bucket, so made that no window of its length ever sees
/// more than the number.
struct SignInBudget: Sendable, Equatable {
    /// Sign-ins, and in what time.
    struct Rule: Sendable, Equatable {
        var signIns: Int
        var window: Duration

        /// What may come at once; the rest of the window's is spread over it.
        var burst: Int { max(1, signIns / 4) }
        /// Between two tokens: `burst` and what a whole window brings make `signIns`.
        var spacing: Duration { window / max(1, signIns - burst + 1) }
    }

    /// At most so many times slower than the rule, however often the host had enough.
    static let mostCaution = 64
    /// How long the host must be content before it is trusted with twice as much again.
    static let calm: Duration = .seconds(86_400)

    private var rule: Rule
    private var tokens: Double
    private var countedAt: Timestamp?
    /// 1, or twice as much for every time that the host refused for having had too many.
    private(set) var caution = 1
    private var cautionChangedAt: Timestamp?

    init(_ rule: Rule) {
        self.rule = rule
        tokens = Double(rule.burst)
    }

    /// Takes a sign-in. Nil: taken; else when there is one.
    mutating func take(at now: Timestamp) -> Timestamp? {
        settle(now)
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        let wait = spacing * (1 - tokens)
        // Up to whole milliseconds, so that there is one then.
        return now.adding(wait + .milliseconds(1))
    }

    /// Whether there is a sign-in now; takes none.
    mutating func hasToken(at now: Timestamp) -> Bool {
        settle(now)
        return tokens >= 1
    }

    /// The host said that it had too many: nothing more at once, and half as many from now on.
    mutating func refused(at now: Timestamp) {
        settle(now)
        tokens = min(tokens, 0)
        caution = min(caution * 2, Self.mostCaution)
        cautionChangedAt = now
    }

    private var spacing: Duration { rule.spacing * caution }

    private mutating func settle(_ now: Timestamp) {
        if let changed = cautionChangedAt, caution > 1, now.since(changed) >= Self.calm {
            caution /= 2
            cautionChangedAt = now
        }
        guard let countedAt else {
            self.countedAt = now
            return
        }
        // A clock that was set back: no tokens for the time that was counted already.
        guard now > countedAt else { return }
        tokens = min(Double(rule.burst), tokens + now.since(countedAt) / spacing)
        self.countedAt = now
    }
}
