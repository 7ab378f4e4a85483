public import MailModel

/// How a server machine lets clients sign in.
public struct ServerConfiguration: Sendable {
    /// How the connection is protected, and what may be said without protection.
    public enum Security: Hashable, Sendable {
        /// TLS stands before the greeting.
        case implicitTLS
        /// STLS is offered, and there is no sign-in before it.
        case startTLS
        /// STLS is offered, and signing in without it is allowed: for loopback only.
        case startTLSOrPlainText
        /// No TLS at all: for loopback only.
        case plainText
    }

    public var security: Security
    public var limits: Limits.Sessions
    /// Refused sign-ins after which the connection is closed.
    public var signInFailures = 5
    /// Lines in a session that are no command, or that come at the wrong time, after which it is closed.
    public var badCommands = 100
    /// Octets of answers that are gathered before they are sent.
    public var outputOctets = 64 * 1024

    public init(security: Security, limits: Limits.Sessions = .init()) {
        self.security = security
        self.limits = limits
    }
}
