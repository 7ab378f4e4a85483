/// Why a connection could not be made, secured or used: a code for programs, a sentence for people.
public struct TransportError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, one case for each thing that a person does something different about.
    public enum Code: String, Sendable, CaseIterable {
        /// The host's name has no address.
        case unknownHost
        /// The address policy does not allow the host's addresses, or the port, to whom the connection is for.
        case addressNotAllowed
        /// Nobody listens on that port.
        case refused
        /// No way to the host, or every attempt failed in another way.
        case unreachable
        /// The TCP connection was not there in time.
        case connectTimeout
        /// The TLS handshake did not end in time.
        case handshakeTimeout
        /// The peer sent, or took, nothing for longer than the operation allows.
        case timeout
        /// TLS could not be agreed on: the peer does not speak it, or only older than 1.2.
        case handshake
        case certificateExpired
        case certificateNotYetValid
        case certificateWrongName
        case certificateSelfSigned
        case certificateUnknownIssuer
        /// The leaf's SHA-256 is not the pinned one.
        case certificatePin
        /// Plain text came where the TLS handshake was due (RFC 2595 §4, a response injection).
        case injection
        /// The connection broke.
        case lost
        /// The task was cancelled.
        case cancelled
        /// A listener could not be opened.
        case bind
        /// Certificate or key files of a listener could not be read.
        case certificateFiles
    }

    public var code: Code
    /// A sentence that says what is wrong and, where there is something, what to do.
    public var message: String
    /// The error underneath, in its own words; for logs, not for people.
    public var cause: String?
    /// The certificate that was refused, when one was.
    public var certificate: PeerCertificate?

    public init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { message }

    /// Whether the peer's identity is in doubt: nothing may be sent to it, no retry helps before a person acts.
    public var isIdentityError: Bool {
        switch code {
        case .certificateExpired, .certificateNotYetValid, .certificateWrongName, .certificateSelfSigned,
            .certificateUnknownIssuer, .certificatePin:
            true
        case .unknownHost, .addressNotAllowed, .refused, .unreachable, .connectTimeout, .handshakeTimeout, .timeout,
            .handshake,
            .injection, .lost, .cancelled, .bind, .certificateFiles:
            false
        }
    }
}
