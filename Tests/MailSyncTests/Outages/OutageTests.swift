import Foundation
import MailModel
import MailStore
import Synchronization
import TestSupport
import Testing

@testable import MailSync
@testable import Transport

/// What goes wrong around a daemon: each has a status that says what, and is over, without anybody's doing, when the
/// trouble is. docs/operations.md has them as a table.
@Suite struct OutageTests {
    @Test func aFullDisk() async throws {
        let disk = try SmallDisk(megabytes: 24)
        let world = try await OutageWorld(folder: disk.path("restante"))
        try await world.fixture.whileServiceRuns {
            _ = try await world.untilStatus { $0.state == .idle && $0.stored == 3 }
            try disk.fill()
            // Some of it is larger than what is left in pages that are taken already.
            world.deliver(2, size: 400_000)
            let full = try await world.untilStatus { $0.state == .failing }
            #expect(full.error?.type == "storage")
            #expect(full.error?.description.contains("The disk is full") == true)
            #expect(full.nextPollAt.map { $0 > world.fixture.now } == true)
            try disk.empty()
            let well = try await world.untilStatus { $0.state == .idle && $0.stored == 5 }
            #expect(well.error == nil)
        }
        try await world.expectComplete()
    }

    @Test func aFolderThatMayNotBeWrittenTo() async throws {
        let world = try await OutageWorld(openAccounts: 1)
        try await world.fixture.whileServiceRuns {
            _ = try await world.untilStatus { $0.state == .idle && $0.stored == 3 }
            // The account is closed, as those of idle people are: it is opened again when the mail is polled.
            try await world.closeAccount()
            try await SmallDisk.withReadOnly(world.fixture.dataPath("accounts")) {
                world.deliver(2)
                let shut = try await world.untilStatus { $0.state == .failing }
                #expect(shut.error?.type == "storage")
                #expect(shut.error?.description.contains("permission") == true)
            }
            let well = try await world.untilStatus { $0.state == .idle && $0.stored == 5 }
            #expect(well.error == nil)
        }
        try await world.expectComplete()
    }

    @Test(arguments: [86_400, -86_400])
    func aClockThatJumpsADay(seconds: Int) async throws {
        let world = try await OutageWorld()
        try await world.fixture.whileServiceRuns {
            let before = try await world.untilStatus { $0.state == .idle && $0.stored == 3 }
            #expect(before.nextPollAt.map { $0.since(world.fixture.now) } == .seconds(300))
            world.fixture.pass(.seconds(seconds))
            world.deliver(2)
            // The pause that was to come, and what passed while the service was at work: not a day.
            let jumped = world.fixture.now
            let after = try await world.untilStatus { $0.state == .idle && $0.stored == 5 }
            #expect(world.fixture.now.since(jumped) <= .seconds(900))
            #expect(after.error == nil)
            #expect(after.nextPollAt.map { $0.since(world.fixture.now) <= .seconds(300) } == true)
        }
        #expect(world.server.commands("RETR").count == 5)
        try await world.expectComplete()
    }

    @Test func namesThatNobodyAnswersFor() async throws {
        let resolver = Outage()
        let world = try await OutageWorld(resolver: resolver)
        try await world.fixture.whileServiceRuns {
            _ = try await world.untilStatus { $0.state == .idle && $0.stored == 3 }
            resolver.begin()
            world.deliver(2)
            let lost = try await world.untilStatus { $0.state == .failing }
            #expect(lost.error?.type == "unknownHost")
            #expect(lost.error?.description.contains("name servers of this machine do not answer") == true)
            resolver.end()
            let well = try await world.untilStatus { $0.state == .idle && $0.stored == 5 }
            #expect(well.error == nil)
        }
        try await world.expectComplete()
    }

    @Test func aHandshakeThatStalls() async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedPOP3Server(.numbered(3), start: .secure, certificate: certificates.valid())
        let relay = try CuttingRelay(to: server.port)
        let world = try await OutageWorld(
            server: server, port: relay.port, authority: certificates.authority, security: .tls,
            change: { $0.limits.tlsHandshake = .seconds(1) })
        // Everything from the server stops at its first octet, and the line stays.
        relay.cut(afterOctets: 0) {}
        try await world.fixture.whileServiceRuns {
            let stalled = try await world.untilStatus { $0.state == .failing }
            #expect(stalled.error?.type == "timeout")
            #expect(stalled.error?.description.contains("handshake") == true)
            relay.cut(afterOctets: nil)
            let well = try await world.untilStatus { $0.state == .idle && $0.stored == 3 }
            #expect(well.error == nil)
        }
        try await world.expectComplete()
    }

    @Test func aServerThatAcceptsAndNeverSpeaks() async throws {
        let server = try await ScriptedPOP3Server(.numbered(3)) { command, _ in
            command == "GREETING" ? .stall(after: []) : nil
        }
        let world = try await OutageWorld(server: server, change: { $0.limits.answer = .seconds(1) })
        try await world.fixture.whileServiceRuns {
            let silent = try await world.untilStatus { $0.state == .failing }
            #expect(silent.error?.type == "timeout")
            #expect(silent.error?.description.contains("never spoke") == true)
            server.setScript(nil)
            let well = try await world.untilStatus { $0.state == .idle && $0.stored == 3 }
            #expect(well.error == nil)
        }
        try await world.expectComplete()
    }

    /// A resolver whose servers can be gone.
    private final class Outage: HostResolver {
        private let isOn = Mutex(false)

        func begin() { isOn.withLock { $0 = true } }
        func end() { isOn.withLock { $0 = false } }

        func addresses(of host: String) async throws(TransportError) -> [IPAddress] {
            guard isOn.withLock({ $0 }) else { return [IPAddress("127.0.0.1")].compactMap { $0 } }
            throw .unknown(host, EAI_AGAIN)
        }
    }
}
