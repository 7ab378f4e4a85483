import MailStore
import SMTP
import Transport

/// Why a try did not hand the message over.
struct SubmissionFailure: Error, Sendable {
    enum Kind: Sendable {
        /// It may go by itself.
        case temporary
        /// The sign-in was refused, or nobody has said how: a person must act, and trying often does harm.
        case signIn
        /// This message is not taken by this server, however often it is tried.
        case permanent
        /// Our process ends.
        case interrupted
    }

    var kind: Kind
    /// A sentence for people.
    var description: String
    var reply: SMTPReply?

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// `isMessages`: the session was open, and the trouble is about the message.
    init(_ error: SMTPError, isMessages: Bool) {
        reply = error.reply
        description = error.description
        kind =
            switch error.code {
            case .permanentFailure, .unsupported: isMessages ? .permanent : .temporary
            case .credentialsRefused, .signInUnavailable: .signIn
            case .connectionClosed, .malformedReply, .limitExceeded, .temporaryFailure, .tlsUnavailable, .tlsInjection:
                .temporary
            }
    }

    init(_ error: any Error) {
        switch error {
        case let known as SubmissionFailure: self = known
        case let error as SMTPError: self.init(error, isMessages: false)
        case let error as TransportError:
            self.init(error.code == .cancelled ? .interrupted : .temporary, error.message)
        case let error as MailStoreError where error.code == .badKey: self.init(.signIn, error.message)
        case let error as MailStoreError: self.init(.temporary, error.message)
        case is CancellationError: self.init(.interrupted, "The try was ended from our side.")
        default: self.init(.temporary, "The message could not be sent.")
        }
    }
}
