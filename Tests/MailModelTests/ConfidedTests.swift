import MailModel
import Testing

@Suite struct ConfidedTests {
    private func confided(_ lines: String) -> Confided {
        var confided = Confided()
        confided.add(lines: lines.utf8)
        return confided
    }

    @Test func anyTwelveOctetsInARowAreFoundAndElevenAreNot() {
        let sent = confided("AUTH XOAUTH2 dXNlcj1hZGEBYXV0aD1CZWFyZXIgeWEyOS4\r\n")
        #expect(sent.occurs(in: "bad: dXNlcj1hZGEBYXV0aD1CZWFyZXIgeWEyOS4".utf8))
        #expect(sent.occurs(in: "...ZXIgeWEyOS4".utf8) == false)
        #expect(sent.occurs(in: "...FyZXIgeWEyOS4".utf8))
        #expect(sent.occurs(in: "XIgeWEyOS4".utf8) == false)
        #expect(sent.occurs(in: "AUTH XOAUTH2 is not for you".utf8) == false)
    }

    @Test func whatIsShortIsFoundWhole() {
        let sent = confided("USER ada\r\nPASS horse x\r\n")
        #expect(sent.occurs(in: "wrong: horse x!".utf8))
        #expect(!sent.occurs(in: "wrong: horse".utf8))
        #expect(!sent.occurs(in: "ada is unknown".utf8))
        #expect(!sent.occurs(in: "".utf8))
    }

    @Test func answersToChallengesAreSecretAsAWhole() {
        #expect(confided("aHVudGVyMg==\r\n").occurs(in: "what is aHVudGVyMg==?".utf8))
        #expect(confided("APOP ada c4c9334bac560ecc979e58001b3e22fb\r\n").occurs(in: "c4c9334bac560ecc".utf8))
    }
}
