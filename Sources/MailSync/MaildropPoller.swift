public import Logging
public import MailModel
public import MailStore
import POP3
public import Transport

/// Carries out single polls and tests of maildrops.
public struct MaildropPoller: Sendable {
    let store: MailStore
    let connector: Connector
    let options: MailSyncOptions
    let logger: Logger
    let tokens: AccessTokens
    let budgets: HostBudgets

    /// For single polls and tests without a service; `connector` decides which certificates are believed.
    public init(store: MailStore, connector: Connector, options: MailSyncOptions, logger: Logger) {
        self.store = store
        self.connector = connector
        self.options = options
        self.logger = logger
        tokens = AccessTokens(http: options.http, clock: options.clock)
        budgets = HostBudgets(options.hosts)
    }

    /// What became of a poll.
    struct Result: Sendable {
        var maildrop: Maildrop
        var record: PollRecord
        var report = PollReport()
        var session = SessionFacts()
        /// The host has no sign-in before then: nothing was done.
        var postponedUntil: Timestamp?
        /// When its mail comes, as far as that was learned.
        var rhythm = Rhythm()
        /// What keeps its next sign-in away.
        var floors = PaceFloors()
    }

    /// What a session learnt of its server.
    struct SessionFacts: Sendable {
        var capabilities: Capabilities?
        var certificate: PeerCertificate?
        /// How it signed in, and what was announced before.
        var signIn: (method: SignInMethod, announced: Capabilities)?
        var octetsRead = 0
        var octetsWritten = 0
        /// When the server let us in.
        var signedInAt: Timestamp?
    }

    /// Polls once, a disabled maildrop too. Nil when there is no such maildrop, or no such account; throws when that could not
    /// be read, which says nothing of the maildrop.
    ///
    /// The poll is in the history when this returns; the status board knows everything but when the next poll is.
    ///
    /// - Parameters:
    ///   - isAdmitted: the host's budget has been asked; else it is asked here.
    ///   - cause: why it is polled now, for the history.
    func poll(
        _ id: MaildropID, in accountID: AccountID, isAdmitted: Bool = false, cause: PollCause = .request
    ) async throws(SyncFailure) -> Result? {
        let began = options.clock()
        guard let (account, opening) = try await open(id, in: accountID, at: began) else { return nil }
        return await poll(id, in: accountID, account, opening, began, isAdmitted: isAdmitted, cause: cause)
    }

    private func open(
        _ id: MaildropID, in accountID: AccountID, at now: Timestamp
    ) async throws(SyncFailure) -> (Account, PollOpening)? {
        do {
            let account = try await store.account(accountID)
            return try await account.read { try PollOpening($0, id, now: now) }.map { (account, $0) }
        } catch let error as MailStoreError where error.code == .notFound {
            return nil
        } catch {
            throw SyncFailure(error)
        }
    }

    private func poll(
        _ id: MaildropID, in accountID: AccountID, _ account: Account, _ opening: PollOpening, _ began: Timestamp,
        isAdmitted: Bool, cause: PollCause
    ) async -> Result {
        let maildrop = opening.outset.maildrop
        var result = Result(maildrop: maildrop, record: PollRecord(beganAt: began, endedAt: began))
        result.record.cause = cause
        if !isAdmitted, let until = budgets.take(maildrop.settings.host, at: began) {
            result.postponedUntil = until
            return result
        }
        store.updateStatus(of: id, in: accountID) { $0.state = .polling }
        result.rhythm = opening.outset.rhythm
        result.floors = floors(opening.outset.memory, maildrop)
        do {
            let subject = try await subject(opening, account, at: began)
            try await sessions(subject, accountID, &result)
            if await renew(after: result, subject, accountID) {
                result.report = PollReport()
                try await admit(maildrop, accountID)
                let again = try await account.read { try PollOpening($0, id, now: began) } ?? opening
                try await sessions(try await self.subject(again, account, at: began), accountID, &result)
            }
        } catch {
            result.report.failure = SyncFailure(error)
        }
        let report = result.report
        result.record.endedAt = options.clock()
        result.record.listed = report.listed
        result.record.fetched = report.fetched
        result.record.octets = report.fetchedOctets
        result.record.error = report.failure.map { ($0.kind.rawValue, $0.description) }
        log(result, accountID)
        guard report.failure?.kind != .interrupted else { return result }
        do {
            let news = report.fetched > 0 ? result.rhythm : nil
            try await store.recordPoll(result.record, rhythm: news, of: id, in: accountID)
        } catch {
            logger.warning("A poll could not be recorded", metadata: ["maildrop": "\(id)", "error": "\(error)"])
        }
        return result
    }

    /// Polls until there is nothing more to fetch and tells how it went; nil when there is no such maildrop.
    public func pollOnce(_ id: MaildropID, in account: AccountID) async -> PollRecord? {
        let began = options.clock()
        do {
            guard var result = try await poll(id, in: account, isAdmitted: true) else { return nil }
            var record = result.record
            while result.report.failure == nil, result.report.remaining > 0 {
                guard let next = try await poll(id, in: account, isAdmitted: true) else { break }
                result = next
                record = record.followed(by: next.record)
            }
            return record
        } catch {
            return PollRecord(unread: error, beganAt: began, endedAt: options.clock())
        }
    }

    private func subject(
        _ opening: PollOpening, _ account: Account, at now: Timestamp
    ) async throws(SyncFailure) -> PollSubject {
        let outset = opening.outset
        do {
            let policy = try await store.addressPolicy(of: account.id)
            let signIn = try await signIn(outset.maildrop, account, policy, opening.secret.get())
            return PollSubject(
                account: account, maildrop: outset.maildrop, signIn: signIn, policy: policy, memory: outset.memory,
                probe: outset.probe, needsListing: outset.needsListing,
                topFailures: outset.topFailures
                    .flatMap { $0.last <= now && now.since($0.last) < HeaderProbe.pause ? $0.count : nil } ?? 0,
                rhythm: outset.rhythm)
        } catch {
            throw SyncFailure(error)
        }
    }

    /// One session, and another when the server does not bear to be asked for its capabilities (Q34). What they met is
    /// held against what earlier ones met, and remembered.
    private func sessions(_ subject: PollSubject, _ account: AccountID, _ result: inout Result) async throws {
        var memory = subject.memory
        let judge = { ServerJudge(memory: memory, credential: subject.credential, now: options.clock()) }
        do {
            let (now, isAsking) = (options.clock(), memory.asksCapabilities(at: options.clock()))
            try await session(subject, asking: isAsking, account, &result)
            if result.report.failure?.isAtCapabilities == true {
                memory.silences += 1
                memory.silentAt = now
                result.report = PollReport()
                try await admit(subject.maildrop, account)
                try await session(subject, asking: false, account, &result)
            } else if isAsking, result.session.signIn != nil {
                (memory.silences, memory.silentAt) = (0, nil)
            }
        } catch {
            result.report.failure = SyncFailure(error)
        }
        if let announced = result.session.capabilities, result.session.signIn != nil, announced.isKnown {
            memory.expiresAtQuit = announced.expire?.days == 0
        }
        if let signIn = result.session.signIn {
            memory = judge().afterSignIn(
                signIn.method, signIn.announced, certificate: result.session.certificate?.sha256)
            memory.accepted(loginDelay: result.session.capabilities?.loginDelay?.seconds, now: options.clock())
        } else if let failure = result.report.failure {
            let judged = judge().judged(failure)
            result.report.failure = judged.failure
            memory = judged.memory
            (memory.silences, memory.silentAt) = (subject.memory.silences, subject.memory.silentAt)
            noteEnough(failure, subject, account, &memory)
        }
        result.floors = floors(memory, subject.maildrop)
        result.floors.signedInAt = result.session.signedInAt
        let (final, id) = (memory, subject.maildrop.id)
        guard final != subject.memory else { return }
        try await subject.account.write { try $0.setServerMemory(final, of: id) }
    }

    private func session(
        _ subject: PollSubject, asking: Bool, _ account: AccountID, _ result: inout Result
    ) async throws {
        let settings = subject.maildrop.settings
        let configuration = configuration(settings, subject.credential, subject.memory, asking: asking)
        let id = subject.maildrop.id
        let (options, store, mayReturn) = (options, store, returning(subject))
        let (report, facts) = try await connector.withConnection(
            to: ConnectionTarget(settings, subject.policy, limits: options.limits), trace: options.trace
        ) { connection in
            let session = POP3Session(connection, configuration, quoting: ServerQuoting(subject.policy))
            let poll = Poll(session, subject, options: options, mayReturn: mayReturn) { listed, stored, pending in
                store.updateStatus(of: id, in: account) { status in
                    status.held = listed
                    status.stored = stored
                    status.pending = pending
                }
            }
            var report: PollReport
            var signedInAt: Timestamp?
            do throws(SyncFailure) {
                try await session.signIn()
                signedInAt = options.clock()
                try await poll.run()
                report = poll.report
            } catch {
                report = poll.report
                report.failure = error.explained(for: subject.signIn, maildrop: subject.maildrop)
                if error.kind == .timeout, session.octetsRead == 0 { report.failure = .neverSpoke(settings) }
            }
            var facts = session.facts
            facts.signedInAt = signedInAt
            return (report, facts)
        }
        result.report = report
        result.session = facts
        if let rhythm = report.rhythm { result.rhythm = rhythm }
    }

    func configuration(
        _ settings: MaildropSettings, _ credential: Credential, _ memory: ServerMemory, asking: Bool
    ) -> ClientConfiguration {
        var configuration = ClientConfiguration(settings, credential: credential, limits: options.limits)
        configuration.remember(memory)
        configuration.asksCapabilities = asking
        configuration.nonce = options.nonce()
        return configuration
    }

    private func log(_ result: Result, _ account: AccountID) {
        var metadata: Logger.Metadata = [
            "account": "\(account)", "maildrop": "\(result.maildrop.id)", "fetched": "\(result.report.fetched)",
            "recognised": "\(result.report.recognised)", "deleted": "\(result.report.deleted)",
            "read": "\(result.session.octetsRead)", "written": "\(result.session.octetsWritten)",
        ]
        guard let failure = result.report.failure else {
            logger.debug("Polled", metadata: metadata)
            return
        }
        metadata["error"] = "\(failure.kind.rawValue)"
        metadata["description"] = "\(failure.description)"
        if let cause = failure.cause { metadata["cause"] = "\(cause)" }
        logger.notice("A poll failed", metadata: metadata)
    }
}

extension PollRecord {
    /// Of a poll that did not begin, for its maildrop could not be read.
    init(unread failure: SyncFailure, beganAt began: Timestamp, endedAt ended: Timestamp) {
        self.init(beganAt: began, endedAt: ended, error: (failure.kind.rawValue, failure.description))
    }
}

extension SyncFailure {
    static func neverSpoke(_ settings: MaildropSettings) -> SyncFailure {
        var hint = ""
        if settings.security != .tls { hint = " A port that expects TLS at once looks like this: try security tls." }
        return SyncFailure(.timeout, "\(settings.host) accepted the connection and never spoke.\(hint)")
    }

    static let missingPassword = SyncFailure(
        .missingPassword,
        "The maildrop has no password: set one (restante maildrop set --password), or sign in with --oauth.")
}

extension Capabilities {
    /// Whether the server has told any.
    var isKnown: Bool { self != Capabilities() }
}

extension POP3Session {
    var facts: MaildropPoller.SessionFacts {
        MaildropPoller.SessionFacts(
            capabilities: capabilities, certificate: certificate,
            signIn: signInMethod.map { ($0, announced ?? Capabilities()) }, octetsRead: octetsRead,
            octetsWritten: octetsWritten)
    }
}

extension ClientConfiguration {
    init(_ settings: MaildropSettings, credential: Credential, limits: Limits.POP3Client) {
        let security: Security =
            switch settings.security {
            case .tls: .implicitTLS
            case .starttls: .startTLS
            case .plain: .plainText
            }
        self.init(security: security, userName: settings.username, credential: credential, limits: limits)
        host = settings.host
        port = settings.port
        preference =
            switch settings.signIn {
            case .automatic: .automatic
            case .password: .password
            case .apop: .apop
            }
    }
}

extension ConnectionTarget {
    init(_ settings: MaildropSettings, _ policy: AddressPolicy, limits: Limits.POP3Client) {
        self.init(
            host: settings.host, port: settings.port, start: settings.security == .tls ? .secure : .plain,
            certificatePin: settings.certificatePin, connectTimeout: limits.connect,
            handshakeTimeout: limits.tlsHandshake, policy: policy)
    }
}
