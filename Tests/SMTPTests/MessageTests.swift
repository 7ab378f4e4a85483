import MailModel
import NIOCore
import TestSupport
import Testing

@testable import SMTP

/// A message's octets on their way to DATA.
@Suite struct MessageTests {
    private func encoded(_ text: String, cut: Int) -> String {
        var encoder = DataEncoder()
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: cut) {
            output += Array(encoder.encode(bytes[start..<min(start + cut, bytes.count)]).readableBytesView)
        }
        return String(decoding: output + Array(encoder.end().readableBytesView), as: UTF8.self)
    }

    @Test(arguments: [
        ("", ".\r\n"), ("a\r\n", "a\r\n.\r\n"), ("a", "a\r\n.\r\n"), (".", "..\r\n.\r\n"),
        ("a\r\n.\r\n.b\r\n", "a\r\n..\r\n..b\r\n.\r\n"), ("a\n.\nb\r.\r", "a\r\n..\r\nb\r\n..\r\n.\r\n"),
        ("\r\n.\r\r\n.", "\r\n..\r\n\r\n..\r\n.\r\n"),
    ]) func linesHaveOneEndAndDotsAreDoubled(_ text: String, _ wanted: String) {
        for cut in [1, 2, 3, 100] { #expect(encoded(text, cut: cut) == wanted) }
    }

    @Test func noCutChangesWhatIsSentAndItComesBackWhole() {
        var random = SeededRandom(seed: 5)
        for _ in 0..<100 {
            let bytes = random.bytes(200, from: Array("..\r\nab".utf8))
            let text = String(decoding: bytes, as: UTF8.self)
            let whole = encoded(text, cut: 1000)
            #expect(encoded(text, cut: 1) == whole)
            #expect(encoded(text, cut: 7) == whole)
            #expect(!whole.replacing("\r\n", with: "").contains(where: { $0 == "\r" || $0 == "\n" }))
            // Only its end looks like an end.
            #expect(whole.ranges(of: "\r\n.\r\n").count <= 1)
        }
    }

    @Test func aLineOfAnyLengthIsSentAsItIs() {
        let line = String(repeating: "x", count: 300_000)
        #expect(encoded(line + "\r\n", cut: 65_536) == line + "\r\n.\r\n")
    }

    @Test func aScanTellsWhatAMessageNeeds() {
        func traits(_ text: String) -> MessageTraits {
            var scan = MessageScan()
            for byte in text.utf8 { scan.add([byte]) }
            return scan.end()
        }
        #expect(traits("A: b\r\n\r\nhi\r\n").octets == 12)
        #expect(traits("A: b\n\nhi").octets == 12)
        #expect(traits("A: é\r\n\r\nhi\r\n").hasEightBitHeader)
        #expect(!traits("A: é\r\n\r\nhi\r\n").hasEightBitBody)
        #expect(traits("A: b\r\n\r\né\r\n").hasEightBitBody)
        #expect(!traits("A: b\r\n\r\né\r\n").hasEightBitHeader)
    }

    private func outcome(_ announced: String, _ body: String, to: SMTPAddress = Conversation.bob) -> (String, [String])
    {
        var session = Conversation(Conversation.configuration(), to: [to], body: body)
        session.feed(Array("220 x\r\n250-x\r\n\(announced)250 HELP\r\n".utf8))
        return (String(decoding: session.sent, as: UTF8.self), session.events)
    }

    @Test func whatAServerDoesNotOfferIsRefusedBeforeAnythingIsSaid() throws {
        let needy = try #require(SMTPAddress("bjørn@example.net"))
        for (announced, body, recipient) in [
            ("", "A: b\r\n\r\né\r\n", Conversation.bob), ("250-8BITMIME\r\n", "A: é\r\n\r\n", Conversation.bob),
            ("250-8BITMIME\r\n", "A: b\r\n\r\n", needy), ("250-SIZE 11\r\n", "A: b\r\n\r\nhi\r\n", Conversation.bob),
        ] {
            let (sent, events) = outcome(announced, body, to: recipient)
            #expect(events == ["ready", "refused unsupported "])
            #expect(sent == "EHLO home.example\r\nQUIT\r\n")
        }
    }

    @Test func whatAServerOffersIsAskedFor() throws {
        let all = "250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 0\r\n"
        let needy = try #require(SMTPAddress("bjørn@example.net"))
        #expect(outcome(all, "A: b\r\n\r\né\r\n").0.hasSuffix("MAIL FROM:<ann@example.org> SIZE=12 BODY=8BITMIME\r\n"))
        #expect(outcome(all, "A: b\r\n\r\n", to: needy).0.hasSuffix("MAIL FROM:<ann@example.org> SIZE=8 SMTPUTF8\r\n"))
        #expect(outcome("250-SIZE 12\r\n", "A: b\r\n\r\nhi\r\n").0.hasSuffix("SIZE=12\r\n"))
    }
}

@Suite struct AddressTests {
    @Test(arguments: [
        "a@b", "ann.lee+x@mail.example.org", "\"a b\\\"@\"@example.org", "a@[192.0.2.1]", "a@[IPv6:::1]",
        "bjørn@bücher.example",
        "!#$%&'*+-/=?^_`{|}~@example.org", "a_b@under_score.example",
    ]) func anAddressIsTaken(_ text: String) { #expect(SMTPAddress(text)?.description == text) }

    @Test(arguments: [
        "", "a", "@b", "a@", "a b@c", "a@b c", "a@b\r\nDATA", "a\n@b", "a>@b", "<a@b>", ".a@b", "a.@b", "a..b@c",
        "a@b..c",
        "a@.b", "\"a@b", "\"a\"b\"@c", "a@b>", "a@[x y]", "a@\u{2028}b", "a\u{0}@b", "a,b@c",
        String(repeating: "a", count: 250) + "@b.example",
    ]) func whatIsNoneIsNot(_ text: String) { #expect(SMTPAddress(text) == nil) }

    @Test func aStatusCodeIsReadWhereThereIsOne() {
        func status(_ text: String) -> String? { EnhancedStatus(startOf: Array(text.utf8))?.description }
        #expect(status("5.1.1 no such user") == "5.1.1")
        #expect(status("2.0.0") == "2.0.0")
        for text in ["", "5.1", "5.1.1.1 x", "3.1.1 x", "5.1111.1 x", "hello", "5.1.1x"] {
            #expect(status(text) == nil)
        }
    }
}
