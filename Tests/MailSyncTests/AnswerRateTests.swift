import MailModel
import POP3
import Synchronization
import TestSupport
import Testing
import Transport

@testable import MailSync

/// Servers that keep a session by sending next to nothing.
@Suite struct AnswerRateTests {
    @Test func anAnswerThatDripsIsTooSlow() {
        var meter = AnswerRateMeter(octetsPerSecond: 64)
        // It may take its time to begin, and for one pause.
        #expect(meter.received(1, after: .seconds(600)) == true)
        #expect(meter.received(1, after: .seconds(59)) == true)
        #expect(meter.received(1, after: .seconds(59)) == false)
    }

    @Test func answersInARowAreEachTheirOwn() {
        var meter = AnswerRateMeter(octetsPerSecond: 64)
        for _ in 0..<1000 {
            #expect(meter.received(5, after: .seconds(59)) == true)
            meter.ended()
        }
    }

    @Test func atTheLimitItIsFastEnoughAndOneLessIsNot() {
        for (count, isFastEnough) in [(64 * 60, true), (64 * 60 - 1, false)] {
            var meter = AnswerRateMeter(octetsPerSecond: 64)
            #expect(meter.received(1, after: .zero) == true)
            #expect(meter.received(count, after: .seconds(60)) == isFastEnough)
        }
    }

    @Test func aListingThatDripsEndsTheSession() async throws {
        let server = try await ScriptedPOP3Server(.numbered(1)) { command, _ in
            command == "UIDL" ? .endless(after: Array("+OK\r\n".utf8), Array("1 a\r\n".utf8)) : nil
        }
        var configuration = ClientConfiguration(
            security: .plainText, userName: "alice", password: Secret("alice-secret"))
        configuration.limits.answerRate = 1 << 30
        let seconds = Mutex(0)
        let began = ContinuousClock.now
        // Every look at the clock finds it most of a minute later.
        let now: @Sendable () -> ContinuousClock.Instant = {
            seconds.withLock { seconds in
                seconds += 59
                return began.advanced(by: .seconds(seconds))
            }
        }
        let target = ConnectionTarget(host: "127.0.0.1", port: server.port, start: .plain)
        let ready = configuration
        let failure = try await Connector().withConnection(to: target) { connection -> SyncFailure? in
            let session = POP3Session(connection, ready, now: now)
            do throws(SyncFailure) {
                try await session.signIn()
                session.perform(.uniqueIDs)
                _ = try await session.next()
                return nil
            } catch {
                return error
            }
        }
        #expect(failure?.kind == .timeout)
    }
}
