import Logging
import MailModel
import MailStore
import NIOCore
import POP3
import ServiceLifecycle
import Transport

/// One connection from greeting to close: carries out what the server machine wants.
struct Session: Sendable {
    let store: MailStore
    let sessions: SessionRegistry
    let configuration: ServerConfiguration
    let logger: Logger

    func run(on connection: Connection) async {
        guard let ticket = sessions.enter(connection.closer) else { return }
        defer { sessions.leave(ticket) }
        var driver = SessionDriver(session: self, ticket: ticket, connection: connection)
        do {
            try await driver.run()
        } catch {
            // Time-outs, broken connections, and clients that leave without QUIT are everyday events.
            logger.debug("A POP3 session ended early", metadata: ["reason": "\(error)"])
        }
    }
}

/// The machine with what its actions need.
struct SessionDriver {
    private let session: Session
    private let ticket: SessionRegistry.Ticket
    private let connection: Connection
    private var machine: POP3ServerMachine
    private var inbox: Inbox?
    private var isAtEnd = false
    private let signInDeadline: ContinuousClock.Instant

    private var limits: Limits.Sessions { session.configuration.limits }

    init(session: Session, ticket: SessionRegistry.Ticket, connection: Connection) {
        self.session = session
        self.ticket = ticket
        self.connection = connection
        machine = POP3ServerMachine(session.configuration)
        signInDeadline = .now + session.configuration.limits.beforeSignIn
    }

    mutating func run() async throws {
        while true {
            // Whoever keeps talking without signing in is no less late than whoever is silent.
            guard isSignedIn || ContinuousClock.now < signInDeadline else { return }
            switch machine.next() {
            case .wait: guard try await receive() else { return }
            case .send(let buffer): try await connection.write(buffer, within: remainingTime)
            case .startTLS(let last):
                try await connection.startTLS(after: last, within: remainingTime)
                machine.tlsEstablished()
            case .signIn(let userName, let password): try await signIn(userName, password)
            case .retrieve(let number, _): try await give(number)
            case .update(let numbers): await update(numbers)
            case .close: return
            }
        }
    }

    /// False when the connection is at its end and the machine knows.
    private mutating func receive() async throws -> Bool {
        guard let buffer = try await connection.read(within: remainingTime) else {
            guard !isAtEnd else { return false }
            isAtEnd = true
            machine.connectionClosed()
            return true
        }
        machine.received(buffer)
        return true
    }

    /// From then on to the end, the goodbye included.
    private var isSignedIn: Bool { inbox != nil }

    private var remainingTime: Duration {
        isSignedIn ? limits.idle : max(.milliseconds(1), ContinuousClock.now.duration(to: signInDeadline))
    }
}

// Sign-in.
extension SessionDriver {
    private mutating func signIn(_ userName: String, _ password: Secret) async throws {
        // A right secret is let in whatever others at its address have done: nobody finds one by trying, and a device
        // with an old one must not lock out those beside it. Only failures are counted, slowed down and refused.
        if let principal = try await session.store.signIn(userName: userName, deviceSecret: password) {
            return await open(for: principal, userName, password)
        }
        let address = connection.peerAddress ?? ""
        switch try await session.store.signIn(userName: userName, deviceSecret: password, from: address) {
        case .refused:
            machine.signInRefused(.temporary)
        case .failed(let delay):
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
            machine.signInRefused(.credentials)
        case .signedIn(let principal):
            await open(for: principal, userName, password)
        }
    }

    private mutating func open(for principal: Principal, _ userName: String, _ password: Secret) async {
        switch session.sessions.signIn(principal, on: ticket, limit: limits.perUser) {
        case .opened: break
        case .inUse: return machine.signInRefused(.inUse)
        case .tooMany: return machine.signInRefused(.temporary)
        }
        do {
            // A credential that ended while it was looked up was told to nobody here: from now on it is.
            guard try await session.store.signIn(userName: userName, deviceSecret: password) != nil else {
                session.sessions.signOut(ticket)
                return machine.signInRefused(.credentials)
            }
            let account = try await session.store.account(principal.account, for: principal)
            let inbox = try await Inbox.open(account)
            self.inbox = inbox
            machine.signedIn(inbox.maildrop)
        } catch {
            session.sessions.signOut(ticket)
            session.logger.warning(
                "An Inbox could not be opened for POP3",
                metadata: ["user": "\(principal.user)", "error": "\(error)"])
            machine.signInRefused(.temporary)
        }
    }
}

// Messages.
extension SessionDriver {
    private mutating func give(_ number: MessageNumber) async throws {
        guard let message = await open(number) else { return machine.messageUnavailable() }
        machine.messageBegan()
        var offset = 0
        while offset < message.size, machine.wantsMoreOfMessage {
            // When this fails, half a message can't be taken back: the connection ends and the client sees it is cut.
            let octets = try message.octets(from: offset, count: session.configuration.outputOctets)
            offset += octets.count
            octets.withUnsafeBytes { machine.message($0) }
            while case .send(let buffer) = machine.next() {
                try await connection.write(buffer, within: limits.idle)
            }
        }
        machine.messageEnded()
    }

    private func open(_ number: MessageNumber) async -> OpenBlob? {
        do {
            return try await inbox?.message(number)
        } catch {
            session.logger.warning(
                "A message could not be read for POP3", metadata: ["number": "\(number)", "error": "\(error)"])
            return nil
        }
    }

    private mutating func update(_ numbers: [MessageNumber]) async {
        do {
            try await inbox?.moveToTrash(numbers)
            machine.updated()
        } catch {
            session.logger.warning("Emails could not be moved to Trash for POP3", metadata: ["error": "\(error)"])
            machine.updateFailed()
        }
    }
}
