/// A POP3 server that may hold the mail of an address, or a submission server that may take it.
public struct Suggestion: Hashable, Sendable {
    /// Unprotected servers are not suggested: who wants one has to say so.
    public enum Security: String, Sendable {
        case tls, starttls
    }

    /// Where it comes from.
    public enum Source: String, CaseIterable, Sendable {
        /// A file of this machine's own folder.
        case folder
        /// The domain's own autoconfig file.
        case autoconfig
        /// The domain's SRV records (RFC 6186).
        case srv
        /// The configured central database.
        case database
        /// A name that is often right.
        case guess
    }

    public var host: String
    public var port: Int
    public var security: Security
    public var username: String
    public var source: Source
    /// The provider wants OAuth, and takes no password.
    public var wantsOAuth = false

    public init(
        host: String, port: Int, security: Security, username: String, source: Source, wantsOAuth: Bool = false
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.username = username
        self.source = source
        self.wantsOAuth = wantsOAuth
    }
}
