import MailModel
import NIOCore

/// The TRANSACTION state of a client machine: what was asked, what is being answered, and what may be asked next.
struct ClientSession: Sendable {
    /// How far the answer to the oldest unanswered order has come.
    private enum Progress: Sendable {
        case status
        case capabilities(CapabilitiesReader)
        case uniqueIDs(ListingReader<UniqueIDListing>)
        case scanListing(ListingReader<ScanListing>)
        case message(MessageNumber, ByteUnstuffer, octets: Int)
    }

    /// A NOOP of our own that asks whether the message that is being received is over.
    private enum Probe: Sendable {
        case idle
        case asked
        /// More of the message came; the NOOP's answer comes when it is due.
        case overtaken
    }

    private let limits: Limits.POP3Client
    private(set) var capabilities: Capabilities
    private var unanswered = CircularBuffer<ClientOrder>()
    private var unansweredOctets = 0
    private var progress = Progress.status
    private var hadAnswer = false
    private var hasQuit = false
    private var probe = Probe.idle
    /// The next message is taken with all its dots.
    private var keepsDots = false
    /// Whether the message that ended last had a line of one dot that was not its end.
    private(set) var sawLoneDot = false
    /// For an error: the message that was received last.
    private var lastMessage: MessageNumber?

    init(limits: Limits.POP3Client, capabilities: Capabilities) {
        self.limits = limits
        self.capabilities = capabilities
    }

    var isAwaitingAnswer: Bool { !unanswered.isEmpty }

    var expectation: ClientExpectation {
        guard isAwaitingAnswer else { return .order }
        switch progress {
        case .message: return .message
        case .status: return hadAnswer ? .answer : .firstAnswer
        case .capabilities, .uniqueIDs, .scanListing: return .answer
        }
    }
}

// What may be sent.
extension ClientSession {
    /// Moves as many orders as the window has room for to the unanswered ones and returns their command lines.
    mutating func commands(from orders: inout CircularBuffer<ClientOrder>) -> ByteBuffer? {
        guard let first = orders.first, !hasQuit, hasRoom(for: first), !isWorthWaiting(with: first) else { return nil }
        var output = ByteBuffer()
        while let order = orders.first, !hasQuit, hasRoom(for: order) {
            orders.removeFirst()
            order.command.write(to: &output)
            unanswered.append(order)
            unansweredOctets += order.windowOctets
            hasQuit = order == .quit
        }
        return output
    }

    private func hasRoom(for order: ClientOrder) -> Bool {
        guard !unanswered.isEmpty else { return true }
        return capabilities.pipelining && unanswered.count < limits.windowMessages
            && unansweredOctets + min(order.windowOctets, limits.windowOctets) <= limits.windowOctets
    }

    /// A window that is more than half full is not topped up with single commands.
    private func isWorthWaiting(with order: ClientOrder) -> Bool {
        guard order.bringsMessage, !unanswered.isEmpty else { return false }
        return unanswered.count > limits.windowMessages / 2 || unansweredOctets > limits.windowOctets / 2
    }
}

// What is answered.
extension ClientSession {
    /// Reads on in `input`; nil when more of it is needed. Throws what ends the session.
    mutating func read(_ input: inout ByteBuffer, _ lines: inout LineDecoder) throws(POP3Error) -> ClientAction? {
        guard let order = unanswered.first else { return try readUnasked(&input, &lines) }
        do {
            // What grows is taken out of the state while it grows, so that a listing of a million is never copied.
            switch progress {
            case .status:
                return try readStatus(&input, &lines, of: order)
            case .capabilities(var reader):
                return try readCapabilities(&input, &lines, &reader)
            case .uniqueIDs(var reader):
                progress = .status
                guard try reader.read(&input, &lines, within: limits) else {
                    progress = .uniqueIDs(reader)
                    return nil
                }
                answered()
                return .answer(.uniqueIDs(reader.listing))
            case .scanListing(var reader):
                progress = .status
                guard try reader.read(&input, &lines, within: limits) else {
                    progress = .scanListing(reader)
                    return nil
                }
                answered()
                return .answer(.scanListing(reader.listing))
            case .message(let number, var unstuffer, let octets):
                return try readMessage(&input, number, &unstuffer, octets)
            }
        } catch {
            throw error.about(order.messageNumber ?? lastMessage)
        }
    }

    private mutating func readCapabilities(
        _ input: inout ByteBuffer, _ lines: inout LineDecoder, _ reader: inout CapabilitiesReader
    ) throws(POP3Error) -> ClientAction? {
        while let line = try lines.nextLine(from: &input) {
            guard let capabilities = try reader.read(line) else { continue }
            self.capabilities = capabilities
            answered()
            return .answer(.capabilities(capabilities))
        }
        progress = .capabilities(reader)
        return nil
    }

    mutating func keepDots() { keepsDots = true }

    /// A NOOP to send when the message that is being received may be over though its end was not seen: it stopped behind a
    /// dot that ends a line, and nothing else is asked for. A server at rest answers it at once.
    mutating func askWhetherEnded() -> ByteBuffer? {
        guard case .message(_, let unstuffer, _) = progress, unstuffer.holdsDot, unanswered.count == 1, probe == .idle,
            !hasQuit
        else { return nil }
        probe = .asked
        unanswered.append(.noop)
        var output = ByteBuffer()
        Command.noop.write(to: &output)
        return output
    }

    /// Whether the input is the answer to the probe; nil when that can't be told yet.
    ///
    /// QUIRK: the final dot stands right behind the last octet of a message without a final line end (Q23, Q40);
    /// Tests/Corpus/pop3/client/no-line-end-before-dot.transcript
    private func isAnswerToProbe(_ input: ByteBuffer) -> Bool? {
        let octets = input.readableBytesView
        let status = Array("+OK".utf8)
        guard octets.prefix(3).elementsEqual(status.prefix(octets.count)) else { return false }
        guard let next = octets.dropFirst(3).first else { return nil }
        return next == ASCII.carriageReturn || next == ASCII.lineFeed || next.isBlank
    }

    private mutating func readMessage(
        _ input: inout ByteBuffer, _ number: MessageNumber, _ unstuffer: inout ByteUnstuffer, _ octets: Int
    ) throws(POP3Error) -> ClientAction? {
        let mayBeAnswer = probe == .asked || probe == .overtaken && unstuffer.keepsDots
        if mayBeAnswer, unstuffer.holdsDot, input.readableBytes > 0 {
            guard let isAnswer = isAnswerToProbe(input) else { return nil }
            if isAnswer {
                lastMessage = number
                sawLoneDot = unstuffer.sawLoneDot
                answered()
                return .messageEnded(number, octets: octets)
            }
            probe = .overtaken
        }
        switch unstuffer.next(from: &input) {
        case .needsInput:
            progress = .message(number, unstuffer, octets: octets)
            return nil
        case .bytes(let bytes):
            let sum = octets + bytes.readableBytes
            guard sum <= limits.message else {
                throw POP3Error(
                    code: .limitExceeded, message: "Message \(number) is longer than \(limits.message) octets.",
                    messageNumber: number)
            }
            progress = .message(number, unstuffer, octets: sum)
            return .messageBytes(bytes)
        case .paused:
            progress = .message(number, unstuffer, octets: octets)
            return try readMessage(&input, number, &unstuffer, octets)
        case .end:
            lastMessage = number
            answered()
            return .messageEnded(number, octets: octets)
        }
    }

    /// The first line of an answer.
    private mutating func readStatus(
        _ input: inout ByteBuffer, _ lines: inout LineDecoder, of order: ClientOrder
    ) throws(POP3Error) -> ClientAction? {
        guard let line = try lines.nextLine(from: &input) else { return nil }
        let reply = try Reply(line: line)
        if order == .noop, probe != .idle {
            probe = .idle
            answered()
            return try read(&input, &lines)
        }
        guard reply.status == .positive else {
            guard reply.status == .negative else { throw POP3Error.malformedReply(reply.text) }
            answered()
            return .refused(order, .negative(reply, to: order.command.keyword).about(order.messageNumber))
        }
        switch order {
        case .capabilities: progress = .capabilities(CapabilitiesReader())
        case .uniqueIDs: progress = .uniqueIDs(ListingReader())
        case .scanListing: progress = .scanListing(ListingReader())
        case .retrieve(let number, octets: _), .top(let number, lines: _):
            progress = .message(number, ByteUnstuffer(keepsDots: keepsDots), octets: 0)
            keepsDots = false
            sawLoneDot = false
            hadAnswer = true
            return .messageBegan(number)
        case .maildropSize, .uniqueID, .size, .delete, .noop, .reset:
            answered()
            return Self.answer(to: order, reply)
        case .quit:
            answered()
            return .finished
        }
        return try read(&input, &lines)
    }

    private mutating func answered() {
        progress = .status
        guard let order = unanswered.popFirst() else { return }
        unansweredOctets -= order.windowOctets
        // CAPA is answered without a look at the maildrop.
        if order != .capabilities { hadAnswer = true }
    }

    /// The machine's own words for what needs just one line.
    private static func answer(to order: ClientOrder, _ reply: Reply) -> ClientAction {
        let answer: ClientAnswer? =
            switch order {
            case .maildropSize: MaildropSize(reply).map { .maildropSize($0) }
            case .uniqueID(let number): UniqueIDListing.Element(reply, for: number).map { .uniqueID($0) }
            case .size(let number): ScanListing.Element(reply, for: number).map { .size($0) }
            case .capabilities, .uniqueIDs, .scanListing, .retrieve, .top, .delete, .noop, .reset, .quit: .done(order)
            }
        guard let answer else {
            let error = POP3Error(
                code: .malformedReply, message: "The answer to \(order.command.keyword) can't be read.",
                serverText: reply.humanText, messageNumber: order.messageNumber)
            return .refused(order, error)
        }
        return .answer(answer)
    }

    /// Octets that nothing was asked for: the server ends the session with a -ERR, or a message was cut short by a dot
    /// that was not stuffed.
    private func readUnasked(
        _ input: inout ByteBuffer, _ lines: inout LineDecoder
    ) throws(POP3Error) -> ClientAction? {
        guard let line = try lines.nextLine(from: &input) else { return nil }
        if let reply = try? Reply(line: line), reply.status == .negative {
            throw POP3Error(
                code: .connectionClosed, message: "The server ended the session.", serverText: reply.humanText,
                responseCode: reply.responseCode)
        }
        throw POP3Error(
            code: .unexpectedData, message: "The server sent something that nothing was asked for.",
            serverText: line.humanText, messageNumber: lastMessage)
    }
}

extension POP3Error {
    func about(_ number: MessageNumber?) -> POP3Error {
        var copy = self
        if copy.messageNumber == nil { copy.messageNumber = number }
        return copy
    }
}
