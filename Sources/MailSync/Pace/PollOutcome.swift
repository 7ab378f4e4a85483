import MailModel
import MailStore

// What a poll adds to what is known of its maildrop.
extension PollPace.History {
    mutating func take(_ result: MaildropPoller.Result, isAttended: Bool) {
        let report = result.report
        interval = result.maildrop.settings.pollInterval
        rhythm = result.rhythm
        failure = report.failure
        failures = report.failure == nil ? 0 : failures + 1
        hasMore = report.failure == nil && report.remaining > 0
        if let news = report.news { lastNews = news }
        self.isAttended = isAttended
    }
}

extension PaceFloors {
    /// Takes in what a poll saw; one that was not let in leaves the time of the last sign-in as it is.
    mutating func take(_ newer: PaceFloors) {
        let earlier = signedInAt
        self = newer
        signedInAt = newer.signedInAt ?? earlier
    }

    init(_ memory: ServerMemory, signedInAt: Timestamp?, hostRule: Duration) {
        self.signedInAt = signedInAt
        loginDelay = .seconds(min(memory.loginDelay ?? 0, Int(Self.longest.components.seconds)))
        rest = .seconds(memory.restFor ?? 0)
        self.hostRule = hostRule
    }
}

extension PollRecord {
    /// Both as one.
    func followed(by later: PollRecord) -> PollRecord {
        var record = later
        record.beganAt = beganAt
        record.fetched += fetched
        record.octets += octets
        return record
    }
}

// What a server seems to want between two sign-ins, learnt from those that it refused.
extension ServerMemory {
    static let shortestRest = 120
    static let longestRest = 7200
    /// A rest that is shorter is none: nothing is polled more often anyway.
    static let leastRest = 60
    /// After so long without a refusal, half of the rest is taken back.
    static let restIsTried: Duration = .seconds(86_400)

    /// The server took a sign-in.
    mutating func accepted(loginDelay: Int?, now: Timestamp) {
        self.loginDelay = loginDelay.map { min($0, Int(PaceFloors.longest.components.seconds)) }
        isRefusing = false
        guard let rest = restFor, let changed = restChangedAt, now.since(changed) >= Self.restIsTried else { return }
        restFor = rest / 2 >= Self.leastRest ? rest / 2 : nil
        restChangedAt = restFor == nil ? nil : now
    }

    /// The server refused a sign-in because there had been one too short a time ago, or too many. Further refusals of the
    /// same trouble say nothing new.
    mutating func hadEnough(sinceLast gap: Duration?, now: Timestamp) {
        guard !isRefusing else { return }
        isRefusing = true
        let seconds = gap.map { Int(min(max($0, .zero), .seconds(Self.longestRest)).components.seconds) } ?? 0
        let wanted = max((restFor ?? 0) * 2, seconds + seconds / 2, Self.shortestRest)
        restFor = min(wanted, Self.longestRest)
        restChangedAt = now
    }
}

extension MaildropSettings {
    /// Whether `old` was polled elsewhere, or under another name.
    func isOtherServer(than old: MaildropSettings) -> Bool {
        host != old.host || port != old.port || username != old.username
    }
}
