import MailModel
public import NIOCore

/// The server's end of a POP3 session, without a socket or a clock: RFC 1939 without APOP, CAPA (RFC 2449), STLS
/// (RFC 2595), AUTH PLAIN (RFC 5034, RFC 4616), response codes (RFC 2449 §8, RFC 3206), PIPELINING.
///
/// The owner tells what happens and after each event calls `next()` until it says `.wait`, carrying out each action
/// before the next. Answers of pipelined commands gather into few `send`s. A connection that ends without QUIT makes no
/// deletion (RFC 1939 §3); for a time-out the owner just closes it.
public struct POP3ServerMachine: Sendable {
    enum State: Sendable {
        case greeting
        /// AUTHORIZATION; with the name once USER was accepted.
        case authorization(userName: String?)
        /// AUTH PLAIN waits for its response.
        case awaitingResponse
        /// The owner proves credentials.
        case signingIn
        case handshaking
        case transaction(ServerTransaction)
        case listing(ServerTransaction, ListingKind, next: Int)
        /// The owner looks for a message.
        case opening(ServerTransaction, lines: Int?)
        /// The owner gives a message; for TOP, only what the filter takes is sent.
        case sending(ServerTransaction, ByteStuffer, TopFilter?)
        /// The owner makes the deletions of QUIT.
        case updating
        /// What is in `output` is the last that is sent.
        case closing
        case closed
    }

    let configuration: ServerConfiguration
    var state = State.greeting
    var isSecure: Bool
    var output = ByteBuffer()
    var input = ByteBuffer()
    private var lines: LineDecoder
    private var inputIsOver = false
    var signInFailures = 0
    var badCommands = 0
    var pending: ServerAction?

    public init(_ configuration: ServerConfiguration) {
        self.configuration = configuration
        isSecure = configuration.security == .implicitTLS
        lines = LineDecoder(limit: configuration.limits.lineBeforeSignIn)
    }

    /// Whether somebody is signed in: which time-outs apply is up to the owner.
    public var isSignedIn: Bool {
        switch state {
        case .transaction, .listing, .opening, .sending, .updating: true
        case .greeting, .authorization, .awaitingResponse, .signingIn, .handshaking, .closing, .closed: false
        }
    }

    /// Octets came in.
    public mutating func received(_ buffer: ByteBuffer) {
        if input.readableBytes == 0 {
            input = buffer
        } else {
            input.discardReadBytes()
            input.writeImmutableBuffer(buffer)
        }
    }

    /// The client closed its side, or the connection broke: what it had asked before is answered, then it is over.
    public mutating func connectionClosed() { inputIsOver = true }

    /// What to do next. Call again until it is `.wait`.
    public mutating func next() -> ServerAction {
        while true {
            if let action = pending {
                pending = nil
                return action
            }
            if output.readableBytes >= configuration.outputOctets { return flush() }
            guard step() else { break }
        }
        if output.readableBytes > 0, !isOwnersTurn { return flush() }
        if case .closing = state {
            state = .closed
            return .close
        }
        return .wait
    }

    /// The answer to `.startTLS`.
    public mutating func tlsEstablished() {
        guard case .handshaking = state else { return }
        isSecure = true
        state = .authorization(userName: nil)
    }

    /// While the owner works, small answers wait for those that follow.
    private var isOwnersTurn: Bool {
        switch state {
        case .opening, .sending, .updating, .signingIn: true
        case .greeting, .authorization, .awaitingResponse, .handshaking, .transaction, .listing, .closing, .closed:
            false
        }
    }

    private mutating func flush() -> ServerAction {
        let buffer = output
        output = ByteBuffer()
        return .send(buffer)
    }

    /// Goes on as far as the next action; false when an event is needed first.
    private mutating func step() -> Bool {
        switch state {
        case .greeting:
            ok("POP3 at your service")
            state = .authorization(userName: nil)
            return true
        case .listing(let transaction, let kind, let next):
            let enough = configuration.outputOctets
            if let next = transaction.writeListing(kind, from: next, upTo: enough, to: &output) {
                state = .listing(transaction, kind, next: next)
            } else {
                state = .transaction(transaction)
            }
            return true
        case .authorization, .awaitingResponse, .transaction:
            return readLine()
        case .handshaking, .signingIn, .opening, .sending, .updating, .closing, .closed:
            return false
        }
    }

    private mutating func readLine() -> Bool {
        do throws(POP3Error) {
            guard let line = try lines.nextLine(from: &input) else {
                guard inputIsOver else { return false }
                state = .closing
                return true
            }
            take(line)
        } catch {
            err("That line is too long.")
            state = .closing
        }
        return true
    }

    private mutating func take(_ line: ByteBuffer) {
        if case .awaitingResponse = state {
            return takeResponse(Array(line.readableBytesView))
        }
        guard line.readableBytes + 2 <= Command.maximumLength || line.isLongCommand else {
            return complain("A command has at most \(Command.maximumLength) octets.")
        }
        do {
            obey(try Command(line: line))
        } catch {
            complain(error.sentence)
        }
    }
}

extension ByteBuffer {
    /// RFC 5034 §4 lets an initial response make AUTH's line longer than other commands'.
    fileprivate var isLongCommand: Bool {
        readableBytesView.prefix(5).matches(asciiCaseInsensitive: "AUTH ")
    }
}
