public import MailModel

/// Somebody wants a maildrop polled or tested now: what the service that polls is asked.
package struct MaildropWish: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case poll
        /// Connect, sign in and list, and fetch nothing.
        case test
    }

    package let account: AccountID
    package let maildrop: MaildropID
    package let kind: Kind
}

package typealias MaildropRequest = Errand<MaildropWish, MaildropAnswer>

/// What became of a request.
public enum MaildropAnswer: Hashable, Sendable {
    case polled(PollRecord)
    case tested(MaildropTestReport)
    /// The server does not allow it yet: it is carried out then.
    case postponed(until: Timestamp, PollCause)
}

extension MaildropAnswer {
    /// What to throw for an answer to another question, or for none yet.
    package var refusal: MailStoreError {
        guard case .postponed(let time, let cause) = self else {
            return MailStoreError(.closed, "It was not carried out.")
        }
        let reason =
            switch cause {
            case .loginDelay: "The server wants more time between two sign-ins (LOGIN-DELAY)"
            case .hostBudget: "The sign-ins that this host may have are used up for now (polling.signInsPerHost)"
            case .hostRule: "The configuration keeps sign-ins at this host apart (polling.hosts)"
            case .interval, .rhythm, .device, .serverLimit, .backOff, .backFill, .request:
                "The server does not allow it yet"
            }
        return MailStoreError(.tooSoon, "\(reason): try again at \(time).")
    }
}

/// One thing that a test of a maildrop found, good or bad.
public struct MaildropFinding: Hashable, Sendable {
    public enum Severity: String, Sendable {
        case fine, warning, failure
    }

    public let severity: Severity
    /// What was looked at: `settings`, `name`, `connection`, `tls`, `signIn`, `capabilities`, `listing`, `stability`.
    public let step: String
    /// What was seen.
    public let description: String
    /// What to do about it, where the description does not say so.
    public let advice: String?

    public init(_ severity: Severity, step: String, _ description: String, advice: String? = nil) {
        self.advice = advice
        self.severity = severity
        self.step = step
        self.description = description
    }
}
