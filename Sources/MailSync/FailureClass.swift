/// What kind of trouble a failure is, as far as it decides what helps: time, another try, or a person.
enum FailureClass: String, Sendable, CaseIterable {
    /// No way to the server, or the line broke.
    case network
    /// The server is not, or can't prove to be, the one it should be: nothing was sent, a person must look.
    case identity
    /// Name, password or token are wrong, or there is none.
    case credential
    /// Another session holds the maildrop.
    case locked
    /// The server wants more time between two sign-ins.
    case delayed
    /// The server has had enough of us.
    case throttled
    /// A trouble of the server's that should pass by itself.
    case temporary
    /// A trouble of the server's that somebody must mend.
    case permanent
    /// What the server says makes no sense.
    case `protocol`
    /// The trouble is ours: disk, store, settings.
    case local

    /// The pause after the first failure in a row, and after many: it doubles with each.
    struct BackOff: Equatable, Sendable {
        var first: Duration
        /// Nil: as configured.
        var longest: Duration?
    }

    var backOff: BackOff {
        switch self {
        case .network, .temporary, .protocol, .local: BackOff(first: .seconds(60))
        case .locked: BackOff(first: .seconds(60), longest: .seconds(900))
        case .delayed: BackOff(first: .seconds(300), longest: .seconds(3600))
        case .throttled: BackOff(first: .seconds(300), longest: .seconds(7200))
        case .identity, .credential, .permanent: BackOff(first: .seconds(900), longest: .seconds(6 * 3600))
        }
    }
}

extension SyncFailure.Kind {
    var failureClass: FailureClass {
        switch self {
        case .unknownHost, .connectionRefused, .unreachable, .timeout, .connectionClosed: .network
        case .tlsFailed, .certificateRejected, .certificateChanged, .tlsUnavailable, .injection, .signInDowngraded,
            .serverUnproven:
            .identity
        case .missingPassword, .authenticationFailed, .signInUnavailable: .credential
        case .inUse: .locked
        case .loginDelay: .delayed
        case .throttled: .throttled
        case .serverTemporary: .temporary
        case .serverPermanent, .noUniqueIDs: .permanent
        case .refused, .protocolError, .limitExceeded, .listingMismatch: .protocol
        case .notAllowed, .storage, .interrupted: .local
        }
    }
}
