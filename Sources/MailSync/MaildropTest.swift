public import MailModel
public import MailStore
import POP3
import Transport

extension MaildropPoller {
    /// Connects, signs in and looks, and fetches nothing. What it finds, step by step, ends with the first failure.
    public func test(_ id: MaildropID, in accountID: AccountID) async -> [MaildropFinding] {
        do {
            let account = try await store.account(accountID)
            let policy = try await store.addressPolicy(of: accountID)
            let (maildrop, memory) = try await account.read { (try $0.maildrop(id), try $0.serverMemory(of: id)) }
            guard let maildrop else { throw MailStoreError.notFound("maildrop \(id)") }
            let credential = try await signIn(maildrop, account, policy).credential
            return await test(maildrop.settings, credential, policy, memory, asking: memory.asksCapabilities)
        } catch {
            return [MaildropFinding(.failure, step: "signIn", SyncFailure(error).description)]
        }
    }

    private func test(
        _ settings: MaildropSettings, _ credential: Credential, _ policy: AddressPolicy, _ memory: ServerMemory,
        asking: Bool
    ) async -> [MaildropFinding] {
        let configuration = configuration(settings, credential, memory, asking: asking)
        let clock = options.clock
        let judge = ServerJudge(memory: memory, credential: credential, now: clock())
        do {
            let test = try await connector.withConnection(
                to: ConnectionTarget(settings, policy, limits: options.limits), trace: options.trace
            ) { connection in
                let session = POP3Session(connection, configuration, quoting: ServerQuoting(policy))
                var test = MaildropTest(settings, judge, now: clock())
                await test.run(session)
                return test
            }
            guard test.needsNoCapabilities else { return test.findings }
            return await self.test(settings, credential, policy, memory, asking: false)
        } catch {
            return MaildropTest.findings(of: judge.judged(SyncFailure(error)).failure, settings)
        }
    }
}

/// What a test of a maildrop looks at once there is a connection.
struct MaildropTest {
    private(set) var findings: [MaildropFinding]
    /// The server does not bear to be asked for its capabilities: it has to be tested without.
    private(set) var needsNoCapabilities = false
    private let judge: ServerJudge
    private let settings: MaildropSettings
    private let now: Timestamp

    init(_ settings: MaildropSettings, _ judge: ServerJudge, now: Timestamp) {
        self.judge = judge
        self.settings = settings
        self.now = now
        findings = Self.reached(settings)
    }

    /// What is found when no session came about.
    static func findings(of failure: SyncFailure, _ settings: MaildropSettings) -> [MaildropFinding] {
        let name = MaildropFinding(.fine, step: "name", "The name \(settings.host) is known.")
        let complaint = { (step: String) in MaildropFinding(.failure, step: step, failure.description) }
        switch failure.kind {
        case .unknownHost: return [complaint("name")]
        case .tlsFailed, .certificateRejected, .certificateChanged, .injection:
            return Array(reached(settings)) + [complaint("tls")]
        default: return [name, complaint("connection")]
        }
    }

    private static func reached(_ settings: MaildropSettings) -> [MaildropFinding] {
        [
            MaildropFinding(.fine, step: "name", "The name \(settings.host) is known."),
            MaildropFinding(.fine, step: "connection", "Port \(settings.port) answers."),
        ]
    }

    mutating func run(_ session: POP3Session) async {
        do throws(SyncFailure) {
            try await session.signIn()
            reportSecurity(session)
            let method = session.signInMethod.map { " with \($0)" } ?? ""
            report(.fine, "signIn", "\(settings.username) is signed in\(method).")
            session.perform(.maildropSize)
            guard case .maildropSize(let size) = try await session.answer() else { return }
            reportCapabilities(session.capabilities)
            try await reportListing(session, size)
            try await session.quit()
        } catch {
            needsNoCapabilities = error.isAtCapabilities
            reportFailure(judge.judged(error).failure, session)
        }
    }

    private mutating func reportFailure(_ failure: SyncFailure, _ session: POP3Session) {
        switch failure.kind {
        case .tlsFailed, .certificateRejected, .certificateChanged, .tlsUnavailable, .injection:
            report(.failure, "tls", failure.description)
        default:
            if !findings.contains(where: { $0.step == "tls" }) { reportSecurity(session) }
            let isSignedIn = findings.contains { $0.step == "signIn" }
            report(.failure, isSignedIn ? "listing" : "signIn", failure.description)
        }
    }

    private mutating func reportSecurity(_ session: POP3Session) {
        guard let certificate = session.certificate else {
            if settings.security == .plain {
                report(
                    .warning, "tls",
                    "The connection is not protected: the password goes over the wire as it is. Use"
                        + " security tls or starttls if the server can.")
            }
            return
        }
        let text = "TLS is on; the certificate's SHA-256 is \(certificate.hexSHA256)."
        if certificate.isExpired(at: now.seconds) {
            report(.warning, "tls", text + " It has expired and is accepted because it is pinned.")
        } else if settings.certificatePin != nil {
            report(.fine, "tls", text + " It is the pinned one.")
        } else {
            report(.fine, "tls", text)
        }
    }

    private mutating func reportCapabilities(_ capabilities: Capabilities) {
        let lines = capabilities.lines
        report(.fine, "capabilities", lines.isEmpty ? "The server announces nothing." : lines.joined(separator: ", "))
        if !capabilities.pipelining {
            report(.warning, "capabilities", "No PIPELINING: a first fetch takes one round trip a message.")
        }
        if let days = capabilities.expire?.days {
            report(
                .warning, "capabilities",
                days == 0
                    ? "The server may delete messages once they are retrieved (EXPIRE 0)."
                    : "The server deletes messages after \(days) days (EXPIRE).")
        }
        if let delay = capabilities.loginDelay?.seconds, .seconds(delay) > settings.pollInterval {
            report(
                .warning, "capabilities",
                "The server wants \(delay) seconds between two sign-ins (LOGIN-DELAY): it is"
                    + " polled no more often than that.")
        }
    }

    private mutating func reportListing(_ session: POP3Session, _ size: MaildropSize) async throws(SyncFailure) {
        guard let last = MessageNumber(size.messages) else {
            report(.fine, "listing", "The maildrop is empty.")
            return
        }
        session.perform(.uniqueID(last))
        guard case .answer(.uniqueID) = try await session.next() else {
            report(
                .failure, "listing",
                "The server gives no unique-ids (UIDL): new mail can't be told from old, so it can't"
                    + " be polled.")
            return
        }
        report(.fine, "listing", "\(size.messages) messages with unique-ids, \(size.octets) octets.")
    }

    private mutating func report(_ severity: MaildropFinding.Severity, _ step: String, _ description: String) {
        findings.append(MaildropFinding(severity, step: step, description))
    }
}
