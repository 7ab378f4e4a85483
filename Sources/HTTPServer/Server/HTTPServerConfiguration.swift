public import MailModel

/// How the server listens and what it believes.
public struct HTTPServerConfiguration: Sendable {
    /// One address to listen on.
    public struct Listener: Hashable, Sendable {
        public var host: String
        /// Zero takes any free port; `HTTPServer.addresses` tells which.
        public var port: Int
        /// With them the listener speaks TLS, HTTP/1.1 or h2; without, HTTP/1.1 in the clear.
        public var certificate: CertificateFiles?

        public init(host: String = "127.0.0.1", port: Int = 8080, certificate: CertificateFiles? = nil) {
            self.host = host
            self.port = port
            self.certificate = certificate
        }
    }

    /// How long a connection may do nothing, or too little.
    public struct Times: Hashable, Sendable {
        /// Between requests, within a request's head, and between two pieces of its body.
        public var idle: Duration = .seconds(60)
        public var tlsHandshake: Duration = .seconds(30)
        /// How long a request that was answered already may go on sending its body.
        public var linger: Duration = .seconds(5)
        /// How long an answer may wait for a reader that takes nothing.
        public var stall: Duration = .seconds(60)
        /// How often certificate files are looked at, at most.
        public var certificateCheck: Duration = .seconds(5)
        /// How long requests that are under way when the server stops may go on.
        public var shutdown: Duration = .seconds(4)
        /// How long an event source that was ended may take to end by itself.
        public var eventSourceEnd: Duration = .milliseconds(500)
        /// How long a ticket for an event source is good.
        public var ticket: Duration = .seconds(30)
        /// How often sessions that have expired are looked for.
        public var sessionUpkeep: Duration = .seconds(60)
        public init() {}
    }

    /// What bounds a listener's connections and heads of requests.
    public struct Bounds: Hashable, Sendable {
        public var connections = 4096
        public var connectionsPerAddress = 1024
        /// Octets of one header field, of all, and how many there may be (HTTP/1.1; h2 has 16 KiB for all of them).
        public var headerField = 8 * 1024
        public var headerList = 64 * 1024
        public var headerFields = 100
        /// Failed sign-ins whose answers are held back at once; past it failures are answered without delay.
        public var heldAnswers = 256
        public init() {}
    }

    public var listeners: [Listener]
    /// Where clients reach us from outside, if that is not where they connect to.
    public var publicURL: BaseURL?
    public var trustedProxies = TrustedProxies()
    public var allowedOrigins = AllowedOrigins()
    /// A folder that the web client's files are read from anew with each request; empty for those in the program.
    public var webClientFolder = ""
    public var limits = Limits()
    public var times = Times()
    public var bounds = Bounds()

    public init(listeners: [Listener] = [Listener()]) { self.listeners = listeners }
}
