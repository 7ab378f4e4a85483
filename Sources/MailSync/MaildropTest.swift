public import MailModel
public import MailStore
import NIOCore
import POP3
import Transport

extension MaildropPoller {
    /// Looks at everything that a poll depends on, and fetches nothing: name, connection, TLS, sign-in, capabilities,
    /// commands, counts, and whether unique-ids are the same in a second session. What it finds, step by step, ends with
    /// the first failure that leaves nothing to look at.
    public func test(_ id: MaildropID, in accountID: AccountID) async -> [MaildropFinding] {
        await examine(id, in: accountID).findings
    }

    /// The same with what was seen beside the words.
    public func examine(_ id: MaildropID, in accountID: AccountID) async -> MaildropTestReport {
        do {
            let maildrop = try await store.account(accountID).read { try $0.maildrop(id) }
            guard let maildrop else { throw MailStoreError.notFound("maildrop \(id)") }
            return await examine(MaildropTrial(maildrop.settings, .kept(id)), in: accountID)
        } catch {
            return MaildropTestReport(findings: [
                MaildropFinding(.failure, step: "settings", SyncFailure(error).description)
            ])
        }
    }

    /// The same for settings that may not be saved.
    func examine(_ trial: MaildropTrial, in accountID: AccountID) async -> MaildropTestReport {
        do {
            let account = try await store.account(accountID)
            let policy = try await store.addressPolicy(of: accountID)
            let subject = try await account.read { try TrialSubject(trial, $0, now: options.clock()) }
            var report = await look(at: trial.settings, policy)
            guard !report.findings.contains(where: { $0.severity == .failure }) else { return report }
            do {
                let signIn = try await signIn(subject.maildrop, account, policy, subject.secret.get())
                let test = await test(
                    subject.maildrop, signIn, policy, subject.memory,
                    asking: subject.memory.asksCapabilities(at: options.clock()))
                report.take(test)
            } catch {
                report.findings.append(MaildropFinding(.failure, step: "signIn", SyncFailure(error).description))
            }
            return report
        } catch {
            return MaildropTestReport(findings: [
                MaildropFinding(.failure, step: "settings", SyncFailure(error).description)
            ])
        }
    }

    private func test(
        _ maildrop: Maildrop, _ signIn: SessionCredential, _ policy: AddressPolicy, _ memory: ServerMemory, asking: Bool
    ) async -> MaildropTest {
        let settings = maildrop.settings
        let configuration = configuration(settings, signIn.credential, memory, asking: asking)
        let judge = ServerJudge(memory: memory, credential: signIn.credential, now: options.clock())
        var test = MaildropTest(maildrop, signIn, judge, now: options.clock())
        test.asksCapabilities = asking
        for pass in MaildropTest.Pass.allCases {
            let before = test
            do {
                test = try await connector.withConnection(
                    to: ConnectionTarget(settings, policy, limits: options.limits), trace: options.trace
                ) { connection in
                    let session = POP3Session(connection, configuration, quoting: ServerQuoting(policy))
                    var test = before
                    await test.run(session, pass)
                    return test
                }
            } catch {
                test.fail(SyncFailure(error), pass)
            }
            if test.needsNoCapabilities, asking {
                return await self.test(maildrop, signIn, policy, memory, asking: false)
            }
            guard test.wantsAnotherSession else { break }
        }
        return test
    }
}

/// What a test begins with, from one snapshot of the account.
private struct TrialSubject: Sendable {
    var maildrop: Maildrop
    /// What earlier sessions saw, where these settings are still the same server's.
    var memory = ServerMemory()
    /// A failure is the sign-in's.
    var secret: Result<KeptSecret, any Error>

    init(_ trial: MaildropTrial, _ reader: AccountReader, now: Timestamp) throws {
        guard let id = trial.maildrop else {
            maildrop = Maildrop(
                id: MaildropID(rawValue: 0), settings: trial.settings, hasPassword: true, createdAt: now)
            secret =
                switch trial.credential {
                case .given(let password): .success(.password(password))
                case .nothing, .kept: .success(.nothing)
                }
            return
        }
        guard let saved = try reader.maildrop(id) else { throw MailStoreError.notFound("maildrop \(id)") }
        maildrop = saved
        maildrop.settings = trial.settings
        // What was given for another server meanwhile is not for this one.
        guard !trial.settings.isOtherServer(than: saved.settings) else {
            throw SyncFailure(.interrupted, "The maildrop's settings changed meanwhile: test again.")
        }
        secret = Result { try KeptSecret(reader, id) }
        memory = try reader.serverMemory(of: id)
    }
}

extension MaildropTestReport {
    fileprivate mutating func take(_ test: MaildropTest) {
        findings += test.findings
        signInMethod = test.method
        capabilities = test.capabilities
        (messages, octets) = (test.held?.messages, test.held?.octets)
    }
}

/// What a test of a maildrop looks at once there is a connection.
struct MaildropTest: Sendable {
    /// One session each.
    enum Pass: CaseIterable {
        case whole
        /// Only what the first one noted of unique-ids.
        case again
    }

    /// So many of the newest messages' unique-ids are compared between the two sessions.
    static let compared = 20

    private(set) var findings: [MaildropFinding] = []
    /// How the sign-in succeeded, what was announced then, and what the maildrop holds.
    private(set) var method: String?
    private(set) var capabilities: [String] = []
    private(set) var held: MaildropSize?
    /// The server does not bear to be asked for its capabilities: it has to be tested without.
    private(set) var needsNoCapabilities = false
    /// Whether the server may be asked for its capabilities.
    var asksCapabilities = true
    /// Unique-ids of the first session, to compare.
    private var noted: [MessageNumber: UniqueID] = [:]
    private let judge: ServerJudge
    private let maildrop: Maildrop
    private let signIn: SessionCredential
    private let now: Timestamp

    init(_ maildrop: Maildrop, _ signIn: SessionCredential, _ judge: ServerJudge, now: Timestamp) {
        self.judge = judge
        self.maildrop = maildrop
        self.signIn = signIn
        self.now = now
    }

    var wantsAnotherSession: Bool { !noted.isEmpty }

    mutating func run(_ session: POP3Session, _ pass: Pass) async {
        do throws(SyncFailure) {
            try await session.signIn()
            switch pass {
            case .whole: try await look(session)
            case .again: try await compare(session)
            }
            try await session.quit()
        } catch {
            needsNoCapabilities = error.isAtCapabilities
            if pass == .whole, session.signInMethod == nil { reportProtection(session) }
            fail(error, pass)
        }
    }

    mutating func fail(_ failure: SyncFailure, _ pass: Pass) {
        let judged = judge.judged(failure).failure.explained(for: signIn, maildrop: maildrop)
        switch pass {
        case .again:
            noted = [:]
            report(
                .warning, "stability",
                "A second session right after the first did not come about: \(judged.description)",
                advice: "Set a poll interval that is not short.")
        case .whole:
            noted = [:]
            let isSignedIn = findings.contains { $0.step == "signIn" }
            let step =
                switch judged.kind {
                case .tlsFailed, .certificateRejected, .certificateChanged, .tlsUnavailable, .injection: "tls"
                case .unknownHost, .notAllowed, .connectionRefused, .unreachable: "connection"
                default: isSignedIn ? "listing" : "signIn"
                }
            report(.failure, step, judged.description)
        }
    }

    private mutating func look(_ session: POP3Session) async throws(SyncFailure) {
        reportProtection(session)
        let settings = maildrop.settings
        method = session.signInMethod.map { "\($0)" }
        report(.fine, "signIn", "\(settings.username) is signed in\(method.map { " with \($0)" } ?? "").")
        let before = session.announced
        session.perform(.maildropSize)
        guard case .maildropSize(let size) = try await session.answer() else { return }
        held = size
        if asksCapabilities {
            // The session takes in what is announced now; NOOP's answer says that it has.
            session.perform(.capabilities)
            session.perform(.noop)
            _ = try await session.next()
        }
        reportCapabilities(before: before, after: session.capabilities)
        report(.fine, "listing", "STAT: \(size.messages) messages, \(size.octets) octets.")
        try await lookAtMessages(session, size)
    }

    private mutating func lookAtMessages(
        _ session: POP3Session, _ size: MaildropSize
    ) async throws(SyncFailure) {
        guard let last = MessageNumber(size.messages) else {
            report(
                .fine, "listing", "The maildrop is empty: UIDL, LIST and TOP are looked at when there is mail.")
            return
        }
        for number in Self.newest(of: size.messages) {
            session.perform(.uniqueID(number))
            guard case .answer(.uniqueID(let element)) = try await session.next() else {
                noted = [:]
                report(
                    .failure, "listing",
                    "The server gives no unique-ids (UIDL): new mail can't be told from old by them.",
                    advice: "Ask the provider for UIDL, or use another protocol's server of theirs.")
                return
            }
            noted[number] = element.uniqueID
        }
        report(.fine, "listing", "UIDL: each message has a unique-id.")
        session.perform(.size(last))
        if case .answer(.size) = try await session.next() {
            report(.fine, "listing", "LIST: each message has a size.")
        } else {
            report(
                .warning, "listing", "LIST of one message is refused: sizes are not known before messages are fetched.")
        }
        try await lookAtTop(session, last)
    }

    private mutating func lookAtTop(_ session: POP3Session, _ last: MessageNumber) async throws(SyncFailure) {
        session.perform(.top(last, lines: 0))
        var octets = 0
        while true {
            switch try await session.next() {
            case .messageBytes(let bytes): octets += bytes.readableBytes
            case .messageEnded:
                report(.fine, "listing", "TOP: headers come without bodies (\(octets) octets for the newest).")
                return
            case .refused:
                report(
                    .warning, "listing", "TOP is refused: messages that may be known already are fetched whole to see.")
                return
            default: continue
            }
        }
    }

    private mutating func compare(_ session: POP3Session) async throws(SyncFailure) {
        let known = noted
        noted = [:]
        var changed = 0
        for (number, uniqueID) in known.sorted(by: { $0.key.value < $1.key.value }) {
            session.perform(.uniqueID(number))
            guard case .answer(.uniqueID(let element)) = try await session.next(), element.uniqueID == uniqueID else {
                changed += 1
                continue
            }
        }
        if changed == 0 {
            report(
                .fine, "stability",
                "The unique-ids of the newest \(known.count) messages are the same in a second session.")
        } else {
            report(
                .warning, "stability",
                "\(changed) of \(known.count) messages have another unique-id, or none, in a second session.",
                advice:
                    "If nobody deleted mail just now, the server makes new ones each time: mail is then recognised by its"
                    + " headers, which costs more at every poll.")
        }
    }

    static func newest(of count: Int) -> [MessageNumber] {
        guard count > 0 else { return [] }
        return (max(1, count - compared + 1)...count).compactMap { MessageNumber($0) }
    }

    mutating func report(
        _ severity: MaildropFinding.Severity, _ step: String, _ description: String, advice: String? = nil
    ) {
        findings.append(MaildropFinding(severity, step: step, description, advice: advice))
    }
}

// What a session says about itself.
extension MaildropTest {
    private mutating func reportProtection(_ session: POP3Session) {
        guard let certificate = session.certificate else {
            guard maildrop.settings.security == .plain else { return }
            report(
                .warning, "tls", "The connection is not protected: the password goes over the wire as it is.",
                advice: "Use security tls or starttls if the server can.")
            return
        }
        let text = "The server proved who it is; the certificate's SHA-256 is \(certificate.hexSHA256)."
        if certificate.isExpired(at: now.seconds) {
            report(
                .warning, "tls", text + " It has expired and is accepted because it is pinned.",
                advice: "Pin the new one when the operator has renewed it.")
        } else if maildrop.settings.certificatePin != nil {
            report(.fine, "tls", text + " It is the pinned one.")
        } else {
            report(.fine, "tls", text)
        }
    }

    private mutating func reportCapabilities(before: Capabilities?, after: Capabilities) {
        let lines = after.lines
        capabilities = lines
        if let before, before.lines != lines {
            report(.fine, "capabilities", "Before sign-in: \(before.lines.joined(separator: ", "))")
        }
        report(
            .fine, "capabilities",
            lines.isEmpty ? "The server announces nothing." : "Announced: \(lines.joined(separator: ", "))")
        let mechanisms = (before ?? after).saslMechanisms
        let ways = mechanisms + ((before ?? after).user ? ["USER and PASS"] : [])
        if !ways.isEmpty { report(.fine, "capabilities", "Ways to sign in: \(ways.joined(separator: ", "))") }
        if !after.pipelining {
            report(
                .warning, "capabilities", "No PIPELINING: a first fetch takes one round trip a message.",
                advice: "Nothing is to be done; a first poll takes longer.")
        }
        if let days = after.expire?.days {
            report(
                .warning, "capabilities",
                days == 0
                    ? "The server may delete messages once they are retrieved (EXPIRE 0)."
                    : "The server deletes messages after \(days) days (EXPIRE).",
                advice: "Restante's copy is then the only one: back it up.")
        }
        if let delay = after.loginDelay?.seconds, .seconds(delay) > maildrop.settings.pollInterval ?? .zero {
            report(
                .warning, "capabilities", "The server wants \(delay) seconds between two sign-ins (LOGIN-DELAY).",
                advice: "It is polled no more often than that.")
        }
    }
}
