public import MailModel

/// How a client machine is to open its session.
public struct SMTPConfiguration: Sendable {
    /// How the connection is protected.
    public enum Security: Hashable, Sendable {
        /// TLS stands before the greeting (RFC 8314 §3.3).
        case implicitTLS
        /// STARTTLS before anything secret is said; a server that offers none is a failure.
        case startTLS
        /// No protection at all: only when the settings say so in words.
        case plainText
    }

    /// What proves to the server who we are.
    public enum Credential: Sendable {
        case password(userName: String, Secret)
        /// An OAuth 2.0 access token that is valid now.
        case accessToken(userName: String, Secret)
        /// The server takes mail from here without: nobody signs in.
        case nothing

        /// What must stay between us and the server.
        public var secret: Secret? {
            switch self {
            case .password(_, let secret), .accessToken(_, let secret): secret
            case .nothing: nil
            }
        }
    }

    public var security: Security
    public var credential: Credential
    /// Who EHLO says we are: a domain, or an address literal (RFC 5321 §4.1.3) when there is none.
    public var name = "[127.0.0.1]"
    /// The server as it is connected to: OAUTHBEARER tells it (RFC 7628 §3.1).
    public var host = ""
    public var port = 0
    public var limits: Limits.SMTPClient

    public init(security: Security, credential: Credential, limits: Limits.SMTPClient = .init()) {
        self.security = security
        self.credential = credential
        self.limits = limits
    }
}
