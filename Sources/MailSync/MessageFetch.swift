import Logging
import MailModel
import MailStore
import NIOCore
import POP3

/// Reads messages from a session in the order of a plan and hands each on once it is known to be whole.
///
/// A message is held until the server's next answer makes sense: when a dot was not stuffed, the message seems to end
/// too early and what follows is no answer (RFC 1939 §3).
final class MessageFetch {
    /// Refusals in a row after which the session is given up: the trouble is the server's, not one message's.
    static let refusalsInARow = 16
    /// The same for refusals that say that it was enough (Q13).
    static let throttlesInARow = 3
    /// Orders given to the machine beyond those it has sent.
    private static let ordersAhead = 32

    /// What could not be fetched, and why.
    private(set) var unstored: [UnstoredMessage] = []

    private let session: POP3Session
    private let account: Account
    private let pipeline: IngestPipeline
    private let match: ListingMatch
    private let limits: Limits.POP3Client
    private let clock: @Sendable () -> Timestamp
    private var plan: FetchPlan
    /// Whether a session that has asked for so many messages and octets stops asking.
    private let isEnough: (_ messages: Int, _ octets: Int) -> Bool
    private var asking = (messages: 0, octets: 0)
    private var hasEnough = false
    private var asked = CircularBuffer<ListedMessage>()
    private var body: BlobFileWriter?
    private var unconfirmed: FetchedMessage?
    private var toObserve = CircularBuffer<MessageNumber>()
    private var refusals = 0
    /// How many more messages are asked for one at a time. Where an earlier session broke, the answers before the message
    /// that broke it may have been lost with it (a reset drops what was not read), so that the blame fell on one of
    /// those. The one that is to blame is within a window of them.
    private var singly: Int
    /// Messages that were blamed in vain for a line of one dot.
    private var acquitted: Set<MessageNumber> = []

    init(
        _ session: POP3Session, account: Account, pipeline: IngestPipeline, match: ListingMatch,
        options: MailSyncOptions, isEnough: @escaping (_ messages: Int, _ octets: Int) -> Bool = { _, _ in false }
    ) {
        self.isEnough = isEnough
        self.session = session
        self.account = account
        self.pipeline = pipeline
        self.match = match
        limits = options.limits
        clock = options.clock
        plan = FetchPlan(fresh: match.fresh, retries: match.retries)
        singly = match.retries.isEmpty ? 0 : options.limits.windowMessages
    }

    /// Messages that are left to the next session.
    var remaining: Int { hasEnough ? plan.count : 0 }

    /// Fetches everything, or as much as is enough for a session. When it throws, what came whole was handed on and `unstored` tells what may be to blame.
    func run() async throws(SyncFailure) {
        do {
            try await readAll()
        } catch {
            try await blame(error)
            throw error
        }
    }

    private func readAll() async throws(SyncFailure) {
        order()
        while let message = asked.first {
            switch try await session.next() {
            case .messageBegan:
                try await confirm()
                body = account.makeBlobFile(expecting: message.octets)
            case .messageBytes(let bytes):
                try store { try bytes.withUnsafeReadableBytes { octets in try body?.append(octets) } }
            case .messageEnded:
                try end(message)
            case .refused(_, let error):
                try await confirm()
                try refused(message, error)
            case .wait, .send, .startTLS, .signedIn, .answer, .finished, .failed:
                throw SyncFailure(.protocolError, "The session came out of step.")
            }
        }
        guard unconfirmed != nil else { return }
        session.perform(.noop)
        _ = try await session.next()
        try await confirm()
    }

    /// Keeps the machine in orders.
    private func order() {
        observe()
        while session.waitingOrders < Self.ordersAhead, singly == 0 || asked.isEmpty, !isFull(),
            let message = plan.next(alone: asked.isEmpty)
        {
            singly = max(0, singly - 1)
            asked.append(message)
            asking = (asking.messages + 1, asking.octets + message.octets)
            if isUnescaped(message) { session.keepDots() }
            session.perform(.retrieve(message.number, octets: message.octets))
        }
    }

    private func isFull() -> Bool {
        if !hasEnough, asking.messages > 0 { hasEnough = isEnough(asking.messages, asking.octets) }
        return hasEnough
    }

    private func isUnescaped(_ message: ListedMessage) -> Bool {
        match.isUnescaped(message) && !acquitted.contains(message.number)
    }

    private func end(_ message: ListedMessage) throws(SyncFailure) {
        asked.removeFirst()
        refusals = 0
        guard let body else { return }
        self.body = nil
        guard !isUnescaped(message) || session.sawLoneDot else {
            // It ended where it should: with its dots kept it is not what it was. Once more, in the usual way.
            acquitted.insert(message.number)
            asked.append(message)
            session.perform(.retrieve(message.number, octets: message.octets))
            return
        }
        let source = try store { try body.finish() }
        unconfirmed = FetchedMessage(message: message, source: source, fetchedAt: clock())
        if toObserve.count <= FetchPlan.sample { toObserve.append(message.number) }
        if session.waitingOrders < Self.ordersAhead / 2 { order() }
    }

    private func confirm() async throws(SyncFailure) {
        guard let message = unconfirmed else { return }
        unconfirmed = nil
        do {
            try await pipeline.take(message)
        } catch {
            throw SyncFailure(error)
        }
    }

    private func refused(_ message: ListedMessage, _ error: POP3Error) throws(SyncFailure) {
        asked.removeFirst()
        park(
            message, reason: "The server refuses this message: \(error.description)",
            pause: error.code == .temporaryFailure ? .seconds(600) : .seconds(3600))
        refusals += 1
        if error.code == .throttled, refusals >= Self.throttlesInARow { throw SyncFailure(error) }
        guard refusals < Self.refusalsInARow else {
            throw SyncFailure(
                .refused, "The server refuses one message after another; the last answer: \(error.description)")
        }
        if session.waitingOrders < Self.ordersAhead / 2 { order() }
    }

    /// Notes which message a failed session may be blamed on, so that it can't stop the others next time.
    private func blame(_ failure: SyncFailure) async throws(SyncFailure) {
        guard failure.mayBeOfOneMessage else { return }
        if failure.kind == .protocolError, let suspect = unconfirmed {
            unconfirmed = nil
            park(
                suspect.message,
                reason: Self.unescapedDot, pause: .zero)
            return
        }
        try await confirm()
        guard let suspect = asked.first else { return }
        if failure.kind == .limitExceeded, body != nil {
            hold(suspect)
        } else {
            park(
                suspect, reason: "The session failed while it was fetched: \(failure.description)", pause: .zero,
                isCounted: asked.count == 1)
        }
    }

    private func hold(_ message: ListedMessage) {
        var held = UnstoredMessage(
            uniqueID: message.uniqueID, ordinal: message.ordinal, octets: message.octets, state: .heldBack,
            reason: Self.tooLarge(limits.message))
        held.atLeast = limits.message + 1
        unstored.append(held)
    }

    /// `pause` is what the first try costs; further ones cost more. What others that were under way may be to blame for
    /// is no try: those that are innocent come before the one that is not.
    private func park(_ message: ListedMessage, reason: String, pause: Duration, isCounted: Bool = true) {
        let attempts = match.attempts(of: message) + (isCounted ? 1 : 0)
        let later = Self.pause(after: attempts, first: pause)
        unstored.append(
            UnstoredMessage(
                uniqueID: message.uniqueID, ordinal: message.ordinal, octets: message.octets, state: .parked,
                reason: reason, attempts: attempts, retryAt: clock().adding(later)))
    }

    /// What went wrong with a message that is fetched alone and with every dot from then on.
    static let unescapedDot =
        "Its end could not be told: the server does not escape lines that begin with a dot. It is fetched alone, up to"
        + " where nothing follows."

    /// How long a message is left alone after so many tries that failed.
    static func pause(after attempts: Int, first: Duration) -> Duration {
        switch attempts {
        case ...1: first
        case 2: max(first, .seconds(600))
        case 3: max(first, .seconds(3600))
        default: .seconds(86_400)
        }
    }

    static func tooLarge(_ limit: Int) -> String {
        "It is larger than \(limit) octets; raise the limit for messages to have it fetched."
    }

    /// Tells the plan the dates that are known by now, in the order in which messages came.
    private func observe() {
        while let number = toObserve.first, let date = pipeline.date(of: number) {
            toObserve.removeFirst()
            plan.observe(number, date)
        }
    }

    private func store<Result>(_ work: () throws -> Result) throws(SyncFailure) -> Result {
        do {
            return try work()
        } catch {
            throw SyncFailure(error)
        }
    }
}
