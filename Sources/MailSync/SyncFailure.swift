import MailStore
import POP3
import Transport

/// Why a poll did not succeed: a word for programs, a sentence for people, and when to try again.
struct SyncFailure: Error, Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        case unknownHost
        /// The address policy does not allow it.
        case notAllowed
        case connectionRefused
        case unreachable
        case timeout
        case connectionClosed
        case tlsFailed
        case certificateRejected
        case certificateChanged
        case tlsUnavailable
        case injection
        case missingPassword
        case signInUnavailable
        case signInDowngraded
        case serverUnproven
        case authenticationFailed
        case inUse
        case loginDelay
        case throttled
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
        /// As failures of its class: longer each time.
        case backOff
        /// What went wrong is out of the way for the next poll.
        case soon
    }

    var kind: Kind
    var description: String
    var retry: Retry = .backOff
    /// For the log: what lies beneath.
    var cause: String?
    /// What the server's code says; nil when it gave none.
    var responseCode: ResponseCode?
    /// SHA-256 of the certificate that was refused.
    var certificate: [UInt8]?
    /// The server fell silent, or hung up, when it was asked for its capabilities.
    var isAtCapabilities = false

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
        certificate = error.certificate?.sha256
    }

    private static func kind(of code: TransportError.Code) -> Kind {
        switch code {
        case .unknownHost: .unknownHost
        case .addressNotAllowed: .notAllowed
        case .refused: .connectionRefused
        case .unreachable: .unreachable
        case .connectTimeout, .timeout, .handshakeTimeout: .timeout
        case .handshake: .tlsFailed
        case .certificateExpired, .certificateNotYetValid, .certificateWrongName, .certificateSelfSigned,
            .certificateUnknownIssuer, .certificatePin:
            .certificateRejected
        case .injection: .injection
        case .lost: .connectionClosed
        case .cancelled: .interrupted
        case .bind, .certificateFiles: .tlsFailed
        }
    }

    init(_ error: any Error) {
        switch error {
        case let known as SyncFailure: self = known
        case let transport as TransportError: self.init(transport)
        case let pop3 as POP3Error: self.init(pop3)
        case let store as MailStoreError where store.code == .badKey:
            self.init(.missingPassword, store.message)
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
        case .unknownHost, .notAllowed, .connectionRefused, .unreachable, .tlsFailed, .certificateRejected,
            .certificateChanged,
            .tlsUnavailable, .injection, .missingPassword, .signInUnavailable, .signInDowngraded, .serverUnproven,
            .authenticationFailed, .inUse, .loginDelay, .throttled, .serverTemporary, .serverPermanent, .refused,
            .noUniqueIDs, .listingMismatch, .storage, .interrupted:
            false
        }
    }
}
