public import MailModel
import Synchronization

/// How a sign-in ended.
public enum SignInResult: Sendable {
    case signedIn(Principal)
    /// Wrong; hold the answer back this long, so that guessing is slow.
    case failed(delay: Duration)
    /// Too many failures from this address: nothing was looked at.
    case refused(retryAfter: Duration)
}

/// The one throttle that every way in shares.
final class SignInGuard: Sendable {
    private let throttle: Mutex<SignInThrottle>

    init(limits: Limits.SignIn) { throttle = Mutex(SignInThrottle(limits: limits)) }

    func verdict(address: String, at now: Timestamp) -> SignInThrottle.Verdict {
        throttle.withLock { $0.verdict(address: address, at: now) }
    }

    func failed(address: String, user: String, at now: Timestamp) -> Duration {
        throttle.withLock { $0.failed(address: address, user: user, at: now) }
    }

    func succeeded(user: String) { throttle.withLock { $0.succeeded(user: user) } }
}
