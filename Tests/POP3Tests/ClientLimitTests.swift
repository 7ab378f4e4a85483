import MailModel
import NIOCore
import Testing

@testable import POP3

/// Every limit of the client machine, at the limit and one over.
@Suite struct ClientLimitTests {
    /// A session that is signed in, with PIPELINING, and `orders` given.
    private func session(_ limits: Limits.POP3Client = .init(), _ orders: [ClientOrder]) throws -> ClientReplay {
        let transcript = try Transcript(
            name: "session",
            text: orders.map { "@order \($0.text)\($0.octetsSuffix)\n" }.joined() + """
                S: +OK
                C: CAPA
                S: +OK
                S: TOP
                S: UIDL
                S: PIPELINING
                S: USER
                S: .
                C: USER ann
                S: +OK
                C: PASS secret
                S: +OK
                """)
        var replay = ClientReplay(transcript, limits: limits)
        replay.run(transcript, cuts: .whole)
        return replay
    }

    private func number(_ value: Int) throws -> MessageNumber { try #require(MessageNumber(value)) }

    private func retrievals(_ numbers: ClosedRange<Int>, octets: Int = 0) throws -> [ClientOrder] {
        try numbers.map { .retrieve(try number($0), octets: octets) }
    }

    private func asked(_ replay: ClientReplay) -> Int {
        String(decoding: replay.sent, as: UTF8.self).split(separator: "\r\n").count { $0.hasPrefix("RETR") }
    }

    @Test func aReplyLineMayBeAsLongAsTheLimit() throws {
        var limits = Limits.POP3Client()
        limits.replyLine = 100
        var fits = try session(limits, [.noop])
        fits.feed(ByteBuffer(string: "+OK " + String(repeating: "x", count: 96) + "\r\n"))
        #expect(fits.events.last == "done NOOP")
        var over = try session(limits, [.noop])
        over.feed(ByteBuffer(string: "+OK " + String(repeating: "x", count: 97) + "\r\n"))
        #expect(over.events.last == "failed limitExceeded")
    }

    @Test func aBodyLineMayBeOfAnyLength() throws {
        var limits = Limits.POP3Client()
        limits.replyLine = 100
        var replay = try session(limits, try retrievals(1...1))
        replay.feed(ByteBuffer(string: "+OK\r\n"))
        for _ in 0..<50 { replay.feed(ByteBuffer(repeating: 65, count: 10_000)) }
        replay.feed(ByteBuffer(string: "\r\n.\r\n"))
        #expect(replay.events.last?.hasPrefix("message 1 500002 AAA") == true)
    }

    @Test(arguments: [ClientOrder.uniqueIDs, .scanListing]) func aListingMayHaveAsManyLines(order: ClientOrder) throws {
        var limits = Limits.POP3Client()
        limits.listingMessages = 3
        var fits = try session(limits, [order])
        fits.feed(ByteBuffer(string: "+OK\r\n1 1\r\n2 2\r\n3 3\r\n.\r\n"))
        #expect(fits.events.last?.hasSuffix("1=1 2=2 3=3 malformed 0") == true)
        var over = try session(limits, [order])
        over.feed(ByteBuffer(string: "+OK\r\n1 1\r\n2 2\r\n3 3\r\n4 4\r\n.\r\n"))
        #expect(over.events.last == "failed limitExceeded")
    }

    @Test(arguments: [ClientOrder.uniqueIDs, .scanListing]) func aListingMayHaveAsManyOctets(order: ClientOrder) throws
    {
        var limits = Limits.POP3Client()
        limits.listingOctets = 10
        var fits = try session(limits, [order])
        fits.feed(ByteBuffer(string: "+OK\r\n1 1\r\n2 2\r\n.\r\n"))
        #expect(fits.events.last?.hasSuffix("1=1 2=2 malformed 0") == true)
        limits.listingOctets = 9
        var over = try session(limits, [order])
        over.feed(ByteBuffer(string: "+OK\r\n1 1\r\n2 2\r\n.\r\n"))
        #expect(over.events.last == "failed limitExceeded")
    }

    @Test func aMessageMayBeAsLongAsTheLimit() throws {
        var limits = Limits.POP3Client()
        limits.message = 5
        var fits = try session(limits, try retrievals(1...1))
        fits.feed(ByteBuffer(string: "+OK\r\n...\r\n.\r\n"))
        #expect(fits.events.last == "message 1 4 ..\\r\\n")
        var full = try session(limits, try retrievals(1...1))
        full.feed(ByteBuffer(string: "+OK\r\nabc\r\n.\r\n"))
        #expect(full.events.last == "message 1 5 abc\\r\\n")
        var over = try session(limits, try retrievals(1...1))
        over.feed(ByteBuffer(string: "+OK\r\nabcd\r\n.\r\n"))
        #expect(over.events.last == "failed limitExceeded about 1")
    }

    @Test func capabilitiesMayHaveAsManyLines() throws {
        for (count, expected) in [(200, true), (201, false)] {
            var replay = try session(.init(), [.capabilities])
            replay.feed(ByteBuffer(string: "+OK\r\n" + String(repeating: "X\r\n", count: count) + ".\r\n"))
            #expect((replay.events.last?.hasPrefix("capabilities") == true) == expected)
            if !expected { #expect(replay.events.last == "failed limitExceeded") }
        }
    }

    @Test func theWindowIsBoundedInMessages() throws {
        var limits = Limits.POP3Client()
        limits.windowMessages = 4
        var replay = try session(limits, try retrievals(1...20))
        #expect(asked(replay) == 4)
        replay.feed(ByteBuffer(string: "+OK\r\n.\r\n"))
        #expect(asked(replay) == 4, "a window more than half full is not topped up")
        replay.feed(ByteBuffer(string: "+OK\r\n.\r\n"))
        #expect(asked(replay) == 6)
        for _ in 3...20 { replay.feed(ByteBuffer(string: "+OK\r\n.\r\n")) }
        #expect(asked(replay) == 20)
        #expect(replay.events.last == "message 20 0 ")
    }

    @Test func theWindowIsBoundedInOctets() throws {
        var limits = Limits.POP3Client()
        limits.windowOctets = 1000
        #expect(asked(try session(limits, try retrievals(1...20, octets: 250))) == 4)
        #expect(asked(try session(limits, try retrievals(1...20, octets: 251))) == 3)
        #expect(asked(try session(limits, try retrievals(1...20, octets: 1_000_000))) == 1)
        #expect(asked(try session(limits, try retrievals(1...20, octets: .max))) == 1)
    }

    @Test func withoutPipeliningOneCommandIsUnderWay() throws {
        let transcript = try #require(TranscriptTests.client.first { $0.name == "no-capa.transcript" })
        var replay = ClientReplay(transcript)
        replay.feed(ByteBuffer(string: "+OK\r\n-ERR\r\n+OK\r\n+OK\r\n"))
        #expect(String(decoding: replay.sent, as: UTF8.self).hasSuffix("PASS secret\r\nSTAT\r\n"))
    }

    @Test func anOrderGivenAfterTheEndHasNoEffect() throws {
        var machine = POP3ClientMachine(
            ClientConfiguration(security: .plainText, userName: "ann", password: Secret("secret")))
        machine.connectionClosed()
        guard case .failed(let error) = machine.next() else {
            Issue.record("the session goes on")
            return
        }
        #expect(error.code == .connectionClosed)
        machine.perform(.noop)
        machine.received(ByteBuffer(string: "+OK\r\n"))
        guard case .wait = machine.next() else {
            Issue.record("the session goes on")
            return
        }
        #expect(machine.waitingOrders == 0)
    }

    @Test func whatIsWaitedForSaysWhichTimeOutApplies() throws {
        var machine = POP3ClientMachine(
            ClientConfiguration(security: .plainText, userName: "ann", password: Secret("secret")))
        func feed(_ text: String) {
            machine.received(ByteBuffer(string: text))
            while true { if case .wait = machine.next() { return } }
        }
        #expect(machine.expectation == .signIn)
        feed("+OK\r\n+OK\r\nPIPELINING\r\nTOP\r\n.\r\n")
        #expect(machine.expectation == .signIn)
        feed("+OK\r\n")
        #expect(machine.expectation == .verdict)
        feed("+OK\r\n")
        #expect(machine.expectation == .firstAnswer, "CAPA is asked again: UIDL was not announced")
        machine.perform(.maildropSize)
        machine.perform(.retrieve(try number(1), octets: 3))
        feed("+OK\r\nPIPELINING\r\n.\r\n")
        #expect(machine.expectation == .firstAnswer)
        feed("+OK 1 3\r\n")
        #expect(machine.expectation == .answer)
        feed("+OK\r\n")
        #expect(machine.expectation == .message)
        feed(".\r\n")
        #expect(machine.expectation == .order)
    }
}

extension ClientOrder {
    fileprivate var octetsSuffix: String {
        if case .retrieve(_, let octets) = self { " \(octets)" } else { "" }
    }
}
