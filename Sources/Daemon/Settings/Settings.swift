public import MailModel

/// Everything that a person may configure, with its default. ``Setting/all`` says what each one is called and does.
public struct Settings: Sendable, Equatable {
    /// Absolute path of the folder that holds everything; made when it is missing.
    public var dataDirectory: String
    /// The file with the key that seals maildrop passwords; empty for `<data directory>.key` beside the folder.
    public var keyFile = ""
    /// How clients reach the HTTP listener from outside (`https://mail.example.org`); empty to trust what they connect to.
    public var publicURL = ""
    /// Addresses or networks of reverse proxies whose `X-Forwarded-…` headers are believed.
    public var trustedProxies: [String] = []
    /// Origins of web pages that may call the API from a browser.
    public var allowedOrigins: [String] = []
    public var tls = TLS()
    public var http = PlainListener(listen: ListenAddress(host: "127.0.0.1", port: 8080))
    /// HTTP/1.1 and h2 under TLS; off until it has an address.
    public var https = SecureListener(listen: .off)
    public var webClient = WebClient()
    public var pop3 = PlainListener(listen: ListenAddress(host: "127.0.0.1", port: 1110))
    /// POP3 under TLS; opened when there is a certificate.
    public var pop3s = SecureListener(listen: ListenAddress(host: "127.0.0.1", port: 1995))
    public var polling = Polling()
    public var sending = Sending()
    public var push = Push()
    public var outgoing = Outgoing()
    public var oauth = OAuth()
    public var discovery = Discovery()
    public var log = Log()
    public var limits = Limits()

    public init(dataDirectory: String) { self.dataDirectory = dataDirectory }

    /// PEM files; read again when they change.
    public struct TLS: Sendable, Equatable {
        public var certificate = ""
        public var privateKey = ""
        public var isConfigured: Bool { !certificate.isEmpty }
    }

    /// A listener that speaks in the clear (POP3 offers STLS where there is a certificate).
    public struct PlainListener: Sendable, Equatable {
        public var listen: ListenAddress
        /// Whether it may listen beyond loopback although secrets could cross the network in the clear.
        public var insecure = false
    }

    public struct SecureListener: Sendable, Equatable {
        public var listen: ListenAddress
    }

    public struct WebClient: Sendable, Equatable {
        /// Where its files are read from anew with each request; empty for those in the program.
        public var folder = ""
    }

    public struct Polling: Sendable, Equatable {
        /// How many maildrops are polled at the same time.
        public var concurrency = 8
        /// Bounds of how often a maildrop without an interval of its own is polled.
        public var shortestInterval: Duration = .seconds(60)
        public var longestInterval: Duration = .seconds(1800)
        /// Sign-ins at one host over all maildrops, in `signInWindow`.
        public var signInsPerHost = 120
        public var signInWindow: Duration = .seconds(60)
        /// What single hosts want, a rule each.
        public var hosts: [String] = []
        public var firstFetch = FirstFetch()
    }

    /// How much one session of a first fetch brings.
    public struct FirstFetch: Sendable, Equatable {
        /// Messages of the first session.
        public var newest = 200
        /// Messages and octets of those that follow.
        public var messages = 5000
        public var octets = 256 * 1024 * 1024
        /// How long a session lasts at least.
        public var shortestSession: Duration = .seconds(10)
    }

    /// How mail is handed to submission servers.
    public struct Sending: Sendable, Equatable {
        /// How many sessions at the same time.
        public var concurrency = 4
        /// Who EHLO says we are; empty for an address literal.
        public var name = ""
        /// How long after the first try no other is made.
        public var giveUpAfter: Duration = .seconds(3 * 86_400)
    }

    /// How clients are told of changes over push services.
    public struct Push: Sendable, Equatable {
        /// Where whoever runs a push service finds whoever runs this; empty for `publicURL`.
        public var contact = ""
    }

    /// Where maildrops of users who are no administrators may be, beside POP3's ports of the public Internet.
    public struct Outgoing: Sendable, Equatable {
        public var allowedNetworks: [String] = []
        public var allowedPorts: [String] = []
        /// A PEM file of certificate authorities, believed in place of the system's; empty for the system's.
        public var authorities = ""
    }

    /// Who we are to providers that want OAuth.
    public struct OAuth: Sendable, Equatable {
        public struct Client: Sendable, Equatable {
            public var clientID = ""
            public var clientSecret = ""
        }

        public var google = Client()
        public var microsoft = Client()
    }

    /// Where the settings of a domain's servers are looked for, beside the domain itself.
    public struct Discovery: Sendable, Equatable {
        /// A folder of autoconfig files, `<domain>.xml` each.
        public var folder = ""
        /// Where a central database has a file for each domain.
        public var database = ""
    }

    public struct Log: Sendable, Equatable {
        public var level = LogLevel.info
    }

    /// Where the key of this configuration lies.
    public var keyPath: String { keyFile.isEmpty ? dataDirectory + ".key" : keyFile }
}

/// How much is logged; the names are swift-log's.
public enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

/// A host and a port to listen on, or `off`.
public struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name or address literal; empty when the listener is off.
    public var host: String
    /// 0 takes any free port.
    public var port: Int

    public static let off = ListenAddress(host: "", port: 0)

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080` or `off`.
    public init?(_ text: some StringProtocol) {
        if text == "off" {
            self = .off
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    public var isOff: Bool { host.isEmpty }

    /// Whether only this machine can connect.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        return octets.count == 4 && octets[0] == 127
    }

    public var description: String {
        if isOff { return "off" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
