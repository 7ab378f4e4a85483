import MailModel
import MailStore

/// How long until a maildrop's next poll.
struct Pause {
    /// The part of a pause that chance decides, so that maildrops of one server don't march in step.
    static let jitter = 0.1
    /// The first pause after a failure; it doubles with each.
    static let firstBackOff: Duration = .seconds(60)
    /// The pause when what went wrong is out of the way.
    static let soon: Duration = .seconds(5)

    var interval: Duration
    /// What the server asks for between two sign-ins.
    var loginDelay: Duration = .zero
    var longestBackOff: Duration

    /// `failures` counts polls in a row that failed, this one included; `random` lies from 0 up to 1.
    func next(after failure: SyncFailure?, failures: Int, random: Double) -> Duration {
        var pause = max(interval, loginDelay)
        if let failure {
            let longest = max(longestBackOff, pause)
            let doubled = Self.firstBackOff * Double(1 << min(max(failures - 1, 0), 16))
            switch failure.retry {
            case .backOff: pause = min(doubled, longest)
            case .soon: pause = max(Self.soon, loginDelay)
            case .notBefore(let least): pause = min(max(doubled, least), max(longest, least))
            }
            pause = max(pause, loginDelay)
        }
        return pause * (1 + Self.jitter * random)
    }
}
