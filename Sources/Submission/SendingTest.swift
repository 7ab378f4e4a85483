import MailModel
import MailStore
import NIOCore
import SMTP
import Transport

extension MessageSender {
    /// Looks at everything that sending depends on, and sends nothing: name, connection, TLS, greeting, sign-in and what
    /// the server announces. It ends with the first failure that leaves nothing to look at.
    func answer(_ errand: TrialErrand) async {
        errand.answer(await examine(errand.question.trial, in: errand.question.account))
    }

    private func examine(_ trial: MaildropTrial, in accountID: AccountID) async -> MaildropTestReport {
        var test = SendingTest()
        guard let settings = trial.settings.submission else { return test.report }
        do {
            let policy = try await store.addressPolicy(of: accountID).forSubmission
            let target = ConnectionTarget(settings, policy, options.limits)
            guard await test.look(at: settings, target, connector, options) else { return test.report }
            let account = try await store.account(accountID)
            let credential = try await credential(trial, settings, account)
            let configuration = SMTPConfiguration(settings, credential, options)
            let facts = try await connector.withConnection(to: target, trace: options.trace) { connection in
                try await SendingTest.signIn(SMTPSession(connection, configuration))
            }
            test.take(facts, settings)
        } catch {
            test.fail(error)
        }
        return test.report
    }

    private func credential(
        _ trial: MaildropTrial, _ settings: SubmissionSettings, _ account: Account
    ) async throws -> SMTPConfiguration.Credential {
        let name = trial.settings.username
        switch settings.credential {
        case .nothing: return .nothing
        case .same:
            switch trial.credential {
            case .nothing: throw Self.noPassword
            case .given(let password): return .password(userName: name, password)
            case .kept(let id):
                let (hasProvider, password) = try await account.read { reader in
                    (try reader.unchanged(id, settings).signInProvider != nil, try reader.password(of: id))
                }
                if hasProvider {
                    return .accessToken(userName: name, try await store.accessToken(of: id, in: account.id))
                }
                guard let password else { throw Self.noPassword }
                return .password(userName: name, password)
            }
        case .own:
            let name = settings.username ?? name
            switch trial.sending {
            case .nothing: throw Self.noPassword
            case .given(let password): return .password(userName: name, password)
            case .kept(let id):
                let password = try await account.read { reader in
                    _ = try reader.unchanged(id, settings)
                    return try reader.submissionPassword(of: id)
                }
                guard let password else { throw Self.noPassword }
                return .password(userName: name, password)
            }
        }
    }

    private static let noPassword = SubmissionFailure(
        .signIn, "There is no password for the server that mail is sent with: set one.")
}

extension AccountReader {
    /// The maildrop, as long as what it has was given for this server.
    fileprivate func unchanged(_ id: MaildropID, _ settings: SubmissionSettings) throws -> Maildrop {
        guard let maildrop = try maildrop(id), !settings.isOtherServer(than: maildrop.settings.submission) else {
            throw SubmissionFailure(.signIn, "The maildrop's settings changed meanwhile: test again.")
        }
        return maildrop
    }
}

/// What a test of a submission server has found so far.
struct SendingTest {
    private(set) var report = MaildropTestReport()

    struct Facts: Sendable {
        var extensions: SMTPExtensions
        var mechanism: String?
    }

    /// Name, connection and TLS; false when there is nothing to go on with.
    mutating func look(
        at settings: SubmissionSettings, _ target: ConnectionTarget, _ connector: Connector,
        _ options: SubmissionOptions
    ) async -> Bool {
        do throws(TransportError) {
            let addresses = try await connector.addresses(of: target).map(\.description).joined(separator: ", ")
            add(.fine, "name", "\(settings.host) is at \(addresses).")
            switch settings.security {
            case .plain:
                add(
                    .warning, "tls", "The connection is not protected: the password goes over the wire as it is.",
                    advice: "Use security tls or starttls if the server can.")
            case .tls, .starttls:
                let limits = options.limits
                take(
                    try await connector.inspectTLS(of: target) { connection in
                        try await Self.askForTLS(connection, limits)
                    }, now: options.clock())
            }
            return true
        } catch {
            let step =
                switch error.code {
                case .unknownHost: "name"
                case .addressNotAllowed, .refused, .unreachable, .connectTimeout, .timeout, .lost, .cancelled, .bind,
                    .certificateFiles:
                    "connection"
                case .handshake, .handshakeTimeout, .injection, .certificateExpired, .certificateNotYetValid,
                    .certificateWrongName, .certificateSelfSigned, .certificateUnknownIssuer, .certificatePin:
                    "tls"
                }
            add(.failure, step, error.message)
            return false
        }
    }

    /// Says what has to be said before TLS (RFC 3207 §4).
    private static func askForTLS(_ connection: Connection, _ limits: Limits.SMTPClient) async throws {
        guard try await reply(connection, limits).hasPrefix("220") else { throw noSTARTTLS }
        try await connection.write(ByteBuffer(string: "EHLO [127.0.0.1]\r\n"), within: limits.answer)
        guard try await reply(connection, limits).hasPrefix("250") else { throw noSTARTTLS }
        try await connection.write(ByteBuffer(string: "STARTTLS\r\n"), within: limits.answer)
        guard try await reply(connection, limits).hasPrefix("220") else { throw noSTARTTLS }
    }

    /// A whole reply: its last line has a blank behind the code (RFC 5321 §4.2.1).
    private static func reply(_ connection: Connection, _ limits: Limits.SMTPClient) async throws -> String {
        var octets: [UInt8] = []
        while octets.count <= 8_192, let bytes = try await connection.read(within: limits.answer) {
            octets += Array(buffer: bytes)
            let lines = String(decoding: octets, as: UTF8.self).split(
                separator: "\r\n", omittingEmptySubsequences: false)
            if lines.count > 1, let last = lines.dropLast().last, last.dropFirst(3).first != "-" { break }
        }
        return String(decoding: octets.prefix(8_192), as: UTF8.self)
    }

    private static let noSTARTTLS = TransportError(
        .handshake, "The server does not offer STARTTLS at this port: try security tls at port 465.")

    private mutating func take(_ inspection: TLSInspection, now: Timestamp) {
        report.tlsVersion = inspection.version
        report.tlsCipher = inspection.cipher
        report.certificates = inspection.chain.map { certificate in
            .init(
                sha256: certificate.sha256, subject: certificate.subject, issuer: certificate.issuer,
                notBefore: Timestamp(seconds: certificate.notValidBefore),
                notAfter: Timestamp(seconds: certificate.notValidAfter))
        }
        if let version = inspection.version { add(.fine, "tls", "The server speaks \(version).") }
        if let own = inspection.chain.first, own.isExpired(at: now.seconds) {
            add(
                .warning, "tls", "The server's certificate has expired.",
                advice: "Its operator has to renew it; if that is you, do it now.")
        }
    }

    /// Signs in and says goodbye.
    static func signIn(_ session: SMTPSession) async throws -> Facts {
        while true {
            switch try await session.next() {
            case .ready(let extensions):
                let facts = Facts(extensions: extensions, mechanism: session.mechanism)
                await session.quit()
                return facts
            case .failed(let error): throw error
            case .refused, .message, .accepted, .finished, .wait, .send, .startTLS:
                throw SubmissionFailure(.temporary, "The session came out of step.")
            }
        }
    }

    mutating func take(_ facts: Facts, _ settings: SubmissionSettings) {
        if settings.security != .plain { add(.fine, "tls", "The server proved who it is.") }
        report.signInMethod = facts.mechanism
        report.capabilities = facts.extensions.words
        add(
            .fine, "signIn",
            facts.mechanism.map { "The sign-in with \($0) succeeded." } ?? "The server takes mail without a sign-in.")
        let announced = facts.extensions.words
        add(
            .fine, "capabilities",
            announced.isEmpty ? "The server announces nothing." : "Announced: \(announced.joined(separator: ", "))")
        if let size = facts.extensions.maximumSize, size > 0 {
            add(.fine, "capabilities", "A message may have \(size) octets.")
        }
    }

    mutating func fail(_ error: any Error) {
        let failure = SubmissionFailure(error)
        let isTLS =
            switch (error as? TransportError)?.code {
            case .handshake, .handshakeTimeout, .injection, .certificateExpired, .certificateNotYetValid,
                .certificateWrongName, .certificateSelfSigned, .certificateUnknownIssuer, .certificatePin:
                true
            default: false
            }
        add(.failure, isTLS ? "tls" : "signIn", failure.description)
    }

    private mutating func add(
        _ severity: MaildropFinding.Severity, _ step: String, _ description: String, advice: String? = nil
    ) {
        report.findings.append(MaildropFinding(severity, step: step, description, advice: advice))
    }
}

extension SMTPExtensions {
    /// As the server announced them.
    fileprivate var words: [String] {
        var words: [String] = []
        if startTLS { words.append("STARTTLS") }
        if pipelining { words.append("PIPELINING") }
        if eightBitMIME { words.append("8BITMIME") }
        if smtpUTF8 { words.append("SMTPUTF8") }
        if size { words.append(maximumSize.map { "SIZE \($0)" } ?? "SIZE") }
        if dsn { words.append("DSN") }
        if !mechanisms.isEmpty { words.append("AUTH " + mechanisms.joined(separator: " ")) }
        return words
    }
}

extension ConnectionTarget {
    /// A submission server.
    init(_ settings: SubmissionSettings, _ policy: AddressPolicy, _ limits: Limits.SMTPClient) {
        self.init(
            host: settings.host, port: settings.port, start: settings.security == .tls ? .secure : .plain,
            certificatePin: settings.certificatePin, connectTimeout: limits.connect,
            handshakeTimeout: limits.tlsHandshake, policy: policy)
    }
}

extension SMTPConfiguration {
    init(_ settings: SubmissionSettings, _ credential: Credential, _ options: SubmissionOptions) {
        let security: Security =
            switch settings.security {
            case .tls: .implicitTLS
            case .starttls: .startTLS
            case .plain: .plainText
            }
        self.init(security: security, credential: credential, limits: options.limits)
        name = options.name
        host = settings.host
        port = settings.port
    }
}
