import MailModel
import TestSupport
import Testing

@testable import MailStore
@testable import MailSync

/// Servers that give messages other unique-ids.
@Suite struct RenumberingTests {
    /// Messages of sizes that hardly repeat.
    static func varied(_ count: Int, from first: Int = 1) -> ScriptedMaildrop {
        ScriptedMaildrop(
            messages: (first..<first + count).map { number in
                .init(
                    uniqueID: "uid-\(number)",
                    bytes: ScriptedMaildrop.message(number, size: size(number)))
            })
    }

    private static func size(_ number: Int) -> Int { 300 + number &* 7919 % 4000 }

    private func renumber(_ server: ScriptedPOP3Server, _ prefix: String = "new-") {
        server.change { drop in
            for index in drop.messages.indices { drop.messages[index].uniqueID = prefix + String(index) }
        }
    }

    /// Polls and expects every message of the maildrop to be stored once.
    private func expectWhole(
        _ fixture: SyncFixture, _ maildrop: MaildropID, _ bytes: [[UInt8]], fetched: Int = 0
    ) async throws {
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure == nil)
        #expect(result.record.fetched == fetched)
        let stored = try await fixture.storedMessages()
        #expect(stored.count == bytes.count)
        #expect(Set(stored) == Set(bytes))
        await fixture.expectSound()
    }

    @Test func tenThousandRenumberedMessagesAreNotFetchedAgain() async throws {
        let drop = Self.varied(10_000)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).record.fetched == 10_000)
        renumber(server)
        let before = server.record
        let result = try await fixture.poll(maildrop)
        #expect(result.report.failure == nil)
        #expect(result.report.recognised == 10_000)
        #expect(result.record.fetched == 0)
        #expect(server.commands("RETR").count == 10_000)
        let traffic = server.record.sent + server.record.received - before.sent - before.received
        print("renumbered maildrop of 10,000: \(traffic) octets of traffic")
        #expect(traffic < 3_000_000)
        // The poll after that finds nothing new either.
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        #expect(try await fixture.emails().count == 10_000)
    }

    @Test func renumberedMessagesOfOneSizeAreRecognised() async throws {
        let drop = ScriptedMaildrop.numbered(100)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { drop in
            drop.messages.remove(at: 50)
            drop.messages.shuffle()
        }
        renumber(server)
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
        // One body decides whether TOP is to be believed where sizes say otherwise.
        #expect(server.commands("RETR").count <= 101)
    }

    @Test func newMailAmongRenumberedMessagesIsFetched() async throws {
        let server = try await ScriptedPOP3Server(Self.varied(60))
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        let fresh = Self.varied(3, from: 900).messages
        server.change { drop in
            drop.messages.insert(fresh[0], at: 20)
            drop.messages.insert(fresh[1], at: 40)
            drop.messages.append(fresh[2])
        }
        renumber(server)
        try await expectWhole(
            fixture, maildrop, Self.varied(60).messages.map(\.bytes) + fresh.map(\.bytes), fetched: 3)
    }

    @Test func aFewRenumberedMessagesAreLookedAtOneByOne() async throws {
        let drop = Self.varied(5)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        renumber(server)
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
        #expect(server.commands("TOP").count == 5)
    }

    @Test func aMessageThatComesBackUnderAnotherUniqueIDIsKnown() async throws {
        let drop = Self.varied(50)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages[10].uniqueID = "moved there and back" }
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
        server.change { $0.messages[10].uniqueID = "uid-11" }
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
    }

    /// QUIRK: servers that count octets otherwise than the ones before them.
    @Test func renumberedMessagesWithOtherSizesAreRecognisedByTheirHeaders() async throws {
        let drop = Self.varied(60)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        renumber(server)
        server.setScript { command, _ in
            guard command == "LIST" else { return nil }
            let lines = drop.messages.indices.map { "\($0 + 1) \(drop.messages[$0].bytes.count - 9)\r\n" }
            return .bytes(Array(("+OK\r\n" + lines.joined() + ".\r\n").utf8))
        }
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
    }

    /// Every size is said to be less by 9, from now on.
    private func countOtherwise(_ server: ScriptedPOP3Server, _ drop: ScriptedMaildrop, upTo count: Int? = nil) {
        server.setScript { command, _ in
            guard command == "LIST" else { return nil }
            let lines = drop.messages.prefix(count ?? .max).enumerated().map { "\($0 + 1) \($1.bytes.count - 9)\r\n" }
            return .bytes(Array(("+OK\r\n" + lines.joined() + ".\r\n").utf8))
        }
    }

    /// The first batch of adoptions is on disk, the second is not: what is left is recognised all the same.
    @Test func aRenumberingWithOtherSizesThatIsCutGoesOn() async throws {
        let drop = Self.varied(1200)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        renumber(server)
        countOtherwise(server, drop)
        let account = try await fixture.store.account(fixture.account)
        _ = try await account.write { writer in
            try writer.db.run(
                """
                CREATE TRIGGER cut BEFORE INSERT ON maildropMessage
                WHEN (SELECT count(*) FROM maildropMessage WHERE numbering = 2) >= 700
                BEGIN SELECT RAISE(ABORT, 'cut'); END
                """)
        }
        #expect(try await fixture.poll(maildrop).report.failure?.kind == .storage)
        _ = try await account.write { try $0.db.run("DROP TRIGGER cut") }
        let known = try await account.read { try $0.knownMessages(of: maildrop) }
        #expect(known.numbering == 2 && known.count == 500)
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
        #expect(try await account.read { try $0.knownMessages(of: maildrop).numbering } == 2)
    }

    /// Another name of the same server: what is known of its listing no longer counts.
    private func moveToAnotherHost(_ fixture: SyncFixture, _ maildrop: MaildropID) async throws {
        let account = try await fixture.store.account(fixture.account)
        try await account.write { writer in
            guard var settings = try writer.reader.maildrop(maildrop)?.settings else { return }
            settings.host = "127.0.0.1"
            try writer.updateMaildrop(maildrop, settings)
        }
    }

    /// A new host with other sizes, to which the mail is copied little by little.
    @Test func aNewHostThatIsFilledSlowlyFetchesNothingAgain() async throws {
        let drop = Self.varied(90)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        try await moveToAnotherHost(fixture, maildrop)
        for count in [60, 75, 90] {
            server.change { $0.messages = Array(drop.messages.prefix(count)) }
            renumber(server)
            countOtherwise(server, drop, upTo: count)
            try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
            fixture.pass(.seconds(3600))
        }
    }

    @Test(arguments: [true, false])
    func renumberedMessagesWithoutTopAreRecognised(inOneRun: Bool) async throws {
        var drop = Self.varied(40)
        drop.hasTop = false
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        if !inOneRun { server.change { $0.messages.reverse() } }
        renumber(server)
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
        if inOneRun { #expect(server.commands("RETR").count < 40 + 15) }
    }

    /// QUIRK: TOP whose header is not the message's.
    @Test func aServerWhoseTopLies() async throws {
        let drop = Self.varied(40)
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command.hasPrefix("TOP") ? .bytes(Array("+OK\r\nSubject: none of your business\r\n\r\n.\r\n".utf8)) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        renumber(server)
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
    }

    @Test func aServerThatFallsAtTopIsAskedOtherwiseTheNextTime() async throws {
        let drop = Self.varied(30)
        let server = try await ScriptedPOP3Server(drop) { command, _ in
            command.hasPrefix("TOP") ? .bytesThenClose([]) : nil
        }
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        renumber(server)
        for _ in 0..<2 { #expect(try await fixture.poll(maildrop).report.failure?.kind == .connectionClosed) }
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
    }

    @Test func theSameUserAtAnotherHostFetchesNothingAgain() async throws {
        let drop = Self.varied(50)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        try await moveToAnotherHost(fixture, maildrop)
        renumber(server)
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
        #expect(server.commands("RETR").count == 50)
    }

    @Test func unlikeMessagesUnderNewUniqueIDsAreAllFetched() async throws {
        let server = try await ScriptedPOP3Server(Self.varied(100))
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        let other = Self.varied(100, from: 50_000)
        server.change { $0.messages = other.messages }
        try await expectWhole(
            fixture, maildrop, Self.varied(100).messages.map(\.bytes) + other.messages.map(\.bytes), fetched: 100)
    }

    @Test func whatWasRecognisedBySizeIsLookedAtLaterAndPutRight() async throws {
        var drop = Self.varied(100, from: 1000)
        // Two of one size, which change places when the server is migrated.
        drop.messages[41].bytes = ScriptedMaildrop.message(4242, size: Self.size(1033))
        #expect(drop.messages[41].bytes.count == drop.messages[33].bytes.count)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages.swapAt(33, 41) }
        renumber(server)
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
        let account = try await fixture.store.account(fixture.account)
        #expect(try await !account.read { try $0.uncheckedMessages(of: maildrop, limit: 1000) }.isEmpty)
        try await expectWhole(fixture, maildrop, drop.messages.map(\.bytes))
        #expect(try await account.read { try $0.uncheckedMessages(of: maildrop, limit: 1000) }.isEmpty)
        // Each unique-id stands for the email that it really is.
        let messages = try await account.read { reader in
            try [33, 41].map { place in
                let id = try #require(UniqueID("new-\(place)".utf8))
                let email = try #require(try reader.rememberedMessage(id, ordinal: 0, of: maildrop)?.email)
                let blob = try #require(try reader.emails([email]).first?.blobID)
                return try reader.withBlob(blob) { Array($0) }
            }
        }
        #expect(messages == [drop.messages[41].bytes, drop.messages[33].bytes])
    }

    @Test func aNewMessageTakenForAnOldOneOfItsSizeIsFetchedOnceItIsLookedAt() async throws {
        let drop = Self.varied(100, from: 1000)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        let fresh = ScriptedMaildrop.message(7777, size: Self.size(1035))
        #expect(fresh.count == drop.messages[35].bytes.count)
        server.change { $0.messages[35].bytes = fresh }
        renumber(server)
        for _ in 0..<3 { #expect(try await fixture.poll(maildrop).report.failure == nil) }
        #expect(Set(try await fixture.storedMessages()) == Set(drop.messages.map(\.bytes) + [fresh]))
        #expect(try await fixture.emails().count == 101)
        await fixture.expectSound()
    }
}
