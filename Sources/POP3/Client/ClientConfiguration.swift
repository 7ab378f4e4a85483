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
    public var preference = SignInPreference.automatic
    /// How an earlier session with this server and credential signed in: this one must do no worse.
    public var earlier: EarlierSignIn?
    /// New for every session: at least 18 random octets as printable ASCII without commas. Nil: no SCRAM.
    public var nonce: String?
    /// What names the TLS connection, if it stands before the greeting; see also `tlsEstablished(binding:)`.
    public var channelBinding: ChannelBinding?
    /// The server as it is connected to: OAUTHBEARER tells it (RFC 7628 §3.1).
    public var host = ""
    public var port = 0
    /// False for a server that was seen to fall silent, or to hang up, at CAPA: it is not asked.
    public var asksCapabilities = true

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

/// What a user wants of the sign-in.
public enum SignInPreference: String, Hashable, Sendable, CaseIterable {
    /// The strongest way that the server announces.
    case automatic
    /// The password as it is: PLAIN, LOGIN, or USER and PASS. For servers whose stronger ways do not work.
    case password
    /// APOP.
    case apop
}

/// What is remembered of a session that signed in.
public struct EarlierSignIn: Hashable, Sendable {
    public var method: SignInMethod
    /// The mechanisms that were announced then, in upper case.
    public var announced: [String]

    public init(method: SignInMethod, announced: [String]) {
        self.method = method
        self.announced = announced
    }
}
