public import MailModel

/// How a client machine is to sign in.
public struct ClientConfiguration: Sendable {
    /// How the connection is protected.
    public enum Security: Hashable, Sendable {
        /// TLS stands before the greeting.
        case implicitTLS
        /// STLS before anything secret is said; a server that offers none is a failure.
        case startTLS
        /// No protection at all: only when the maildrop says so in words.
        case plainText
    }

    public var security: Security
    public var userName: String
    public var credential: Credential
    public var limits: Limits.POP3Client

    public init(security: Security, userName: String, credential: Credential, limits: Limits.POP3Client = .init()) {
        self.security = security
        self.userName = userName
        self.credential = credential
        self.limits = limits
    }

    public init(security: Security, userName: String, password: Secret, limits: Limits.POP3Client = .init()) {
        self.init(security: security, userName: userName, credential: .password(password), limits: limits)
    }
}
