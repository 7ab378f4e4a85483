import MailModel
import NIOCore
import POP3
import Transport

/// One POP3 session: a client machine on a connection. What the machine wants from the wire is done here; what it has to
/// tell is handed on.
final class POP3Session {
    /// As announced last.
    private(set) var capabilities = Capabilities()
    /// Octets read and written.
    private(set) var octetsRead = 0
    private(set) var octetsWritten = 0

    private let connection: Connection
    private let limits: Limits.POP3Client
    private var machine: POP3ClientMachine
    private var meter: BodyRateMeter
    private var answers: AnswerRateMeter
    private let now: @Sendable () -> ContinuousClock.Instant
    private let quoting: ServerQuoting

    init(
        _ connection: Connection, _ configuration: ClientConfiguration, quoting: ServerQuoting = .everything,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.connection = connection
        self.now = now
        connection.confide(configuration.credential.secret)
        self.quoting = quoting
        limits = configuration.limits
        var configuration = configuration
        configuration.channelBinding = connection.peerCertificate?.channelBinding
        machine = POP3ClientMachine(configuration)
        meter = BodyRateMeter(octetsPerSecond: configuration.limits.bodyRate)
        answers = AnswerRateMeter(octetsPerSecond: configuration.limits.answerRate)
    }

    var certificate: PeerCertificate? { connection.peerCertificate }

    /// How the session signed in; nil until it has.
    var signInMethod: SignInMethod? { machine.signInMethod }
    /// What was announced before the sign-in.
    private(set) var announced: Capabilities?

    /// Orders given and not yet sent.
    var waitingOrders: Int { machine.waitingOrders }

    func perform(_ order: ClientOrder) { machine.perform(order) }

    /// See the machine's.
    func keepDots() { machine.keepDots() }
    var sawLoneDot: Bool { machine.sawLoneDot }

    /// The next thing that the machine has to tell: never `wait`, `send`, `startTLS` or `failed`.
    func next() async throws(SyncFailure) -> ClientAction {
        while true {
            let action = machine.next()
            if case .wait = action {} else { answers.ended() }
            switch action {
            case .send(let bytes):
                octetsWritten += bytes.readableBytes
                try await io { () async throws(TransportError) in
                    try await connection.write(bytes, within: limits.answer)
                }
            case .startTLS:
                try await io { () async throws(TransportError) in
                    try await connection.startTLS(within: limits.tlsHandshake)
                }
                machine.tlsEstablished(binding: connection.peerCertificate?.channelBinding)
            case .wait:
                try await read()
            case .failed(let error):
                throw SyncFailure(quoting.applied(to: error, hasGreeted: octetsWritten > 0))
            case .signedIn(let announced):
                capabilities = announced
                self.announced = announced
                return .signedIn(announced)
            case .answer(.capabilities(let announced)):
                capabilities = announced
            case .refused(.capabilities, _):
                continue
            case let action:
                return action
            }
        }
    }

    /// Signs in.
    func signIn() async throws(SyncFailure) {
        while true {
            if case .signedIn = try await next() { return }
        }
    }

    /// The answer to an order that brings no message; throws when it was refused.
    func answer() async throws(SyncFailure) -> ClientAnswer {
        switch try await next() {
        case .answer(let answer): return answer
        case .refused(_, let error): throw SyncFailure(error)
        default: throw SyncFailure(.protocolError, "The session came out of step.")
        }
    }

    /// Ends the session. False: the server refused, and some deletions were not made (RFC 1939 §6).
    @discardableResult
    func quit() async throws(SyncFailure) -> Bool {
        machine.perform(.quit)
        while true {
            switch try await next() {
            case .finished: return true
            case .refused(.quit, _): return false
            default: continue
            }
        }
    }

    private func read() async throws(SyncFailure) {
        let expectation = machine.expectation
        let began = now()
        let isAtCapabilities = machine.awaitsFirstCapabilities
        let received: ByteBuffer?
        do {
            received = try await receive(expectation)
        } catch {
            throw error.at(capabilities: isAtCapabilities)
        }
        guard let received else {
            if isAtCapabilities {
                throw SyncFailure(POP3Error.closedAtCapabilities).at(capabilities: true)
            }
            machine.connectionClosed()
            return
        }
        octetsRead += received.readableBytes
        try check(received.readableBytes, after: now() - began, expectation)
        machine.received(received)
    }

    /// Who sends too slowly keeps others from being polled.
    private func check(
        _ count: Int, after waiting: Duration, _ expectation: ClientExpectation
    ) throws(SyncFailure) {
        guard expectation != .message else {
            guard meter.received(count, after: waiting) else {
                throw SyncFailure(
                    .timeout, "The server sends a message more slowly than \(limits.bodyRate) octets a second.")
            }
            return
        }
        meter.reset()
        guard answers.received(count, after: waiting) else {
            throw SyncFailure(.timeout, "The server answers more slowly than \(limits.answerRate) octets a second.")
        }
    }

    private func receive(_ expectation: ClientExpectation) async throws(SyncFailure) -> ByteBuffer? {
        try await io { () async throws(TransportError) in
            guard expectation == .message, limits.messageSilence < limits.answer else {
                return try await connection.read(within: timeout(for: expectation))
            }
            switch try await connection.read(orSilenceAfter: limits.messageSilence) {
            case .bytes(let bytes): return bytes
            case .closed: return nil
            case .silence: return try await receiveAfterSilence()
            }
        }
    }

    /// The message that is being received may be over: a question of the machine's finds out.
    private func receiveAfterSilence() async throws(TransportError) -> ByteBuffer? {
        machine.silence()
        if case .send(let question) = machine.next() {
            octetsWritten += question.readableBytes
            try await connection.write(question, within: limits.answer)
        }
        return try await connection.read(within: limits.answer)
    }

    private func timeout(for expectation: ClientExpectation) -> Duration {
        switch expectation {
        case .firstAnswer: limits.firstAnswer
        case .tlsHandshake: limits.tlsHandshake
        // QUIRK: PASS is answered when another session's lock is gone, after up to two minutes (Q31).
        case .verdict: limits.answer * 3
        case .signIn, .answer, .message, .order: limits.answer
        }
    }

    private func io<Result>(_ body: () async throws(TransportError) -> Result) async throws(SyncFailure) -> Result {
        do {
            return try await body()
        } catch {
            throw SyncFailure(error)
        }
    }
}

extension SyncFailure {
    /// Marks a silence or a hang-up that came in place of the answer to the first CAPA.
    func at(capabilities isAtCapabilities: Bool) -> SyncFailure {
        var failure = self
        failure.isAtCapabilities = isAtCapabilities && (kind == .timeout || kind == .connectionClosed)
        return failure
    }
}

extension POP3Error {
    static let closedAtCapabilities = POP3Error(
        code: .connectionClosed, message: "The server closed the connection when asked for its capabilities.")
}

extension PeerCertificate {
    /// What SCRAM binds a sign-in to (RFC 5929 §4).
    var channelBinding: ChannelBinding? { endPoint.map { ChannelBinding(type: "tls-server-end-point", data: $0) } }
}
