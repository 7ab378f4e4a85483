public import MailModel

/// Where to connect to and how the other end must identify itself.
public struct ConnectionTarget: Sendable, Hashable {
    /// When TLS begins.
    public enum Start: Sendable, Hashable {
        /// With the first octet (implicit TLS, RFC 8314 §3.3).
        case secure
        /// In plain text; ``Connection/startTLS(after:within:)`` may follow.
        case plain
    }

    /// A name or an address literal; the name that the certificate must be for.
    public var host: String
    public var port: Int
    public var start: Start
    /// SHA-256 of the only certificate that is accepted: chain, name and dates are then not asked. Nil: they are.
    public var certificatePin: [UInt8]?
    public var connectTimeout: Duration
    public var handshakeTimeout: Duration
    /// Which of the host's addresses, and which ports, may be connected to.
    public var policy: AddressPolicy

    public init(
        host: String, port: Int, start: Start, certificatePin: [UInt8]? = nil,
        connectTimeout: Duration = .seconds(30), handshakeTimeout: Duration = .seconds(30),
        policy: AddressPolicy = .unrestricted
    ) {
        self.host = host
        self.port = port
        self.start = start
        self.certificatePin = certificatePin
        self.connectTimeout = connectTimeout
        self.handshakeTimeout = handshakeTimeout
        self.policy = policy
    }
}

/// Whom a client believes about certificates.
public enum TrustRoots: Sendable, Hashable {
    /// The certificates that the system trusts.
    case system
    /// Those in a PEM file, and no others.
    case file(String)
}
