public import MailModel

/// How a POP3 session with a maildrop's server is protected.
public enum MaildropSecurity: String, CaseIterable, Sendable {
    /// TLS from the first octet (RFC 8314 §3.3), usually port 995.
    case tls
    /// STLS before anything else, and nothing without it (RFC 2595 §4), usually port 110.
    case starttls
    /// No protection: the password goes in the clear. Only when somebody wrote this word.
    case plain

    public var defaultPort: Int {
        switch self {
        case .tls: 995
        case .starttls, .plain: 110
        }
    }
}

/// How a maildrop's password is proven to its server.
public enum MaildropSignIn: String, CaseIterable, Sendable {
    /// In the strongest way that the server announces.
    case automatic
    /// As it is, in PLAIN, LOGIN, or USER and PASS: for servers whose stronger ways do not work.
    case password
    /// With APOP (RFC 1939 §7).
    case apop
}

/// One POP3 server and login that is polled into an account. The password is not in it: `sealedPassword` is read by
/// the one that polls.
public struct Maildrop: Hashable, Sendable {
    public let id: MaildropID
    public var settings: MaildropSettings
    public let hasPassword: Bool
    /// Whose OAuth sign-in it uses in place of a password: `google`, `microsoft` or another's name.
    public let signInProvider: String?
    /// A password of its own for sending.
    public var hasSubmissionPassword = false
    public let createdAt: Timestamp

    public init(
        id: MaildropID, settings: MaildropSettings, hasPassword: Bool, signInProvider: String? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.settings = settings
        self.hasPassword = hasPassword
        self.signInProvider = signInProvider
        self.createdAt = createdAt
    }
}

/// What a user may set on a maildrop, the password apart.
public struct MaildropSettings: Hashable, Sendable {
    /// For people, unique among an account's maildrops; 1 to 255 characters.
    public var name: String
    public var host: String
    public var port: Int
    public var security: MaildropSecurity
    public var username: String
    public var signIn: MaildropSignIn
    /// SHA-256 of the server's certificate (DER): when set, it alone decides whom we talk to.
    public var certificatePin: [UInt8]?
    /// Where new mail goes.
    public var mailbox: MailboxID
    /// Nil: as often as mail comes, within the configured bounds.
    public var pollInterval: Duration?
    /// Mail of the maildrop's first complete listing that is older than this arrives as read; nil: all arrives unread.
    public var markSeenOlderThan: Duration?
    public var retention: Retention
    public var vanished: VanishedMail
    public var enabled: Bool
    /// The server that its user's mail is sent with; nil: none can be sent.
    public var submission: SubmissionSettings?

    public init(
        name: String, host: String, port: Int? = nil, security: MaildropSecurity = .tls, username: String,
        signIn: MaildropSignIn = .automatic, certificatePin: [UInt8]? = nil, mailbox: MailboxID,
        pollInterval: Duration? = nil, markSeenOlderThan: Duration? = .seconds(14 * 86_400),
        retention: Retention = .keep, vanished: VanishedMail = .keep, enabled: Bool = true
    ) {
        self.name = name
        self.host = host
        self.port = port ?? security.defaultPort
        self.security = security
        self.username = username
        self.signIn = signIn
        self.certificatePin = certificatePin
        self.mailbox = mailbox
        self.pollInterval = pollInterval
        self.markSeenOlderThan = markSeenOlderThan
        self.retention = retention
        self.vanished = vanished
        self.enabled = enabled
    }
}
