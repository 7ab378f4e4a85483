import POP3

extension SyncFailure {
    /// What a session's error means, with what to do about it.
    init(_ error: POP3Error) {
        let said = error.said
        switch error.code {
        case .connectionClosed:
            self.init(.connectionClosed, "The server closed the connection in the middle of the session." + said)
        case .malformedReply, .unexpectedData:
            self.init(.protocolError, "The server's answer can't be understood: \(error.message)\(said)")
        case .limitExceeded:
            self.init(.limitExceeded, error.message)
        case .refused:
            self.init(.refused, error.message + said)
        case .tlsUnavailable:
            self.init(
                .tlsUnavailable,
                error.message + " Nothing was sent without protection. Try security tls at port 995.\(said)")
        case .tlsInjection:
            self.init(.injection, error.message)
        case .credentialsRefused, .inUse, .loginDelay, .throttled, .temporaryFailure, .permanentFailure:
            self.init(refusal: error)
        case .signInUnavailable, .signInDowngraded, .serverUnproven:
            self.init(signIn: error)
        }
        cause = error.description
        responseCode = error.responseCode
    }

    /// A -ERR whose reason is known.
    private init(refusal error: POP3Error) {
        let said = error.said
        switch error.code {
        case .inUse:
            self.init(
                .inUse,
                "Another session holds the maildrop; name and password are right. It is tried again shortly: if this"
                    + " goes on, find the other program that polls it.\(said)")
        case .loginDelay:
            self.init(
                .loginDelay, "The server wants more time between two sign-ins: set a longer poll interval.\(said)")
        case .throttled:
            self.init(
                .throttled,
                "The server has had enough of us for a while: it is left alone. If this comes back, set a longer poll"
                    + " interval.\(said)")
        case .temporaryFailure:
            self.init(
                .serverTemporary, "The server has a trouble that should pass by itself: nothing is to be done.\(said)")
        case .permanentFailure:
            self.init(
                .serverPermanent,
                "The server has a trouble that does not pass by itself: see to it with the provider, or in the"
                    + " account's settings there.\(said)")
        default:
            self.init(
                .authenticationFailed,
                "The server refused user name or password: check both, and set the password again. Some providers want"
                    + " an app password, or POP3 switched on in their settings.\(said)")
        }
    }

    /// No way to sign in that is safe.
    private init(signIn error: POP3Error) {
        let accept = " If the provider changed this on purpose, set the maildrop's password again to accept it."
        switch error.code {
        case .signInDowngraded:
            self.init(
                .signInDowngraded,
                error.message + " Nothing was sent: somebody may be in between." + accept)
        case .serverUnproven:
            self.init(
                .serverUnproven,
                error.message + " Somebody may be in between, and no mail was fetched. If the server is known to be"
                    + " right, set the maildrop's sign-in to password.")
        default:
            self.init(.signInUnavailable, error.message + error.said)
        }
    }
}

extension POP3Error {
    /// The server's words, to be put behind a sentence.
    fileprivate var said: String {
        guard let serverText, !serverText.isEmpty else { return "" }
        return " The server says: \(serverText)" + (serverText.hasSuffix(".") ? "" : ".")
    }
}
