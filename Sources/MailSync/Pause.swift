import MailModel
import MailStore

/// How long until a maildrop's next poll.
struct Pause {
    /// The part of a pause that chance decides, so that maildrops of one server don't march in step.
    static let jitter = 0.1
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
            switch failure.retry {
            case .backOff:
                let backOff = failure.kind.failureClass.backOff
                let longest = max(backOff.longest ?? longestBackOff, pause)
                pause = min(backOff.first * Double(1 << min(max(failures - 1, 0), 16)), longest)
            case .soon:
                pause = max(Self.soon, loginDelay)
            }
            pause = max(pause, loginDelay)
        }
        return pause * (1 + Self.jitter * random)
    }
}
