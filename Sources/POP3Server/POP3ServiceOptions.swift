public import MailModel
public import POP3
public import Transport

/// Where POP3 is served and within which limits.
public struct POP3ServiceOptions: Sendable {
    /// One port.
    public struct Port: Sendable {
        public var host: String
        /// 0 lets the system choose; `POP3Service.ports` tells which.
        public var port: Int
        /// Plain-text sign-in must be allowed only on loopback, or where the configuration says so in words.
        public var security: ServerConfiguration.Security

        public init(host: String, port: Int, security: ServerConfiguration.Security) {
            self.host = host
            self.port = port
            self.security = security
        }
    }

    public var ports: [Port]
    /// What TLS shows; needed unless every port is `.plainText`.
    public var certificate: CertificateFiles?
    public var limits: Limits.Sessions
    /// Connections at once on one port.
    public var maximumConnections: Int
    /// The same from one address. A proxy in front counts as one.
    public var connectionsPerPeer: Int
    public var trace: WireTrace?

    public init(
        ports: [Port], certificate: CertificateFiles? = nil, limits: Limits.Sessions = .init(),
        maximumConnections: Int = 1024, connectionsPerPeer: Int = 256, trace: WireTrace? = nil
    ) {
        self.ports = ports
        self.certificate = certificate
        self.limits = limits
        self.maximumConnections = maximumConnections
        self.connectionsPerPeer = connectionsPerPeer
        self.trace = trace
    }
}

extension POP3ServiceOptions {
    func listener(_ port: Port) -> ListenerOptions {
        ListenerOptions(
            host: port.host, port: port.port, start: port.security == .implicitTLS ? .secure : .plain,
            certificate: certificate, maximumConnections: maximumConnections,
            connectionsPerPeer: connectionsPerPeer, trace: trace)
    }
}
