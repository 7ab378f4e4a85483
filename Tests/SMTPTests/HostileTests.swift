import MailModel
import NIOCore
import SMTP
import TestSupport
import Testing

/// What servers send that they should not.
@Suite struct HostileTests {
    @Test func aLineMayHaveTheLimitAndNoMore() {
        var configuration = Conversation.configuration()
        configuration.limits.replyLine = 20
        for (count, event) in [(20, nil), (21, "failed limitExceeded ")] as [(Int, String?)] {
            var session = Conversation(configuration)
            session.feed(Array(("220 " + String(repeating: "x", count: count - 4) + "\r\n").utf8))
            #expect(session.events.last == event)
        }
        var session = Conversation(configuration, cut: 1)
        session.feed([UInt8](repeating: 0x32, count: 22))
        #expect(session.events == ["failed limitExceeded "])
    }

    @Test func aReplyMayHaveTheLimitOfLinesAndNoMore() {
        var configuration = Conversation.configuration()
        configuration.limits.replyLines = 3
        for (count, event) in [(3, nil), (4, "failed limitExceeded ")] as [(Int, String?)] {
            var session = Conversation(configuration)
            session.feed(Array((String(repeating: "220-x\r\n", count: count - 1) + "220 x\r\n").utf8))
            #expect(session.events.last == event)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n", "+OK POP3\r\n", "22\r\n", "220x\r\n", "220-a\r\n221 b\r\n", "\r\n", "199 x\r\n",
        "600 x\r\n", "\u{0}\u{0}\u{0}\r\n", "SSH-2.0-OpenSSH\r\n",
    ]) func whatIsNoReplyEndsTheSession(_ text: String) {
        for cut in [0, 1] {
            var session = Conversation(Conversation.configuration(), cut: cut)
            session.feed(Array(text.utf8))
            #expect(session.events == ["failed malformedReply "])
        }
    }

    @Test func aServerThatSpeaksUnaskedIsLeft() {
        var session = Conversation(Conversation.configuration())
        session.feed(Array("220 x\r\n250 x\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n".utf8))
        session.feed(Array("250 again\r\n".utf8))
        #expect(session.events.contains("accepted 250 ok"))
        var early = Conversation(Conversation.configuration())
        early.feed(Array("220 x\r\n421 bye\r\n".utf8))
        #expect(early.events == ["failed temporaryFailure 421 bye"])
    }

    @Test func textForPeopleHasNoControlCharacters() {
        var session = Conversation(Conversation.configuration())
        session.feed(Array("554 5.7.1 \u{1B}[31mno\u{7}\r\n".utf8))
        #expect(session.events == ["failed permanentFailure 554 5.7.1 \u{FFFD}[31mno\u{FFFD}"])
    }

    /// Any octets, in any cut: no trap, no hang, and always the same.
    @Test func mutatedServersAreSurvivedAndCutsDoNotMatter() {
        let whole = """
            220 mail.example ESMTP\r\n250-mail.example\r\n250-PIPELINING\r\n250-SIZE 5000\r\n250-AUTH PLAIN LOGIN\r
            250-8BITMIME\r\n250 SMTPUTF8\r\n235 2.7.0 ok\r\n250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 go\r\n250 2.0.0 ok\r
            221 bye\r\n
            """
        var random = SeededRandom(seed: 21)
        for _ in 0..<max(20, SeededRandom.rounds / 10) {
            var bytes = Array(whole.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                case 2: bytes.insert(contentsOf: "421 99999999999999999999\r\n".utf8, at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(12), at: place)
                }
            }
            let told = [0, 1, 3].map { cut in
                var session = Conversation(
                    Conversation.configuration(.implicitTLS, .password(userName: "ann", Secret("pw"))), cut: cut)
                session.feed(bytes)
                session.close()
                return session.events + [String(decoding: session.sent, as: UTF8.self)]
            }
            #expect(told[1] == told[0] && told[2] == told[0])
        }
    }
}
