import Foundation
import Logging
import MailModel
import MailStore
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Submission

/// The service stops for good at a step, as if its process had been killed there: nothing that it would have written after
/// is. What the next one finds is told, and nobody gets the message twice unasked.
@Suite struct KillTests {
    /// Runs until `step` and leaves everything as it was then.
    private func runUntil(_ step: SubmissionStep, _ fixture: SendingFixture, _ id: SubmissionID) async throws {
        let (reached, sink) = AsyncStream.makeStream(of: Void.self)
        var options = fixture.options()
        options.reached = { now in
            guard now == step else { return }
            sink.finish()
            // Never goes on: what it would have done next is not done before the store is closed below.
            await untilCancelled()
        }
        let sender = MessageSender(
            store: try fixture.store, connector: Connector(), options: options,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let account = try #require(fixture.account.withLock { $0 })
        let task = Task { _ = try? await sender.send(id, in: account) }
        for await _ in reached {}
        await (try fixture.store).close()
        task.cancel()
        await task.value
    }

    @Test(arguments: SubmissionStep.allCases) func killedAtAnyStep(_ step: SubmissionStep) async throws {
        let server = try await ScriptedSMTPServer()
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(port: server.port)
        let id = try await fixture.submit()
        try await runUntil(step, fixture, id)
        let early = server.messages.count
        try await fixture.open()
        let after = try await fixture.serving {
            try await fixture.wait(for: id) { [.sent, .inDoubt].contains($0.state) }
        }
        switch step {
        case .connected, .signedIn, .dataAccepted, .messageSent:
            #expect(early == 0 && after.state == .sent && server.messages.count == 1)
        case .marked, .endSent, .answered:
            // Nobody knows; it is asked, and not sent again.
            #expect(after.state == .inDoubt && server.messages.count <= 1)
            #expect(after.problem == SubmissionDoubt.ended.sentence)
        case .committed: #expect(early == 1 && after.state == .sent && server.messages.count == 1)
        }
        try await fixture.reopen()
    }

    @Test func aCopyOfTheDataDoesNotSendWhatItsOriginalMaySend() async throws {
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(port: 9)
        let id = try await fixture.submit()
        await (try fixture.store).close()
        let (data, original) = (fixture.folder.path("data"), fixture.folder.path("original"))
        try FileManager.default.moveItem(atPath: data, toPath: original)
        try FileManager.default.copyItem(atPath: original, toPath: data)
        try await fixture.open()
        let copied = try await fixture.submission(id)
        #expect(copied.state == .inDoubt && copied.problem == SubmissionDoubt.copied.sentence)
        try await fixture.reopen()
    }
}
