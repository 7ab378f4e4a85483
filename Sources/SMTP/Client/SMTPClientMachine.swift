import MailModel
public import NIOCore
import SASL

/// The client's end of one submission over SMTP (RFC 6409, RFC 5321), without a socket or a clock.
///
/// The owner tells what happens (`received`, `tlsEstablished`, `connectionClosed`) and after each event calls `next()`
/// until it says `.wait`.
///
/// 1. The greeting, then EHLO; HELO where the server knows no EHLO (RFC 5321 §3.2).
/// 2. With `.startTLS`: STARTTLS, TLS, and EHLO once more: nothing said before TLS counts, and plain text behind the
///    answer is an injection that ends the session (RFC 3207 §4.2, §6).
/// 3. AUTH (RFC 4954) with PLAIN or LOGIN, or with a token OAUTHBEARER or XOAUTH2. `.ready`.
/// 4. `submit(_:)`: MAIL and RCPT, together where the server announces PIPELINING (RFC 2920); DATA on its own once a
///    recipient was taken, so that no message is sent to nobody. `.message`.
/// 5. The message through `encode(_:)`, ended by `endMessage()`: from then until `.accepted` or `.refused` the session
///    `isInDoubt`.
/// 6. `quit()`.
public struct SMTPClientMachine: Sendable {
    private enum State: Sendable {
        case greeting
        /// EHLO was sent, or HELO.
        case hello(isExtended: Bool)
        case askingForTLS
        case handshaking
        case signingIn(SMTPSignIn, left: [SMTPSignIn])
        case ready
        case transaction(SMTPTransaction)
        case askingForData(SMTPTransaction)
        case message(DataEncoder, SMTPTransaction)
        case verdict(SMTPTransaction)
        case quitting
        case ended
    }

    private let configuration: SMTPConfiguration
    private var state = State.greeting
    private var isSecure: Bool
    private var extensions = SMTPExtensions()
    private var input = ByteBuffer()
    private var replies: ReplyReader
    private var isClosed = false
    private var isFreshlySecured = false
    private var confided = Confided()
    private var pending = CircularBuffer<SMTPAction>()
    /// The message's end was handed out, and no answer to it was understood: the server may have taken it.
    public private(set) var isInDoubt = false
    /// The mechanism of the last try to sign in.
    public private(set) var mechanism: String?

    public init(_ configuration: SMTPConfiguration) {
        self.configuration = configuration
        isSecure = configuration.security == .implicitTLS
        replies = ReplyReader(limits: configuration.limits)
        guard let secret = configuration.credential.secret else { return }
        confided.add(secret.withBytes { $0 })
        confided.add(secret.withBytes { Base64.encode($0) })
        if case .password(let name, let password) = configuration.credential {
            confided.add(Base64.encode(PlainCredentials(userName: name, password: password).message))
        }
    }

    /// What the connection waits for now.
    public var expectation: SMTPExpectation {
        switch state {
        case .handshaking: .tlsHandshake
        case .askingForData, .message: .data
        case .verdict: .verdict
        case .greeting, .hello, .askingForTLS, .signingIn, .ready, .transaction, .quitting, .ended: .answer
        }
    }

    /// Octets came in.
    public mutating func received(_ buffer: ByteBuffer) {
        var buffer = buffer
        if input.readableBytes == 0 { input = buffer } else { input.writeBuffer(&buffer) }
    }

    /// The TLS handshake asked for by `.startTLS` is done.
    public mutating func tlsEstablished() {
        guard case .handshaking = state else { return }
        isSecure = true
        isFreshlySecured = true
    }

    /// The other side closed the connection, or it broke.
    public mutating func connectionClosed() { isClosed = true }

    /// Begins a transaction; after `.ready`.
    public mutating func submit(_ envelope: SMTPEnvelope) {
        guard case .ready = state else { return }
        do {
            state = .transaction(
                try SMTPTransaction(envelope, extensions, window: configuration.limits.windowCommands))
        } catch {
            pending.append(.refused(error, []))
        }
    }

    /// Octets of the message as they go out; after `.message`.
    public mutating func encode(_ bytes: some Collection<UInt8>) -> ByteBuffer {
        guard case .message(var encoder, let transaction) = state else { return ByteBuffer() }
        let output = encoder.encode(bytes)
        state = .message(encoder, transaction)
        return output
    }

    /// The end of the message, to be written once what was decided about it is on disk: from here on it may be delivered.
    public mutating func endMessage() -> ByteBuffer {
        guard case .message(var encoder, let transaction) = state else { return ByteBuffer() }
        state = .verdict(transaction)
        isInDoubt = true
        return encoder.end()
    }

    /// Ends the session; after `.ready`, `.accepted` or `.refused`.
    public mutating func quit() {
        guard case .ready = state else { return }
        send("QUIT")
        state = .quitting
    }

    /// What to do next. Call again until it is `.wait`.
    public mutating func next() -> SMTPAction {
        do {
            while true {
                if let action = pending.popFirst() { return action }
                guard try step() else { return .wait }
            }
        } catch {
            state = .ended
            pending.removeAll()
            input = ByteBuffer()
            return .failed(withoutEcho(error))
        }
    }

    private mutating func send(_ line: String) { pending.append(.send(ByteBuffer(string: line + "\r\n"))) }

    /// Some servers repeat what they were told.
    private func withoutEcho(_ error: SMTPError) -> SMTPError {
        guard let reply = error.reply, reply.lines.contains(where: { confided.occurs(in: $0) }) else { return error }
        var copy = error
        copy.reply = SMTPReply(code: reply.code, lines: [Array("<redacted>".utf8)])
        return copy
    }
}

// One step of the session.
extension SMTPClientMachine {
    /// Goes on as far as the next action; false when an event is needed first.
    private mutating func step() throws(SMTPError) -> Bool {
        switch state {
        case .ended: return false
        case .handshaking: return try shakeHands()
        case .transaction(var transaction):
            if let commands = transaction.commandsToSend() {
                state = .transaction(transaction)
                pending.append(.send(commands))
                return true
            }
        case .greeting, .hello, .askingForTLS, .signingIn, .ready, .askingForData, .message, .verdict, .quitting: break
        }
        guard let reply = try replies.next(from: &input) else {
            guard isClosed else { return false }
            if case .quitting = state { return finish() }
            throw .closed
        }
        try advance(with: reply)
        return true
    }

    private mutating func shakeHands() throws(SMTPError) -> Bool {
        guard input.readableBytes == 0 || isFreshlySecured else { throw .injection }
        guard isFreshlySecured else {
            if isClosed { throw .closed }
            return false
        }
        isFreshlySecured = false
        extensions = SMTPExtensions()
        sayHello()
        return true
    }

    private mutating func finish() -> Bool {
        state = .ended
        pending.append(.finished)
        return true
    }

    private mutating func advance(with reply: SMTPReply) throws(SMTPError) {
        if case .quitting = state {
            _ = finish()
            return
        }
        guard reply.code != 421 else {
            isInDoubt = false
            throw SMTPError(.temporaryFailure, "The server ends the session for now.", reply: reply)
        }
        switch state {
        case .greeting:
            guard reply.code == 220 else { throw .refused("the connection", reply) }
            sayHello()
        case .hello(let isExtended): try readHello(reply, isExtended: isExtended)
        case .askingForTLS: try readTLSAnswer(reply)
        case .signingIn(let signIn, let left): try readSignIn(reply, signIn, left)
        case .transaction(var transaction):
            transaction.add(reply)
            try advance(transaction)
        case .askingForData(let transaction): try readDataAnswer(reply, transaction)
        case .verdict(let transaction): try readVerdict(reply, transaction)
        case .ready, .message:
            throw SMTPError(.malformedReply, "The server said something that nobody had asked for.", reply: reply)
        case .handshaking, .quitting, .ended: break
        }
    }
}

// The beginning of the session.
extension SMTPClientMachine {
    private mutating func sayHello() {
        send("EHLO \(configuration.name)")
        state = .hello(isExtended: true)
    }

    private mutating func readHello(_ reply: SMTPReply, isExtended: Bool) throws(SMTPError) {
        switch reply.code {
        case 250:
            extensions = isExtended ? SMTPExtensions(reply) : SMTPExtensions()
            try beginSecurity()
        // RFC 5321 §3.2: a server that knows no EHLO says that it knows no such command.
        case 500...599 where isExtended && [500, 501, 502, 504, 550].contains(reply.code):
            send("HELO \(configuration.name)")
            state = .hello(isExtended: false)
        default: throw .refused("the greeting", reply)
        }
    }

    private mutating func beginSecurity() throws(SMTPError) {
        guard configuration.security == .startTLS, !isSecure else { return try beginSignIn() }
        guard extensions.startTLS else {
            throw SMTPError(.tlsUnavailable, "The server does not offer STARTTLS.")
        }
        send("STARTTLS")
        state = .askingForTLS
    }

    private mutating func readTLSAnswer(_ reply: SMTPReply) throws(SMTPError) {
        guard reply.code == 220 else {
            throw SMTPError(.tlsUnavailable, "The server refused STARTTLS.", reply: reply)
        }
        guard input.readableBytes == 0 else { throw .injection }
        pending.append(.startTLS)
        state = .handshaking
    }

    private mutating func beginSignIn() throws(SMTPError) {
        if case .nothing = configuration.credential { return becomeReady() }
        var ways = configuration.signIns(extensions.mechanisms)
        guard let first = ways.popLast() else {
            let offered = extensions.mechanisms.isEmpty ? "none" : extensions.mechanisms.joined(separator: ", ")
            throw SMTPError(
                .signInUnavailable,
                "The server offers no way to sign in that fits these credentials (it offers \(offered)).")
        }
        begin(first, left: ways)
    }

    private mutating func begin(_ signIn: SMTPSignIn, left: [SMTPSignIn]) {
        mechanism = signIn.mechanism
        say(signIn.opening)
        state = .signingIn(signIn, left: left)
    }

    /// Sends a line of the sign-in, which the server must not repeat to others.
    private mutating func say(_ line: ByteBuffer) {
        confided.add(lines: line.readableBytesView)
        pending.append(.send(line))
    }

    private mutating func readSignIn(_ reply: SMTPReply, _ signIn: SMTPSignIn, _ left: [SMTPSignIn]) throws(SMTPError) {
        var (signIn, left) = (signIn, left)
        switch reply.code {
        case 235: becomeReady()
        case 334:
            guard let answer = signIn.respond(to: reply) else {
                throw SMTPError(.malformedReply, "The server's part of \(signIn.mechanism) can't be understood.")
            }
            say(answer)
            state = .signingIn(signIn, left: left)
        // The mechanism itself is not taken (RFC 4954 §4, §6): another may be.
        case 504, 534:
            guard let next = left.popLast() else { throw .credentialsRefused(signIn, reply) }
            begin(next, left: left)
        case 400...499: throw .refused("the sign-in", reply)
        case 500...599:
            throw .credentialsRefused(signIn, reply)
        default: throw .refused("the sign-in", reply)
        }
    }

    private mutating func becomeReady() {
        state = .ready
        pending.append(.ready(extensions))
    }
}

// The transaction.
extension SMTPClientMachine {
    private mutating func advance(_ transaction: SMTPTransaction) throws(SMTPError) {
        guard transaction.isComplete else {
            state = .transaction(transaction)
            return
        }
        if let refusal = transaction.refusal { return refuse(refusal, transaction) }
        send("DATA")
        state = .askingForData(transaction)
    }

    private mutating func readDataAnswer(_ reply: SMTPReply, _ transaction: SMTPTransaction) throws(SMTPError) {
        guard reply.code != 354 else {
            state = .message(DataEncoder(), transaction)
            pending.append(.message(transaction.recipientReplies))
            return
        }
        refuse(.refused("the message", reply), transaction)
    }

    private mutating func readVerdict(_ reply: SMTPReply, _ transaction: SMTPTransaction) throws(SMTPError) {
        guard reply.isPositive || reply.isForNow || reply.isForGood else {
            throw SMTPError(.malformedReply, "The server's answer to the message makes no sense.", reply: reply)
        }
        isInDoubt = false
        guard reply.isPositive else { return refuse(.refused("the message", reply), transaction) }
        state = .ready
        pending.append(.accepted(reply))
    }

    private mutating func refuse(_ error: SMTPError, _ transaction: SMTPTransaction) {
        state = .ready
        // Without a sender, what was said of recipients is about the order of commands.
        let hasSender = transaction.senderReply?.isPositive == true
        pending.append(.refused(withoutEcho(error), hasSender ? transaction.recipientReplies : []))
    }
}
