public import MailModel

/// What a test of a server found: the steps in words, and for programs what was seen.
public struct MaildropTestReport: Hashable, Sendable {
    /// A certificate as the server sent it, believed or not.
    public struct Certificate: Hashable, Sendable {
        /// SHA-256 of its DER form: what a pin names.
        public var sha256: [UInt8]
        /// Common name, or organisation, of whom it is for and of who signed it.
        public var subject: String?
        public var issuer: String?
        public var notBefore: Timestamp
        public var notAfter: Timestamp

        public init(sha256: [UInt8], subject: String?, issuer: String?, notBefore: Timestamp, notAfter: Timestamp) {
            self.sha256 = sha256
            self.subject = subject
            self.issuer = issuer
            self.notBefore = notBefore
            self.notAfter = notAfter
        }
    }

    public var findings: [MaildropFinding] = []
    /// Such as `TLS 1.3`; nil without TLS.
    public var tlsVersion: String?
    public var tlsCipher: String?
    /// The server's own first.
    public var certificates: [Certificate] = []
    /// How the sign-in succeeded; nil when it did not.
    public var signInMethod: String?
    /// What the server announced last, a line each.
    public var capabilities: [String] = []
    /// What the maildrop holds: messages, and their octets; nil when it did not come that far, or there is no maildrop.
    public var messages: Int?
    public var octets: Int?

    public init(findings: [MaildropFinding] = []) { self.findings = findings }

    /// Whether nothing keeps the settings from being used.
    public var hasSucceeded: Bool { !findings.isEmpty && !findings.contains { $0.severity == .failure } }
}
