import Foundation
import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// Polls of the POP3 servers that Debian has: each with its own spool, listings and manners.
@Suite struct RealServerTests {
    private static let servers = UpstreamServerKind.allCases

    @Test(arguments: servers)
    func everyMessageIsStoredOnceAsTheServerShowsItAndNoneFetchedAgain(kind: UpstreamServerKind) async throws {
        let world = try await ServerWorld(kind)
        let first = try await world.poll()
        #expect(first.report.failure == nil)
        #expect(first.record.fetched == ServerMail.all.count)
        let shown = try await world.shown()
        try await world.expectComplete(shown)

        // Once with a probe, once with a whole listing, when the server has had time to write into its spool.
        for pause in [300, 86_400] {
            world.fixture.pass(.seconds(pause))
            let next = try await world.poll()
            #expect(next.report.failure == nil)
            #expect(next.record.fetched == 0)
            #expect(next.report.notices.isEmpty)
        }
        #expect(world.commands("RETR").count == ServerMail.all.count)
        #expect(world.commands("DELE").isEmpty)
        try await world.expectComplete(shown)
        #expect(try await world.server.heldCount() == ServerMail.all.count)
    }

    @Test(arguments: servers)
    func newMailIsAllThatIsFetched(kind: UpstreamServerKind) async throws {
        let world = try await ServerWorld(kind)
        _ = try await world.poll()
        for number in 20..<23 {
            try await world.server.add([ServerMail.message(number, body: "new\r\n")])
            let result = try await world.poll()
            #expect(result.report.failure == nil)
            #expect(result.record.fetched == 1)
        }
        try await world.expectComplete(try await world.shown())
    }

    @Test(arguments: servers)
    func aMessageGoesUpstreamOnceItsCopyIsVerifiedAndNoSooner(kind: UpstreamServerKind) async throws {
        let world = try await ServerWorld(kind, retention: Retention(deleteAfter: 0))
        _ = try await world.poll()
        #expect(world.commands("DELE").isEmpty)
        #expect(try await world.server.heldCount() == ServerMail.all.count)
        let shown = try await world.shown()

        // The copy of the large one is damaged: that message stays where it is.
        let file = try #require(try world.fixture.blobFiles().first)
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        var damaged = whole
        damaged[whole.count / 2] ^= 1
        try Self.replace(file, with: damaged)
        for _ in 0..<2 { _ = try await world.poll() }
        #expect(try await world.server.heldCount() == 1)

        try Self.replace(file, with: whole)
        world.fixture.pass(.seconds(2 * 86_400))
        for _ in 0..<2 { _ = try await world.poll() }
        #expect(try await world.server.heldCount() == 0)
        try await world.expectComplete(shown)
        #expect(try await world.poll().report.failure == nil)
    }

    private static func replace(_ file: String, with content: Data) throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        try content.write(to: URL(fileURLWithPath: file))
    }

    @Test(arguments: servers)
    func whereverTheLineBreaksTheNextPollGoesOn(kind: UpstreamServerKind) async throws {
        let world = try await ServerWorld(kind)
        _ = try await world.poll()
        let shown = try await world.shown()
        let octets = world.relay.passed
        for eighth in [2, 5] {
            let broken = try await ServerWorld(kind, world.server)
            broken.relay.cut(afterOctets: octets * eighth / 8 + eighth)
            #expect(try await broken.poll().report.failure != nil)
            broken.relay.cut(afterOctets: nil)
            #expect(try await broken.poll().report.failure == nil)
            try await broken.expectComplete(shown)
            let again = try await broken.poll()
            #expect(again.record.fetched == 0)
        }
    }

    @Test(arguments: servers)
    func aServerThatIsKilledInAMessageLosesAndRepeatsNothing(kind: UpstreamServerKind) async throws {
        let world = try await ServerWorld(kind)
        let server = world.server
        world.relay.cut(afterOctets: 200_000) { Task { try await server.killSessions() } }
        #expect(try await world.poll().report.failure != nil)
        world.relay.cut(afterOctets: nil)
        #expect(try await world.poll().report.failure == nil)
        try await world.expectComplete(try await world.shown())
    }

    @Test(arguments: servers)
    func aPollThatIsEndedInAMessageIsTakenUpByTheNext(kind: UpstreamServerKind) async throws {
        let world = try await ServerWorld(kind)
        let (reached, reach) = AsyncStream.makeStream(of: Void.self)
        world.relay.cut(afterOctets: 200_000) { reach.finish() }
        let poll = Task { try await world.poll() }
        for await _ in reached {}
        poll.cancel()
        #expect(try await poll.value.report.failure != nil)
        world.relay.cut(afterOctets: nil)
        #expect(try await world.poll().report.failure == nil)
        try await world.expectComplete(try await world.shown())
    }
}
