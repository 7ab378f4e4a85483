import MailModel
import SMTP
import Testing

@Suite struct SignInTests {
    private static let opening: [Conversation.Step] = [.server("220 x\n"), .client("EHLO home.example\n")]

    @Test func aPasswordIsSaidWithLOGINWherePLAINIsNotOffered() {
        var session = Conversation(Conversation.configuration(.implicitTLS, .password(userName: "ann", Secret("pw"))))
        let deviation = session.run(
            Self.opening + [
                .server("250-x\n250 AUTH=LOGIN\n"), .client("AUTH LOGIN\n"), .server("334 VXNlcm5hbWU6\n"),
                .client("YW5u\n"), .server("334 UGFzc3dvcmQ6\n"), .client("cHc=\n"), .server("235 ok\n"),
                .client("MAIL FROM:<ann@example.org>\n"),
            ])
        #expect(deviation == nil)
    }

    @Test func aMechanismThatIsNotTakenIsFollowedByTheNext() {
        var session = Conversation(Conversation.configuration(.implicitTLS, .password(userName: "ann", Secret("pw"))))
        let deviation = session.run(
            Self.opening + [
                .server("250-x\n250 AUTH PLAIN LOGIN\n"), .client("AUTH PLAIN AGFubgBwdw==\n"), .server("504 no\n"),
                .client("AUTH LOGIN\n"), .server("334 \n"), .client("YW5u\n"), .server("334 \n"), .client("cHc=\n"),
                .server("535 5.7.8 wrong\n"),
            ])
        #expect(deviation == nil)
        #expect(session.events == ["failed credentialsRefused 535 5.7.8 wrong"])
    }

    @Test func aTokenIsSaidWithXOAUTH2AndItsRefusalIsAnswered() {
        var session = Conversation(
            Conversation.configuration(
                .implicitTLS, .accessToken(userName: "someuser@example.com", Secret("vF9dft4qmT"))))
        let first = "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB2RjlkZnQ0cW1UAQE="
        let deviation = session.run(
            Self.opening + [
                .server("250-x\n250 AUTH XOAUTH2 PLAIN OAUTHBEARER\n"), .client("AUTH XOAUTH2 \(first)\n"),
                .server("334 eyJzdGF0dXMiOiI0MDEifQ==\n"), .client("\n"), .server("535 no\n"),
            ])
        #expect(deviation == nil)
        #expect(session.events == ["failed credentialsRefused 535 no"])
    }

    @Test func aLongTokenFollowsTheChallenge() {
        let token = String(repeating: "t", count: 600)
        var session = Conversation(
            Conversation.configuration(.implicitTLS, .accessToken(userName: "ann", Secret(token))))
        let deviation = session.run(
            Self.opening + [.server("250-x\n250 AUTH XOAUTH2\n"), .client("AUTH XOAUTH2\n"), .server("334 \n")])
        #expect(deviation?.hasPrefix("sent more: dXNlcj1hbm4B") == true)
    }

    @Test func aServerThatCantSayYesNowIsNotAboutThePassword() {
        var session = Conversation(Conversation.configuration(.implicitTLS, .password(userName: "ann", Secret("pw"))))
        _ = session.run([.server("220 x\n"), .server("250-x\n250 AUTH PLAIN\n"), .server("454 4.7.0 later\n")])
        #expect(session.events == ["failed temporaryFailure 454 4.7.0 later"])
    }

    @Test func withoutACommonMechanismNothingIsSaid() {
        var session = Conversation(Conversation.configuration(.implicitTLS, .password(userName: "ann", Secret("pw"))))
        let deviation = session.run(Self.opening + [.server("250-x\n250 AUTH GSSAPI\n")])
        #expect(deviation == nil)
        #expect(session.events == ["failed signInUnavailable "])
    }

    @Test func whatAServerRepeatsOfAPasswordIsNotTold() {
        for echo in ["correct horse battery", "AGFubgBjb3JyZWN0IGhvcnNlIGJhdHRlcnk="] {
            var session = Conversation(
                Conversation.configuration(.implicitTLS, .password(userName: "ann", Secret("correct horse battery"))))
            _ = session.run([
                .server("220 x\n"), .server("250-x\n250 AUTH PLAIN\n"), .server("535 \(echo) is wrong\n"),
            ])
            #expect(session.events == ["failed credentialsRefused 535 <redacted>"])
        }
    }
}
