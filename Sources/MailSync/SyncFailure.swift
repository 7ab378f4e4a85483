import MailStore
import POP3
import Transport

/// Why a poll did not succeed: a word for programs, a sentence for people, and when to try again.
struct SyncFailure: Error, Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        case unknownHost
        case connectionRefused
        case unreachable
        case timeout
        case connectionClosed
        case tlsFailed
        case certificateRejected
        case tlsUnavailable
        case injection
        case missingPassword
        case signInUnavailable
        case authenticationFailed
        case inUse
        case loginDelay
        case serverTemporary
        case serverPermanent
        case refused
        case protocolError
        case limitExceeded
        case noUniqueIDs
        case listingMismatch
        case storage
        case interrupted
    }

    /// How long to wait before the next try.
    enum Retry: Sendable, Equatable {
        /// As usual after a failure: longer each time.
        case backOff
        /// What went wrong is out of the way for the next poll.
        case soon
        /// Not before this time has passed.
        case notBefore(Duration)
    }

    var kind: Kind
    var description: String
    var retry: Retry = .backOff
    /// For the log: what lies beneath.
    var cause: String?

    init(_ kind: Kind, _ description: String, retry: Retry = .backOff, cause: String? = nil) {
        self.kind = kind
        self.description = description
        self.retry = retry
        self.cause = cause
    }
}

extension SyncFailure {
    init(_ error: TransportError) {
        self.init(Self.kind(of: error.code), error.message, cause: error.cause)
    }

    private static func kind(of code: TransportError.Code) -> Kind {
        switch code {
        case .unknownHost: .unknownHost
        case .refused: .connectionRefused
        case .unreachable: .unreachable
        case .connectTimeout, .timeout: .timeout
        case .handshakeTimeout, .handshake: .tlsFailed
        case .certificateExpired, .certificateNotYetValid, .certificateWrongName, .certificateSelfSigned,
            .certificateUnknownIssuer, .certificatePin:
            .certificateRejected
        case .injection: .injection
        case .lost: .connectionClosed
        case .cancelled: .interrupted
        case .bind, .certificateFiles: .tlsFailed
        }
    }

    init(_ error: POP3Error) {
        let said =
            error.serverText.map { $0.isEmpty ? "" : " The server says: \($0)" + ($0.hasSuffix(".") ? "" : ".") } ?? ""
        switch error.code {
        case .connectionClosed:
            self.init(.connectionClosed, "The server closed the connection in the middle of the session.")
        case .malformedReply, .unexpectedData:
            self.init(.protocolError, "The server's answer can't be understood: \(error.message)\(said)")
        case .limitExceeded:
            self.init(.limitExceeded, error.message)
        case .refused:
            self.init(.refused, error.message + said)
        case .credentialsRefused:
            self.init(
                .authenticationFailed,
                "The server refused user name or password: check both. If they are right, it may refuse because it was"
                    + " asked too often, or want an app password.\(said)", retry: .notBefore(.seconds(300)))
        case .inUse:
            self.init(
                .inUse, "Another session holds the maildrop; name and password are right.\(said)",
                retry: .notBefore(.seconds(60)))
        case .loginDelay:
            self.init(
                .loginDelay, "The server wants more time between two sign-ins; poll less often.\(said)",
                retry: .notBefore(.seconds(60)))
        case .temporaryFailure:
            self.init(.serverTemporary, "The server has a trouble that should pass by itself.\(said)")
        case .permanentFailure:
            self.init(
                .serverPermanent, "The server has a trouble that its operator must mend.\(said)",
                retry: .notBefore(.seconds(900)))
        case .tlsUnavailable:
            self.init(
                .tlsUnavailable,
                error.message
                    + " Nothing was sent without protection. Try security tls at port 995; if it worked before,"
                    + " somebody may be in between.\(said)")
        case .tlsInjection:
            self.init(.injection, error.message)
        case .signInUnavailable:
            self.init(.signInUnavailable, error.message + said, retry: .notBefore(.seconds(900)))
        }
        cause = error.description
    }

    init(_ error: any Error) {
        switch error {
        case let known as SyncFailure: self = known
        case let transport as TransportError: self.init(transport)
        case let pop3 as POP3Error: self.init(pop3)
        case let store as MailStoreError:
            self.init(.storage, store.message, cause: store.cause.map { String(describing: $0) })
        case is CancellationError: self = .interrupted
        default:
            self.init(.storage, "Storing mail failed.", cause: String(describing: error))
        }
    }

    static let interrupted = SyncFailure(.interrupted, "The poll was ended from our side.", retry: .soon)

    /// Whether the trouble may lie with the message that was being fetched.
    var mayBeOfOneMessage: Bool {
        switch kind {
        case .timeout, .connectionClosed, .protocolError, .limitExceeded:
            true
        case .unknownHost, .connectionRefused, .unreachable, .tlsFailed, .certificateRejected, .tlsUnavailable,
            .injection, .missingPassword, .signInUnavailable, .authenticationFailed, .inUse, .loginDelay,
            .serverTemporary, .serverPermanent, .refused, .noUniqueIDs, .listingMismatch, .storage, .interrupted:
            false
        }
    }
}
