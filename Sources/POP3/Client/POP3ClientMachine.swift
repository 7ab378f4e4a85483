import MailModel
public import NIOCore

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
/// 3. AUTH PLAIN, or USER and PASS. A refusal keeps its response code.
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
        case signingIn(SignInStep, Capabilities?)
        case transaction(ClientSession)
        case ended
    }

    private enum SignInStep: Sendable {
        /// AUTH PLAIN was sent without its response, which follows the challenge.
        case challenge
        case userName
        /// The last answer of the sign-in is due.
        case verdict
    }

    private let configuration: ClientConfiguration
    private var state = State.greeting
    private var isSecure: Bool
    private var input = ByteBuffer()
    private var lines: LineDecoder
    private var isClosed = false
    private var orders = CircularBuffer<ClientOrder>()
    /// Actions that one step found beside the one it returned.
    private var pending = CircularBuffer<ClientAction>()

    public init(_ configuration: ClientConfiguration) {
        self.configuration = configuration
        isSecure = configuration.security == .implicitTLS
        lines = LineDecoder(limit: configuration.limits.replyLine)
    }

    /// What the connection waits for now.
    public var expectation: ClientExpectation {
        switch state {
        case .greeting, .askingCapabilities, .askingForTLS, .signingIn: .signIn
        case .handshaking: .tlsHandshake
        case .transaction(let session): session.expectation
        case .ended: .order
        }
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

    /// The TLS handshake asked for by `.startTLS` is done.
    public mutating func tlsEstablished() {
        guard case .handshaking = state else { return }
        isSecure = true
        send(.capabilities)
        state = .askingCapabilities(nil)
    }

    /// The other side closed the connection, or it broke.
    public mutating func connectionClosed() { isClosed = true }

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
            return .failed(error)
        }
    }

    private mutating func end() {
        state = .ended
        orders.removeAll()
        pending.removeAll()
        input = ByteBuffer()
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
        throw POP3Error(code: .connectionClosed, message: "The server closed the connection.")
    }

    private mutating func transact(_ session: consuming ClientSession) throws(POP3Error) -> Bool {
        if let output = session.commands(from: &orders) {
            state = .transaction(session)
            pending.append(.send(output))
            return true
        }
        guard let action = try session.read(&input, &lines) else {
            try throwIfClosed()
            state = .transaction(session)
            return false
        }
        switch action {
        case .finished, .refused(.quit, _): end()
        default: state = .transaction(session)
        }
        pending.append(action)
        return true
    }

    private mutating func advance(with line: ByteBuffer) throws(POP3Error) {
        switch state {
        case .greeting:
            let reply = try Reply(line: line)
            guard reply.status == .positive else { throw .negative(reply, to: "the connection") }
            send(.capabilities)
            state = .askingCapabilities(nil)
        case .askingCapabilities(let reader):
            try readCapabilities(line, reader)
        case .askingForTLS:
            try readTLSAnswer(Reply(line: line))
        case .signingIn(let step, let capabilities):
            try readSignInAnswer(Reply(line: line), step, capabilities)
        case .handshaking, .transaction, .ended:
            break
        }
    }
}

// Capabilities, TLS and sign-in.
extension POP3ClientMachine {
    private static let injection = POP3Error(
        code: .tlsInjection, message: "Plain text came after the answer to STLS; somebody may have put it there.")

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
        switch try SignInMethod(for: configuration, capabilities: capabilities) {
        case .userPass:
            send(.user(configuration.userName))
            state = .signingIn(.userName, capabilities)
        case .plain:
            let response = configuration.plainResponse
            // RFC 5034 §4: an initial response only if the line stays within 255 octets.
            let fits = response.withBytes { $0.count } + "AUTH PLAIN \r\n".utf8.count <= Command.maximumLength
            send(.auth(mechanism: "PLAIN", initialResponse: fits ? response : nil))
            state = .signingIn(fits ? .verdict : .challenge, capabilities)
        }
    }

    private mutating func readSignInAnswer(
        _ reply: Reply, _ step: SignInStep, _ capabilities: Capabilities?
    ) throws(POP3Error) {
        switch (step, reply.status) {
        case (_, .negative):
            throw .signInRefused(reply, capabilities: capabilities)
        case (.challenge, .challenge), (.challenge, .positive):
            // QUIRK: `+OK` where `+ ` is due; Tests/Corpus/pop3/client/auth-ok-as-challenge.transcript
            var output = ByteBuffer()
            configuration.plainResponse.withBytes { _ = output.writeBytes($0) }
            output.writeStaticString("\r\n")
            pending.append(.send(output))
            state = .signingIn(.verdict, capabilities)
        case (.userName, .positive):
            send(.pass(configuration.credential.secret))
            state = .signingIn(.verdict, capabilities)
        case (.verdict, .positive):
            signedIn(capabilities)
        case (.userName, .challenge), (.verdict, .challenge):
            throw .malformedReply(reply.text)
        }
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
