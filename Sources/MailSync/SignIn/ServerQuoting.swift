import MailModel
import POP3

/// What of a server's words is told to the user whose maildrop it is.
///
/// Who may only poll the public Internet could point a maildrop at any service there is and read its banner in the
/// error. So for them a greeting that is none, and answers that are none, are not quoted; a POP3 server's refusals are.
enum ServerQuoting: Sendable {
    case everything
    case answersOnly

    init(_ policy: AddressPolicy) { self = policy.isRestricted ? .answersOnly : .everything }

    /// `hasGreeted`: the server's first line was a good greeting.
    func applied(to error: POP3Error, hasGreeted: Bool) -> POP3Error {
        switch self {
        case .everything:
            return error
        case .answersOnly:
            guard !hasGreeted || error.code == .malformedReply || error.code == .unexpectedData else { return error }
            var silent = error
            silent.serverText = nil
            return silent
        }
    }
}
