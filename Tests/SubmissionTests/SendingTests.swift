import MailModel
import MailStore
import Synchronization
import TestSupport
import Testing

@testable import Submission

@Suite struct SendingTests {
    @Test func aMessageArrivesByteTrueWithoutItsBcc() async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedSMTPServer(certificate: try certificates.valid())
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(port: server.port, security: .starttls, host: "localhost")
        let id = try await fixture.submit(to: ["bob@example.net", "cy@example.net"])
        let done = try await fixture.serving(authority: certificates.authority) {
            try await fixture.wait(for: id) { $0.state == .sent }
        }
        let message = try #require(server.messages.first)
        #expect(String(decoding: message.octets, as: UTF8.self) == SendingFixture.sent.replacing("\n", with: "\r\n"))
        #expect(message.sender == "ada@example.org")
        #expect(message.recipients == ["bob@example.net", "cy@example.net"])
        #expect(message.isSecure && message.user != nil)
        #expect(done.recipients.map(\.state) == [.relayed, .relayed])
        #expect(done.recipients.map(\.reply) == ["250 2.1.5 fine", "250 2.1.5 fine"])
        #expect(done.undoStatus == .final && done.problem == nil)
        #expect(server.messages.count == 1)
        try await fixture.reopen()
    }

    @Test func everyRecipientHasItsOwnFate() async throws {
        let server = try await ScriptedSMTPServer { command, session in
            if command.contains("<no@") { return .text("550 5.1.1 no such user") }
            if command.contains("<later@"), session == 1 { return .text("451 4.2.1 later") }
            return nil
        }
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(port: server.port)
        let id = try await fixture.submit(to: ["yes@x.example", "no@x.example", "later@x.example"])
        try await fixture.serving {
            let first = try await fixture.wait(for: id) { $0.attempts == 1 && $0.problem != nil }
            #expect(first.recipients.map(\.state) == [.relayed, .refused, .queued])
            #expect(first.recipients.map(\.reply) == ["250 2.1.5 fine", "550 5.1.1 no such user", "451 4.2.1 later"])
            #expect(first.undoStatus == .final)
            #expect(first.nextTryAt == fixture.now.adding(.seconds(60)))
            await fixture.clock.waitForSleepers()
            fixture.clock.advance(by: .seconds(61))
            let last = try await fixture.wait(for: id) { $0.state == .sent }
            #expect(last.recipients.map(\.state) == [.relayed, .refused, .relayed])
        }
        #expect(server.messages.map(\.recipients) == [["yes@x.example"], ["later@x.example"]])
        try await fixture.reopen()
    }

    @Test func aServerThatIsDownIsTriedLessAndLessOftenAndThenGivenUp() async throws {
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(port: try FreePort.any())
        let id = try await fixture.submit()
        try await fixture.serving({ $0.giveUpAfter = .seconds(400) }) {
            for (attempt, pause) in [(1, 60), (2, 120)] {
                // While a try goes on, what the last one came to is still said.
                let next = fixture.now.adding(.seconds(pause))
                let failed = try await fixture.wait(for: id) { $0.attempts == attempt && $0.nextTryAt == next }
                #expect(failed.state == .pending && failed.undoStatus == .pending && failed.problem != nil)
                await fixture.clock.waitForSleepers()
                fixture.clock.advance(by: .seconds(pause))
            }
            let last = try await fixture.wait(for: id) { $0.attempts == 3 && $0.state == .failed }
            #expect(last.problem?.hasPrefix("Given up") == true)
            #expect(last.recipients.first?.reply?.hasPrefix("451 4.4.0 Nobody answers") == true)
        }
        try await fixture.reopen()
    }

    @Test func whatIsRefusedForGoodIsNotTriedAgain() async throws {
        for (command, reply) in [(".", "554 5.7.1 spam"), ("MAIL", "550 5.7.1 not you"), ("DATA", "554 5.7.0 no")] {
            let server = try await ScriptedSMTPServer { line, _ in
                line.hasPrefix(command) && !line.hasPrefix("DATA…") ? .text(reply) : nil
            }
            let fixture = try await SendingFixture()
            try await fixture.addMaildrop(port: server.port)
            let id = try await fixture.submit()
            let done = try await fixture.serving { try await fixture.wait(for: id) { $0.state == .failed } }
            #expect(done.recipients == [SubmissionRecipient(address: "bob@example.net", state: .refused, reply: reply)])
            #expect(done.problem?.contains(reply) == true)
        }
    }

    @Test func eightBitTextIsRefusedWhereItCantGo() async throws {
        let server = try await ScriptedSMTPServer(extensions: ["AUTH PLAIN"])
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(port: server.port)
        let id = try await fixture.submit("From: ada@example.org\n\nfünf\n")
        let done = try await fixture.serving { try await fixture.wait(for: id) { $0.state == .failed } }
        #expect(done.recipients.first?.reply?.hasPrefix("554 5.6.0 The message has 8-bit text") == true)
        #expect(server.messages.isEmpty)
    }

    @Test func aRefusedPasswordWaitsForAnotherOne() async throws {
        let server = try await ScriptedSMTPServer { command, session in
            command.hasPrefix("AUTH") && session == 1 ? .text("535 5.7.8 wrong") : nil
        }
        let fixture = try await SendingFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        let id = try await fixture.submit()
        try await fixture.serving {
            let failed = try await fixture.wait(for: id) { $0.problem != nil }
            #expect(failed.nextTryAt == fixture.now.adding(.seconds(1800)))
            #expect(failed.problem?.contains("535 5.7.8 wrong") == true)
            try await fixture.theAccount().write { writer in
                let settings = try #require(try writer.reader.maildrop(maildrop)).settings
                try writer.updateMaildrop(maildrop, settings, password: .set(Secret("better")))
            }
            try await fixture.wait(for: id) { $0.state == .sent }
        }
        #expect(server.messages.count == 1)
    }

    @Test func aMessageWaitsForItsTimeAndCanBeTakenBack() async throws {
        let server = try await ScriptedSMTPServer()
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(port: server.port)
        let (later, never) = (
            try await fixture.submit(at: fixture.now.adding(.seconds(50))),
            try await fixture.submit(at: fixture.now.adding(.seconds(50)))
        )
        try await fixture.serving {
            await fixture.clock.waitForSleepers()
            #expect(try await fixture.submission(later).undoStatus == .pending)
            #expect(try await fixture.theAccount().write { try $0.cancelSubmission(never) })
            fixture.clock.advance(by: .seconds(51))
            try await fixture.wait(for: later) { $0.state == .sent }
        }
        #expect(try await fixture.submission(never).state == .canceled)
        #expect(try await !fixture.theAccount().write { try $0.cancelSubmission(later) })
        #expect(server.messages.count == 1)
        try await fixture.reopen()
    }

    @Test func takenBackWithinATryTheMessageHasNoEnd() async throws {
        let server = try await ScriptedSMTPServer()
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(port: server.port)
        let id = try await fixture.submit()
        let step = Mutex<Bool?>(nil)
        try await fixture.serving({
            $0.reached = { reached in
                guard reached == .messageSent else { return }
                let canceled = try? await fixture.theAccount().write { try $0.cancelSubmission(id) }
                step.withLock { $0 = canceled }
            }
        }) {
            try await fixture.wait(for: id) { $0.state == .canceled }
        }
        #expect(step.withLock { $0 } == true)
        #expect(server.messages.isEmpty && !server.commands.contains("."))
    }

    @Test func aDestroyedSubmissionIsStillSent() async throws {
        let server = try await ScriptedSMTPServer()
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(port: server.port)
        let id = try await fixture.submit()
        let account = try await fixture.theAccount()
        try await account.write { writer in
            let email = try #require(try writer.reader.submissions([id]).first).email
            try writer.destroyEmail(email)
            try writer.destroySubmission(id)
            #expect(try writer.reader.submissions().isEmpty)
        }
        let committed = AsyncStream.makeStream(of: Void.self)
        try await fixture.serving({ $0.reached = { if $0 == .committed { committed.continuation.finish() } } }) {
            for await _ in committed.stream {}
        }
        #expect(server.messages.count == 1)
        #expect(try await account.read { try $0.unsettledSubmissions() } == 0)
        try await fixture.reopen()
    }

    @Test func aConnectionThatEndsBeforeTheAnswerLeavesADoubtThatSomebodySettles() async throws {
        for (resolution, state, count) in [
            (SubmissionResolution.sendAgain, SubmissionState.sent, 1), (.arrived, .sent, 0), (.giveUp, .failed, 0),
        ] {
            let server = try await ScriptedSMTPServer { command, session in
                command == "." && session == 1 ? .close : nil
            }
            let fixture = try await SendingFixture()
            try await fixture.addMaildrop(port: server.port)
            let id = try await fixture.submit()
            try await fixture.serving {
                let doubtful = try await fixture.wait(for: id) { $0.state == .inDoubt }
                #expect(doubtful.problem == SubmissionDoubt.cut.sentence)
                #expect(doubtful.recipients.map(\.state) == [.inDoubt])
                #expect(doubtful.undoStatus == .final && doubtful.nextTryAt == nil)
                #expect(try await fixture.theAccount().write { try $0.resolveSubmission(id, resolution) })
                try await fixture.wait(for: id) { $0.state == state }
            }
            #expect(server.messages.count == count)
            try await fixture.reopen()
        }
    }
}
