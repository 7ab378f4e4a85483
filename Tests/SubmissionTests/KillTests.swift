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
    private func runUntil(
        _ step: SubmissionStep, _ fixture: SendingFixture, _ id: SubmissionID, authority: String? = nil
    ) async throws {
        let (reached, sink) = AsyncStream.makeStream(of: Void.self)
        var options = fixture.options()
        options.reached = { now in
            guard now == step else { return }
            sink.finish()
            // Never goes on: what it would have done next is not done before the store is closed below.
            await untilCancelled()
        }
        let sender = MessageSender(
            store: try fixture.store, connector: Connector(trust: authority.map { .file($0) } ?? .system),
            options: options,
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

    /// With a server that takes what has ended, whatever becomes of who sent it: each step once, in an order of the seed's,
    /// and some of them again.
    @Test func whatPostfixTakesIsThereOnceWhicheverStepIsKilled() async throws {
        let seed = SeededRandom.seed
        print("kills while sending, seed: \(seed)")
        var random = SeededRandom(seed: seed)
        let again = (0..<4).compactMap { _ in SubmissionStep.allCases.randomElement(using: &random) }
        let steps = (SubmissionStep.allCases + again).shuffled(using: &random)
        let server = try await SubmissionServer.start(.starttls, .postfix)
        let fixture = try await SendingFixture()
        try await fixture.addMaildrop(port: server.port, security: .starttls, host: "localhost")
        var sent: Set<String> = []
        for (number, step) in steps.enumerated() {
            let subject = "number \(number), killed at \(step)"
            let id = try await fixture.submit(
                "From: ada@example.org\nTo: bob@example.net\nSubject: \(subject)\n\nhello\n")
            try await runUntil(step, fixture, id, authority: server.certificates.authority)
            try await fixture.open()
            let after = try await fixture.serving(authority: server.certificates.authority) {
                try await fixture.wait(for: id) { [.sent, .inDoubt].contains($0.state) }
            }
            if after.state == .sent { sent.insert(subject) }
            #expect((after.state == .inDoubt) == [.marked, .endSent, .answered].contains(step), "\(subject)")
        }
        try await fixture.reopen()
        var delivered: [String: Int] = [:]
        while !sent.isSubset(of: delivered.keys) {
            let number = delivered.values.reduce(1, +)
            await server.untilDelivered(number)
            let text = String(decoding: try server.message(number).octets, as: UTF8.self)
            let subject = text.split(separator: "\r\n").first { $0.hasPrefix("Subject: ") }?.dropFirst(9) ?? ""
            delivered[String(subject), default: 0] += 1
        }
        #expect(delivered.values.allSatisfy { $0 == 1 }, "\(delivered)")
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
