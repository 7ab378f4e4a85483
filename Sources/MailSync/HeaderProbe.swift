import Crypto
import MailModel
import MailStore
import NIOCore
import POP3

/// What a look at a message showed.
struct ProbedMessage: Sendable {
    var fields: HeaderPrint
    /// Octets and their SHA-256, when the whole message was looked at; and the ``ContentHash``.
    var whole: (octets: Int, hash: [UInt8], content: [UInt8])?

    enum Verdict { case same, different, unclear }

    /// Whether it is the message that is remembered, octet by octet: another may have the same header. Unclear: it was not
    /// read whole, or the email was destroyed and the server may have written into the message since.
    ///
    /// - Parameter content: the stored email's ``ContentHash``; asked for when its octets are others.
    func wholeVerdict(
        on remembered: RememberedMessage, content: (BlobID) async throws(SyncFailure) -> [UInt8]?
    ) async throws(SyncFailure) -> Verdict {
        guard let whole else { return .unclear }
        if let hash = remembered.detail?.hash {
            if whole.hash == hash { return .same }
            guard let content = try await content(BlobID(hash: hash)) else { return .unclear }
            return whole.content == content ? .same : .different
        }
        return remembered.detail?.fingerprint == fields.fingerprint(octets: whole.octets) ? .same : .unclear
    }

    /// Whether it is the message that is remembered. Unclear: its header says too little, and only that was looked at.
    func verdict(on remembered: RememberedMessage) -> Verdict {
        if let mark = remembered.mark { return fields.mark == mark ? .same : .different }
        guard let whole else { return .unclear }
        if let hash = remembered.detail?.hash { return whole.hash == hash ? .same : .different }
        return remembered.detail?.fingerprint == fields.fingerprint(octets: whole.octets) ? .same : .different
    }
}

/// Looks at messages without storing them: at their headers by TOP (RFC 1939 §7), where the server has no TOP, or has shown
/// that its TOP is not to be trusted, at whole messages by RETR.
final class HeaderProbe {
    /// How many sessions in a row must break off at TOP before it is left alone, and for how long it is.
    static let failures = 2
    static let pause: Duration = .seconds(7 * 86_400)
    /// Refusals, and not one answer, after which the server counts as having no TOP.
    private static let refusals = 3
    private static let ordersAhead = 32

    /// A whole message was asked for.
    private(set) var hasRetrieved = false
    /// Messages that were read whole and of which nobody has shown that a good copy is here.
    private var withoutCopy: Set<MessageNumber> = []
    /// The message that was being read when the session broke off.
    private(set) var suspect: ListedMessage?

    private let session: POP3Session
    private let messageLimit: Int
    private var isTopUsable: Bool
    private(set) var topAnswers = 0
    private var topRefusals = 0

    /// `messageLimit`: no larger message is read whole.
    init(_ session: POP3Session, isTopUsable: Bool, messageLimit: Int) {
        self.session = session
        self.messageLimit = messageLimit
        self.isTopUsable = isTopUsable
    }

    /// Whether looking costs whole messages.
    var isCostly: Bool { !isTopUsable || (topAnswers == 0 && topRefusals >= Self.refusals) }

    /// Whether something was read whole that may be lost if the server counts it as fetched.
    var lacksCopies: Bool { !withoutCopy.isEmpty }

    /// The copy of a message that was read whole was read back, and is the same.
    func noteCopy(of number: MessageNumber) { withoutCopy.remove(number) }

    /// TOP said otherwise than RETR.
    ///
    /// QUIRK: TOP whose header is not the message's; RecognitionTests.aServerWhoseTopLies
    func distrustTop() { isTopUsable = false }

    /// Looks at messages; what the server refuses to show is missing from the answer. `whole`: header alone won't do.
    func look(at messages: [ListedMessage], whole: Bool = false) async throws(SyncFailure) -> [MessageNumber:
        ProbedMessage]
    {
        var found: [MessageNumber: ProbedMessage] = [:]
        var refused: [ListedMessage] = messages
        if !whole, !isCostly {
            refused = []
            // The first answers tell whether there is a TOP at all.
            for part in [messages.prefix(Self.refusals), messages.dropFirst(Self.refusals)] {
                if isCostly { refused += part } else { refused += try await ask(Array(part), whole: false, &found) }
            }
        }
        guard whole || isCostly else { return found }
        let readable = refused.filter { $0.octets <= messageLimit }
        hasRetrieved = hasRetrieved || !readable.isEmpty
        withoutCopy.formUnion(readable.map(\.number))
        _ = try await ask(readable, whole: true, &found)
        return found
    }

    private func ask(
        _ messages: [ListedMessage], whole: Bool, _ found: inout [MessageNumber: ProbedMessage]
    ) async throws(SyncFailure) -> [ListedMessage] {
        var waiting = messages[...]
        var asked = CircularBuffer<ListedMessage>()
        var refused: [ListedMessage] = []
        var reading = Collected(whole: whole)
        while true {
            while session.waitingOrders < Self.ordersAhead, let message = waiting.popFirst() {
                asked.append(message)
                session.perform(
                    whole ? .retrieve(message.number, octets: message.octets) : .top(message.number, lines: 0))
            }
            guard let message = asked.first else { return refused }
            do throws(SyncFailure) {
                switch try await session.next() {
                case .messageBegan: reading = Collected(whole: whole)
                case .messageBytes(let bytes): reading.take(bytes)
                case .messageEnded:
                    asked.removeFirst()
                    if !whole { topAnswers += 1 }
                    found[message.number] = reading.message
                case .refused:
                    asked.removeFirst()
                    if !whole { topRefusals += 1 }
                    refused.append(message)
                case .wait, .send, .startTLS, .signedIn, .answer, .finished, .failed:
                    throw SyncFailure(.protocolError, "The session came out of step.")
                }
            } catch {
                if error.mayBeOfOneMessage { suspect = message }
                throw error
            }
        }
    }

    /// A message as it comes: its header, and of the rest a hash.
    private struct Collected {
        private let isWhole: Bool
        private var header: [UInt8] = []
        private var hash = SHA256()
        private var content = ContentHash()
        private var octets = 0

        init(whole: Bool) { isWhole = whole }

        mutating func take(_ bytes: ByteBuffer) {
            let room = FingerprintFields.headerLimit - header.count
            if room > 0 { header += bytes.readableBytesView.prefix(room) }
            octets += bytes.readableBytes
            guard isWhole else { return }
            bytes.withUnsafeReadableBytes { octets in
                hash.update(bufferPointer: octets)
                content.update(octets)
            }
        }

        var message: ProbedMessage {
            var content = content
            return ProbedMessage(
                fields: HeaderPrint(header.withUnsafeBytes { FingerprintFields($0) }),
                whole: isWhole ? (octets, Array(hash.finalize()), content.finalize()) : nil)
        }
    }
}
