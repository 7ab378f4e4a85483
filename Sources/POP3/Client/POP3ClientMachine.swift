import MailModel
public import NIOCore
import SASL

/// The client's end of a POP3 session, without a socket or a clock.
///
/// The owner tells what happens (`received`, `tlsEstablished`, `connectionClosed`), gives orders at any time, and after
/// each event calls `next()` until it says `.wait`. Actions must be carried out in the order given; a message's octets
/// are handed out as they come, so that pressure on the connection is the owner's: no read, no more octets.
///
/// The way to the first order (RFC 1939 §4, RFC 2449 §5, RFC 2595 §4, RFC 5034 §4):
/// 1. The greeting, then CAPA; -ERR to CAPA just means that nothing is announced.
/// 2. With `.startTLS`: STLS, TLS, and CAPA once more, since nothing said before TLS counts. Plain text behind the
///    +OK to STLS is an injection and ends the session.
/// 3. The strongest way to sign in that the server announces and the configuration allows (``SignInPreference``), and
///    after a refusal the next, if that is safe. The last refusal keeps its response code.
/// 4. CAPA again only when the first one gives a reason to: PIPELINING, UIDL or TOP not announced, or EXPIRE or
///    LOGIN-DELAY announced as depending on the user. Capabilities announced before sign-in hold after it (RFC 2449 §5),
///    and an idle poll should cost no answer that is known already. The order `.capabilities` asks whenever one likes.
///
/// With PIPELINING, orders are sent while earlier ones are unanswered, as far as `Limits.POP3Client.windowMessages` and
/// `windowOctets` allow; else one by one.
public struct POP3ClientMachine: Sendable {
    private enum State: Sendable {
        case greeting
        /// CAPA was sent, before sign-in.
        case askingCapabilities(CapabilitiesReader?)
        case askingForTLS
        case handshaking
        indirect case signingIn(SignIn)
        case transaction(ClientSession)
        case ended
    }

    private struct SignIn: Sendable {
        var plan: SignInPlan
        var attempt: SignInAttempt
        var attempts = 1
        /// Why the attempt before this one failed.
        var refusal: POP3Error?
        var capabilities: Capabilities?
    }

    private let configuration: ClientConfiguration
    private var state = State.greeting
    private var isSecure: Bool
    private var binding: ChannelBinding?
    private var apop: ApopDigest?
    /// How the session signed in; nil until it has.
    public private(set) var signInMethod: SignInMethod?
    private var input = ByteBuffer()
    private var lines: LineDecoder
    private var isClosed = false
    /// What the server was told in confidence.
    private var confided = Confided()
    private var orders = CircularBuffer<ClientOrder>()
    /// The TLS handshake has just ended: CAPA is due again.
    private var isFreshlySecured = false
    /// Actions that one step found beside the one it returned.
    private var pending = CircularBuffer<ClientAction>()

    public init(_ configuration: ClientConfiguration) {
        self.configuration = configuration
        isSecure = configuration.security == .implicitTLS
        binding = configuration.channelBinding
        lines = LineDecoder(limit: configuration.limits.replyLine)
        let secret = configuration.credential.secret
        confided.add(secret.withBytes { $0 })
        // What a server may make of it, whichever way it was told.
        confided.add(secret.withBytes { Base64.encode($0) })
        confided.add(Base64.encode(PlainCredentials(userName: configuration.userName, password: secret).message))
    }

    /// What the connection waits for now.
    public var expectation: ClientExpectation {
        switch state {
        case .greeting, .askingCapabilities, .askingForTLS: .signIn
        case .signingIn(let signIn): signIn.attempt.awaitsVerdict ? .verdict : .signIn
        case .handshaking: .tlsHandshake
        case .transaction(let session): session.expectation
        case .ended: .order
        }
    }

    /// Whether CAPA was asked for the first time and nothing at all came back yet: some servers never answer it.
    public var awaitsFirstCapabilities: Bool {
        if case .askingCapabilities(nil) = state { input.readableBytes == 0 } else { false }
    }

    /// Orders that were given and not yet sent. With orders of one kind in the thousands, give more when few are left.
    public var waitingOrders: Int { orders.count }

    /// Octets came in.
    public mutating func received(_ buffer: ByteBuffer) {
        if input.readableBytes == 0 {
            input = buffer
        } else {
            var joined = ByteBuffer()
            joined.reserveCapacity(input.readableBytes + buffer.readableBytes)
            joined.writeImmutableBuffer(input)
            joined.writeImmutableBuffer(buffer)
            input = joined
        }
    }

    /// The TLS handshake asked for by `.startTLS` is done; `binding` names the connection it made.
    public mutating func tlsEstablished(binding: ChannelBinding? = nil) {
        guard case .handshaking = state else { return }
        isSecure = true
        self.binding = binding
        isFreshlySecured = true
    }

    /// The other side closed the connection, or it broke.
    public mutating func connectionClosed() { isClosed = true }

    /// The next message is taken as it comes, with every dot, and is over only when nothing follows (see `silence()`): for
    /// a message whose lines were seen not to be stuffed. Nothing else may be asked for until it has ended.
    public mutating func keepDots() {
        guard case .transaction(var session) = state else { return }
        state = .ended
        session.keepDots()
        state = .transaction(session)
    }

    /// Whether the message that ended last had a line of one dot that was not its end: the server stuffs nothing.
    public var sawLoneDot: Bool {
        if case .transaction(let session) = state { session.sawLoneDot } else { false }
    }

    /// Nothing came for a while. When what was received of a message may be all of it, the machine asks.
    public mutating func silence() {
        guard case .transaction(var session) = state else { return }
        state = .ended
        if let question = session.askWhetherEnded() { pending.append(.send(question)) }
        state = .transaction(session)
    }

    /// Has `order` carried out after all orders given before. Orders may be given before the sign-in is done; after
    /// `.quit`, and once the session is over, they have no effect.
    public mutating func perform(_ order: ClientOrder) {
        if case .ended = state { return }
        orders.append(order)
    }

    /// What to do next. Call again until it is `.wait`.
    public mutating func next() -> ClientAction {
        do {
            while true {
                if let action = pending.popFirst() { return action }
                guard try step() else { return .wait }
            }
        } catch {
            end()
            return .failed(error.withoutEcho(of: confided))
        }
    }

    private mutating func end() {
        state = .ended
        orders.removeAll()
        pending.removeAll()
        input = ByteBuffer()
    }

    /// Sends a line of the sign-in, which the server must not repeat to others.
    private mutating func say(_ bytes: ByteBuffer) {
        confided.add(lines: bytes.readableBytesView)
        pending.append(.send(bytes))
    }

    private mutating func send(_ command: Command) {
        var output = ByteBuffer()
        command.write(to: &output)
        pending.append(.send(output))
    }
}

// One step of the session.
extension POP3ClientMachine {
    /// Goes on as far as the next action; false when an event is needed first.
    private mutating func step() throws(POP3Error) -> Bool {
        switch state {
        case .ended:
            return false
        case .transaction(let session):
            state = .ended
            return try transact(consume session)
        case .handshaking:
            if isFreshlySecured {
                isFreshlySecured = false
                try askCapabilities()
                return true
            }
            guard input.readableBytes == 0 else { throw Self.injection }
            try throwIfClosed()
            return false
        case .greeting, .askingCapabilities, .askingForTLS, .signingIn:
            guard let line = try lines.nextLine(from: &input) else {
                try throwIfClosed()
                return false
            }
            try advance(with: line)
            return true
        }
    }

    private func throwIfClosed() throws(POP3Error) {
        guard isClosed else { return }
        // A server that hangs up after a refused sign-in has said why before.
        if case .signingIn(let signIn) = state, let refusal = signIn.refusal { throw refusal }
        throw POP3Error(code: .connectionClosed, message: "The server closed the connection.")
    }

    private mutating func transact(_ session: consuming ClientSession) throws(POP3Error) -> Bool {
        if let output = session.commands(from: &orders) {
            state = .transaction(session)
            pending.append(.send(output))
            return true
        }
        guard let action = try session.read(&input, &lines) else {
            // The answer to a question of the session's own makes room for orders.
            let output = session.commands(from: &orders)
            if output == nil { try throwIfClosed() }
            state = .transaction(session)
            if let output { pending.append(.send(output)) }
            return output != nil
        }
        switch action {
        case .finished, .refused(.quit, _): end()
        default: state = .transaction(session)
        }
        if case .refused(let order, let error) = action {
            pending.append(.refused(order, error.withoutEcho(of: confided)))
        } else {
            pending.append(action)
        }
        return true
    }

    private mutating func advance(with line: ByteBuffer) throws(POP3Error) {
        switch state {
        case .greeting:
            let reply = try Reply(line: line)
            guard reply.status == .positive else { throw .negative(reply, to: "the connection") }
            apop = ApopDigest(greeting: Array(reply.text.readableBytesView))
            try askCapabilities()
        case .askingCapabilities(let reader):
            try readCapabilities(line, reader)
        case .askingForTLS:
            try readTLSAnswer(Reply(line: line))
        case .signingIn(let signIn):
            try readSignInAnswer(Reply(line: line), signIn)
        case .handshaking, .transaction, .ended:
            break
        }
    }
}

// Capabilities, TLS and sign-in.
extension POP3ClientMachine {
    private static let injection = POP3Error(
        code: .tlsInjection, message: "Plain text came after the answer to STLS; somebody may have put it there.")

    /// QUIRK: a server that falls silent or hangs up at CAPA is not asked (Q34);
    /// Tests/Corpus/pop3/client/capa-not-asked.transcript
    private mutating func askCapabilities() throws(POP3Error) {
        guard configuration.asksCapabilities else { return try beginSecurity(nil) }
        send(.capabilities)
        state = .askingCapabilities(nil)
    }

    private mutating func readCapabilities(_ line: ByteBuffer, _ reader: CapabilitiesReader?) throws(POP3Error) {
        if var reader {
            guard let capabilities = try reader.read(line) else {
                state = .askingCapabilities(reader)
                return
            }
            try beginSecurity(capabilities)
        } else if try Reply(line: line).status == .positive {
            state = .askingCapabilities(CapabilitiesReader())
        } else {
            try beginSecurity(nil)
        }
    }

    private mutating func beginSecurity(_ capabilities: Capabilities?) throws(POP3Error) {
        guard configuration.security == .startTLS, !isSecure else { return try beginSignIn(capabilities) }
        // Without CAPA there is no announcement to look for: ask.
        guard capabilities?.startTLS != false else {
            throw POP3Error(code: .tlsUnavailable, message: "The server does not offer STLS.")
        }
        send(.startTLS)
        state = .askingForTLS
    }

    private mutating func readTLSAnswer(_ reply: Reply) throws(POP3Error) {
        guard reply.status == .positive else {
            throw POP3Error(
                code: .tlsUnavailable, message: "The server refused STLS.", serverText: reply.humanText,
                responseCode: reply.responseCode)
        }
        guard input.readableBytes == 0 else { throw Self.injection }
        pending.append(.startTLS)
        state = .handshaking
    }

    private mutating func beginSignIn(_ capabilities: Capabilities?) throws(POP3Error) {
        var plan = try SignInPlan(
            configuration, capabilities: capabilities, isSecure: isSecure, binding: binding, apop: apop)
        guard let attempt = plan.next(attempt: 0) else { throw plan.unavailable }
        say(attempt.opening)
        state = .signingIn(SignIn(plan: plan, attempt: attempt, capabilities: capabilities))
    }

    private mutating func readSignInAnswer(_ reply: Reply, _ signIn: SignIn) throws(POP3Error) {
        var signIn = signIn
        guard reply.status != .negative else { return try refused(reply, &signIn) }
        switch try signIn.attempt.read(reply) {
        case .send(let bytes):
            say(bytes)
            state = .signingIn(signIn)
        case .signedIn:
            signInMethod = signIn.attempt.method
            signedIn(signIn.capabilities)
        }
    }

    /// Goes on with the next way to sign in, if there is one.
    private mutating func refused(_ reply: Reply, _ signIn: inout SignIn) throws(POP3Error) {
        let error = POP3Error.signInRefused(reply, signIn.attempt.method, capabilities: signIn.capabilities)
        guard error.isAboutSignInMethod, let attempt = signIn.plan.next(attempt: signIn.attempts) else { throw error }
        signIn.attempt = attempt
        signIn.attempts += 1
        signIn.refusal = error
        say(attempt.opening)
        state = .signingIn(signIn)
    }

    private mutating func signedIn(_ capabilities: Capabilities?) {
        pending.append(.signedIn(capabilities ?? Capabilities()))
        if capabilities?.mayTellMoreAfterSignIn == true { orders.prepend(.capabilities) }
        state = .transaction(
            ClientSession(limits: configuration.limits, capabilities: capabilities ?? Capabilities()))
    }
}

extension Capabilities {
    /// Whether asking again after sign-in may tell something of use.
    var mayTellMoreAfterSignIn: Bool {
        !(pipelining && uniqueIDs && top) || expire?.dependsOnUser == true || loginDelay?.dependsOnUser == true
    }
}
