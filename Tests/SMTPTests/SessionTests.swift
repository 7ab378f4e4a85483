import MailModel
import SMTP
import Testing

/// Whole sessions, with the server's octets whole and cut everywhere.
@Suite struct SessionTests {
    private static let cuts = [0, 1, 2, 3, 7]

    private static let mail: [Conversation.Step] = [
        .client("MAIL FROM:<ann@example.org>\n"), .server("250 2.1.0 fine\n"), .client("RCPT TO:<bob@example.net>\n"),
        .server("250 2.1.5 fine\n"), .client("DATA\n"), .server("354 go on\n"), .client("A: b\n\nhi\n.\n"),
        .server("250 2.0.0 queued as 1\n"), .client("QUIT\n"), .server("221 bye\n"),
    ]

    @Test(arguments: cuts) func aMessageIsHandedOver(cut: Int) {
        var session = Conversation(Conversation.configuration(), cut: cut)
        let deviation = session.run(
            [.server("220 mail.example ESMTP\n"), .client("EHLO home.example\n"), .server("250 mail.example\n")]
                + Self.mail)
        #expect(deviation == nil)
        #expect(session.events == ["ready", "message 250", "accepted 250 2.0.0 queued as 1", "finished"])
        #expect(!session.isInDoubt)
    }

    @Test(arguments: cuts) func aServerWithoutEHLOIsGreetedWithHELO(cut: Int) {
        var session = Conversation(Conversation.configuration(), cut: cut)
        let deviation = session.run(
            [
                .server("220 old\n"), .client("EHLO home.example\n"), .server("502 what?\n"),
                .client("HELO home.example\n"), .server("250 old\n"),
            ] + Self.mail)
        #expect(deviation == nil)
        #expect(session.events.last == "finished")
    }

    @Test(arguments: cuts) func afterSTARTTLSEverythingIsAskedAgain(cut: Int) {
        var session = Conversation(
            Conversation.configuration(.startTLS, .password(userName: "ann", Secret("pw"))), cut: cut)
        let deviation = session.run(
            [
                .server("220 x\n"), .client("EHLO home.example\n"),
                .server("250-x\n250-AUTH LOGIN\n250-PIPELINING\n250 STARTTLS\n"), .client("STARTTLS\n"),
                .server("220 go\n"), .tls, .client("EHLO home.example\n"), .server("250-x\n250 AUTH PLAIN LOGIN\n"),
                .client("AUTH PLAIN AGFubgBwdw==\n"), .server("235 2.7.0 welcome\n"),
            ] + Self.mail)
        #expect(deviation == nil)
        #expect(session.events.first == "tls")
    }

    @Test func plainTextBehindTheAnswerToSTARTTLSEndsTheSession() {
        for injected in ["220 go\n250 x\n", "220 go\n2"] {
            var session = Conversation(Conversation.configuration(.startTLS))
            _ = session.run([
                .server("220 x\n"), .client("EHLO home.example\n"), .server("250-x\n250 STARTTLS\n"),
                .client("STARTTLS\n"), .server(injected),
            ])
            #expect(session.events == ["failed tlsInjection "])
        }
    }

    @Test func withoutSTARTTLSNothingIsSaid() {
        var session = Conversation(Conversation.configuration(.startTLS, .password(userName: "ann", Secret("pw"))))
        let deviation = session.run([
            .server("220 x\n"), .client("EHLO home.example\n"), .server("250-x\n250 AUTH PLAIN\n"),
        ])
        #expect(deviation == nil)
        #expect(session.events == ["failed tlsUnavailable "])
    }

    @Test(arguments: cuts) func commandsGoTogetherWithPipelining(cut: Int) {
        var session = Conversation(
            Conversation.configuration(), to: [Conversation.bob, Conversation.cy], cut: cut)
        let deviation = session.run([
            .server("220 x\n"), .client("EHLO home.example\n"), .server("250-x\n250-SIZE 1000\n250 PIPELINING\n"),
            .client("MAIL FROM:<ann@example.org> SIZE=12\nRCPT TO:<bob@example.net>\nRCPT TO:<cy@example.net>\n"),
            .server("250 ok\n550-5.1.1 no\n550 5.1.1 such user\n250 ok\n"), .client("DATA\n"), .server("354 go\n"),
            .client("A: b\n\nhi\n.\n"), .server("250 ok\n"), .client("QUIT\n"), .server("221 bye\n"),
        ])
        #expect(deviation == nil)
        #expect(session.events == ["ready", "message 550 250", "accepted 250 ok", "finished"])
    }

    @Test func noMoreCommandsAreOnTheirWayThanTheWindowHolds() {
        var configuration = Conversation.configuration()
        configuration.limits.windowCommands = 2
        var session = Conversation(
            configuration, to: [Conversation.bob, Conversation.cy, Conversation.bob])
        let deviation = session.run([
            .server("220 x\n"), .client("EHLO home.example\n"), .server("250-x\n250 PIPELINING\n"),
            .client("MAIL FROM:<ann@example.org>\nRCPT TO:<bob@example.net>\n"), .server("250 ok\n"),
            .client("RCPT TO:<cy@example.net>\n"), .server("250 ok\n"), .client("RCPT TO:<bob@example.net>\n"),
            .server("250 ok\n250 ok\n"), .client("DATA\n"),
        ])
        #expect(deviation == nil)
    }

    @Test func noMessageIsSentToNobody() {
        for (replies, event) in [
            ("250 ok\n550 no\n550 no\n", "refused permanentFailure 550 550"),
            ("250 ok\n550 no\n450 later\n", "refused temporaryFailure 550 450"),
            ("250 ok\n552 too many\n552 too many\n", "refused temporaryFailure 552 552"),
            ("451 later\n503 no\n503 no\n", "refused temporaryFailure "),
            ("553 not you\n503 no\n503 no\n", "refused permanentFailure "),
        ] {
            var session = Conversation(Conversation.configuration(), to: [Conversation.bob, Conversation.cy])
            let deviation = session.run([
                .server("220 x\n"), .client("EHLO home.example\n"), .server("250-x\n250 PIPELINING\n"),
                .client("MAIL FROM:<ann@example.org>\nRCPT TO:<bob@example.net>\nRCPT TO:<cy@example.net>\n"),
                .server(replies), .client("QUIT\n"), .server("221 bye\n"),
            ])
            #expect(deviation == nil)
            #expect(session.events == ["ready", event, "finished"])
        }
    }

    @Test func aRefusedMessageIsNotInDoubt() {
        for (reply, event) in [
            ("451 4.3.0 later\n", "refused temporaryFailure 250"), ("554 5.6.0 spam\n", "refused permanentFailure 250"),
            ("421 4.3.2 shutting down\n", "failed temporaryFailure 421 4.3.2 shutting down"),
        ] {
            let session = Self.upToVerdict(.server(reply))
            #expect(session.events.prefix(3).last == event)
            #expect(!session.isInDoubt)
        }
    }

    @Test func anAnswerThatNeverCameLeavesAMessageInDoubt() {
        for step in [Conversation.Step.close, .server("3"), .server("354 go on\n"), .server("2x0 ok\n")] {
            var session = Self.upToVerdict(step)
            session.close()
            #expect(session.events.last?.hasPrefix("failed") == true)
            #expect(session.isInDoubt)
        }
    }

    private static func upToVerdict(_ step: Conversation.Step) -> Conversation {
        var session = Conversation(Conversation.configuration())
        _ = session.run([
            .server("220 x\n"), .server("250 x\n"), .server("250 ok\n"), .server("250 ok\n"), .server("354 go\n"), step,
        ])
        return session
    }

    @Test func aClosedConnectionBeforeTheEndIsNoDoubt() {
        let steps: [Conversation.Step] = [
            .server("220 x\n"), .server("250 x\n"), .server("250 ok\n"), .server("250 ok\n"),
        ]
        for count in 0...steps.count {
            var session = Conversation(Conversation.configuration())
            _ = session.run(Array(steps.prefix(count)) + [.close])
            #expect(session.events.last == "failed connectionClosed ")
            #expect(!session.isInDoubt)
        }
    }
}
