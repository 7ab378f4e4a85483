public import MailModel

/// The server that takes the mail a maildrop's user sends (RFC 6409).
public struct SubmissionSettings: Hashable, Sendable {
    /// What signs in there.
    public enum Credential: String, CaseIterable, Sendable {
        /// The maildrop's user name with its password, or its sign-in at a provider.
        case same
        /// A user name and password of its own.
        case own
        /// Nothing: the server takes mail from here as it is.
        case nothing = "none"
    }

    public var host: String
    public var port: Int
    public var security: MaildropSecurity
    public var credential: Credential
    /// Only with a credential of its own.
    public var username: String?
    /// SHA-256 of the server's certificate (DER): when set, it alone decides whom we talk to.
    public var certificatePin: [UInt8]?

    public init(
        host: String, port: Int? = nil, security: MaildropSecurity = .tls, credential: Credential = .same,
        username: String? = nil, certificatePin: [UInt8]? = nil
    ) {
        self.host = host
        self.port = port ?? Self.defaultPort(security)
        self.security = security
        self.credential = credential
        self.username = username
        self.certificatePin = certificatePin
    }

    /// RFC 8314 §3.3 and RFC 6409 §3.1.
    public static func defaultPort(_ security: MaildropSecurity) -> Int {
        switch security {
        case .tls: 465
        case .starttls, .plain: 587
        }
    }

    /// Refuses what can be refused before any name is resolved; whoever connects asks again about the addresses.
    ///
    /// - Throws: `invalidProperty("submission")`.
    public func check(against policy: AddressPolicy) throws(MailStoreError) {
        guard let refusal = policy.forSubmission.refusal(ofHost: host, port: port) else { return }
        throw MailStoreError(.invalidProperty("submission"), refusal.sentence)
    }

    /// Whether a secret that was given for `old` would be shown to another server, or in another way.
    package func isOtherServer(than old: SubmissionSettings?) -> Bool {
        guard let old else { return true }
        return host != old.host || port != old.port || security != old.security || credential != old.credential
            || username != old.username || certificatePin != old.certificatePin
    }
}

extension MaildropRules {
    /// The settings as they are stored.
    static func checked(_ settings: SubmissionSettings) throws(MailStoreError) -> SubmissionSettings {
        var checked = settings
        do {
            checked.host = try host(settings.host)
            if let username = settings.username { try self.username(username) }
        } catch { throw invalid("submission", "submission: \(error.message)") }
        guard (1...65_535).contains(settings.port) else {
            throw invalid("submission", "submission: a port is a number from 1 to 65535, not \(settings.port).")
        }
        if let pin = settings.certificatePin, pin.count != 32 {
            throw invalid("submission", "submission: a certificate pin is a SHA-256: 32 octets.")
        }
        guard (settings.credential == .own) == (settings.username != nil) else {
            throw invalid("submission", "submission: a user name goes with the credential \"own\", and only with it.")
        }
        return checked
    }
}
