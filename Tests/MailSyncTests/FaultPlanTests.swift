import Foundation
import MailModel
import MailStore
import Synchronization
import TestSupport
import Testing

@testable import MailSync

/// Sessions that go wrong at every effect of the server in turn: before each command, after it was carried out and before
/// it is answered, in silence, and after each octet of each answer. A tenth of the places, by SEED; all of them when
/// RESTANTE_FAULTS is `all`. What befalls our own process is proven by scripts/proof/effects.
@Suite struct FaultPlanTests {
    enum Fault: String, CaseIterable, Sendable {
        case closedBefore, closedAfter, stalled, cut
    }

    /// Which poll of a round the fault befalls: the one that fetches, or the one that deletes what it fetched.
    @Test(arguments: Fault.allCases, [0, 1])
    func nothingIsLostOrTwiceOrDeletedWithoutACopy(fault: Fault, poll: Int) async throws {
        var world = try await World(fault)
        let length = try await world.length(of: fault, inPoll: poll)
        #expect(length > 5)
        var tried = 0
        for place in 0..<length where Self.isChosen(place, fault) {
            if tried % 20 == 0 { world = try await World(fault) }
            try await world.round(fault, at: place, inPoll: poll)
            tried += 1
        }
        print("\(fault.rawValue) in poll \(poll + 1): \(length) places, \(tried) tried")
        #expect(tried > 0)
    }

    /// The same for a renumbered maildrop.
    @Test(arguments: Fault.allCases)
    func whatIsRenumberedIsRecognisedWhateverBreaks(fault: Fault) async throws {
        var world = try await World(fault, retention: .keep)
        let length = try await world.length(of: fault, inPoll: 2)
        var tried = 0
        for place in 0..<length where Self.isChosen(place, fault) {
            if tried % 20 == 0 { world = try await World(fault, retention: .keep) }
            try await world.round(fault, at: place, inPoll: 2)
            tried += 1
        }
        print("\(fault.rawValue) in a renumbered maildrop: \(length) places, \(tried) tried")
    }

    private static func isChosen(_ place: Int, _ fault: Fault) -> Bool {
        let environment = ProcessInfo.processInfo.environment
        if environment["RESTANTE_FAULTS"] == "all" { return true }
        let seed = environment["SEED"].flatMap { Int($0) } ?? 1
        // Few commands and many octets: of the commands every third, at most.
        return (place &* 7 &+ seed) % (fault == .cut ? 10 : 3) == 0
    }

    /// A maildrop whose every round brings two messages that nobody has seen.
    private final class World: Sendable {
        private let server: ScriptedPOP3Server
        private let fixture: SyncFixture
        private let maildrop: MaildropID
        private let retention: Retention
        private let rounds = Mutex(10_000)
        private let sent = Mutex<[[UInt8]]>([])

        init(_ fault: Fault, retention: Retention = Retention(deleteAfter: 0)) async throws {
            server = try await ScriptedPOP3Server(ScriptedMaildrop())
            // A session that stalls is waited for as long as this; what goes wrong otherwise ends at once.
            fixture = try await SyncFixture {
                $0.limits.answer = fault == .stalled ? .seconds(2) : .seconds(60)
                $0.limits.firstAnswer = $0.limits.answer
            }
            maildrop = try await fixture.addMaildrop(port: server.port) { $0.retention = retention }
            self.retention = retention
        }

        /// How many places a fault may come at.
        func length(of fault: Fault, inPoll poll: Int) async throws -> Int {
            // The second round is as long as all that follow: there is something that a message may be taken for.
            for _ in 0..<2 { try await round(fault, at: nil, inPoll: poll) }
            let before = server.record
            let (commands, octets) = try await round(fault, at: nil, inPoll: poll)
            #expect(server.record.sessions > before.sessions)
            return fault == .cut ? octets : commands
        }

        /// Two new messages come; one of the polls goes wrong at a place; in the end everything is as it must be. Returns
        /// the commands and octets of the poll that might have gone wrong.
        @discardableResult
        func round(_ fault: Fault, at place: Int?, inPoll faulty: Int) async throws -> (commands: Int, octets: Int) {
            begin()
            var measured = (0, 0)
            for poll in 0..<faulty { try await self.poll(poll) }
            if faulty == 2 { renumber() }
            let before = server.record
            arm(fault, at: place)
            _ = try await fixture.poll(maildrop)
            server.setScript(nil)
            server.cutSessions(afterOctets: nil)
            measured = (server.record.commands.count - before.commands.count, server.record.sent - before.sent)
            for poll in 0..<4 { try await self.poll(poll) }
            try await expectAll("\(fault) at \(place ?? -1) in poll \(faulty)")
            return measured
        }

        private func begin() {
            let number = rounds.withLock { round in
                round += 1
                return round
            }
            let messages = [0, 1].map { part in
                ScriptedMaildrop.Message(
                    uniqueID: "\(number)-\(part)",
                    bytes: Array(
                        "Message-ID: <\(number)-\(part)@x>\r\nSubject: \(number)\r\n\r\n.\r\nbody \(part)\r\n".utf8))
            }
            server.change { $0.messages += messages }
            sent.withLock { $0 += messages.map(\.bytes) }
        }

        private func renumber() {
            let round = rounds.withLock { $0 }
            server.change { drop in
                for index in drop.messages.indices { drop.messages[index].uniqueID = "r\(round)-\(index)" }
            }
        }

        private func poll(_ poll: Int) async throws {
            fixture.pass(.seconds(601))
            _ = try await fixture.poll(maildrop)
        }

        private func arm(_ fault: Fault, at place: Int?) {
            guard let place else { return }
            fixture.pass(.seconds(601))
            if fault == .cut { return server.cutSessions(afterOctets: place) }
            let seen = Counter()
            server.setScript { command, _ in
                guard command != "GREETING", seen.next() == place else { return nil }
                return switch fault {
                case .closedBefore, .cut: .bytesThenClose([])
                case .closedAfter: .silenceAfterDoing
                case .stalled: .stall(after: [])
                }
            }
        }

        private func expectAll(_ place: String) async throws {
            let all = sent.withLock { $0 }
            let stored = try await fixture.storedMessages()
            #expect(stored.count == all.count, "\(place)")
            #expect(Set(stored) == Set(all), "\(place)")
            let deleted = server.record.deleted
            #expect(Set(deleted).isSubset(of: Set(stored)), "\(place)")
            if retention.keepsAll {
                #expect(deleted.isEmpty, "\(place)")
            } else {
                #expect(deleted.count == all.count, "\(place)")
            }
            let report = try await fixture.store.check()
            #expect(report.isClean, "\(place): \(report.findings)")
        }
    }

    private final class Counter: Sendable {
        private let value = Mutex(-1)

        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }
}
