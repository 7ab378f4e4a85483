import MIME
import MailModel
import MailStore
import TestSupport
import Testing

@testable import MailSync

/// Polls of a server that behaves.
@Suite struct PollTests {
    @Test func aFirstPollStoresEveryMessageOnceAndASecondNone() async throws {
        let drop = ScriptedMaildrop.numbered(150)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)

        let first = try await fixture.poll(maildrop)
        #expect(first.report.failure == nil)
        #expect(first.record.fetched == 150)
        #expect(Set(try await fixture.storedMessages()) == Set(drop.messages.map(\.bytes)))

        fixture.pass(.seconds(300))
        let second = try await fixture.poll(maildrop)
        #expect(second.report.failure == nil)
        #expect(second.record.fetched == 0)
        #expect(server.commands("RETR").count == 150)
        #expect(server.commands("UIDL").count == 2)
        #expect(server.commands("LIST").count == 1)
        #expect(server.commands("DELE").isEmpty)
        #expect(server.record.farewells == 2)
        #expect(try await fixture.emails().count == 150)
        await fixture.expectSound()
    }

    @Test func theNewestComeFirst() async throws {
        let server = try await ScriptedPOP3Server(.numbered(20))
        let fixture = try await SyncFixture()
        _ = try await fixture.poll(try await fixture.addMaildrop(port: server.port))
        #expect(server.commands("RETR") == (1...20).reversed().map { "RETR \($0)" })
    }

    @Test func onlyWhatIsNewIsFetched() async throws {
        let server = try await ScriptedPOP3Server(.numbered(5))
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { drop in
            drop.messages.removeFirst(2)
            drop.messages.append(.init(uniqueID: "uid-6", bytes: ScriptedMaildrop.message(6)))
        }
        let result = try await fixture.poll(maildrop)
        #expect(result.record.fetched == 1)
        #expect(server.commands("RETR").last == "RETR 4")
        #expect(try await fixture.emails().count == 6)
        await fixture.expectSound()
    }

    @Test func anIdlePollCostsTheServerThreeCommandsAndTheStoreNothing() async throws {
        let server = try await ScriptedPOP3Server(.numbered(10))
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        let account = try await fixture.store.account(fixture.account)
        let before = try await account.read { try $0.state(of: .email) }
        let commands = server.record.commands.count
        _ = try await fixture.poll(maildrop)
        #expect(server.record.commands.dropFirst(commands).suffix(3) == ["STAT", "UIDL 10", "QUIT"])
        #expect(try await account.read { try $0.state(of: .email) } == before)
    }

    @Test func aDayAfterTheLastListingAllIsListedAgain() async throws {
        let server = try await ScriptedPOP3Server(.numbered(3))
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        fixture.pass(.seconds(86_399))
        _ = try await fixture.poll(maildrop)
        #expect(server.commands("LIST").count == 1)
        fixture.pass(.seconds(1))
        _ = try await fixture.poll(maildrop)
        #expect(server.commands("LIST").count == 2)
        _ = try await fixture.poll(maildrop)
        #expect(server.commands("LIST").count == 2)
    }

    @Test func aChangedLastUniqueIDIsNoticedThoughTheCountsAreEqual() async throws {
        let server = try await ScriptedPOP3Server(.numbered(3))
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { drop in
            drop.messages.removeFirst()
            drop.messages.append(.init(uniqueID: "uid-4", bytes: ScriptedMaildrop.message(4)))
        }
        #expect(try await fixture.poll(maildrop).record.fetched == 1)
    }

    @Test func twoMessagesOfOneUniqueIDAreBothStoredOnce() async throws {
        var drop = ScriptedMaildrop.numbered(3)
        drop.messages[0].uniqueID = "same"
        drop.messages[2].uniqueID = "same"
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        for _ in 0..<2 { _ = try await fixture.poll(maildrop) }
        #expect(Set(try await fixture.storedMessages()) == Set(drop.messages.map(\.bytes)))
        fixture.pass(.seconds(86_400))
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        #expect(try await fixture.emails().count == 3)
    }

    @Test(arguments: [
        String(repeating: "x", count: 1000), "with spaces in it", "caf\u{E9}", "   three-blanks", "'; DROP TABLE email",
    ])
    func oddUniqueIDsAreTaken(uniqueID: String) async throws {
        var drop = ScriptedMaildrop.numbered(3)
        drop.messages[1].uniqueID = uniqueID
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).report.failure == nil)
        fixture.pass(.seconds(86_400))
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        #expect(try await fixture.emails().count == 3)
    }

    @Test func oldMailOfTheFirstListingArrivesAsRead() async throws {
        var drop = ScriptedMaildrop.numbered(2)
        let old = "From: a@example.org\r\nDate: Mon, 05 Oct 2020 10:00:00 +0000\r\nSubject: old\r\n\r\nold\r\n"
        drop.messages[0].bytes = Array(old.utf8)
        drop.messages[1].bytes = Array("Subject: undated\r\n\r\nfetched just now\r\n".utf8)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port) { $0.markSeenOlderThan = .seconds(14 * 86_400) }
        _ = try await fixture.poll(maildrop)
        server.change { drop in
            drop.messages.append(.init(uniqueID: "late", bytes: Array(old.replacing("old", with: "late").utf8)))
        }
        _ = try await fixture.poll(maildrop)
        let seen = try await fixture.emails().map { ($0.summary.subject ?? "", $0.keywords.contains(.seen)) }
        #expect(Dictionary(uniqueKeysWithValues: seen) == ["old": true, "undated": false, "late": false])
    }

    @Test func mailGoesToTheMaildropsMailbox() async throws {
        let server = try await ScriptedPOP3Server(.numbered(2))
        let fixture = try await SyncFixture()
        let account = try await fixture.store.account(fixture.account)
        let archive = try #require(try await account.read { try $0.mailbox(withRole: .archive) })
        let maildrop = try await fixture.addMaildrop(port: server.port) { $0.mailbox = archive.id }
        _ = try await fixture.poll(maildrop)
        #expect(try await fixture.emails().allSatisfy { $0.mailboxIDs == [archive.id] })
    }

    @Test func anEmptyMaildropIsNoTrouble() async throws {
        let server = try await ScriptedPOP3Server(ScriptedMaildrop())
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        for _ in 0..<2 { #expect(try await fixture.poll(maildrop).report.failure == nil) }
        #expect(server.commands("UIDL").isEmpty)
    }

    @Test func aMaildropThatIsEmptyForOnePollLosesAndRepeatsNothing() async throws {
        let drop = ScriptedMaildrop.numbered(4)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages = [] }
        _ = try await fixture.poll(maildrop)
        server.change { $0.messages = drop.messages }
        #expect(try await fixture.poll(maildrop).record.fetched == 0)
        #expect(try await fixture.emails().count == 4)
    }

    @Test func worksWithoutPipelining() async throws {
        var drop = ScriptedMaildrop.numbered(8)
        drop.capabilities = ["UIDL", "USER"]
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        let maildrop = try await fixture.addMaildrop(port: server.port)
        #expect(try await fixture.poll(maildrop).record.fetched == 8)
        #expect(Set(try await fixture.storedMessages()) == Set(drop.messages.map(\.bytes)))
    }

    @Test func aLargeMessageIsStoredByteForByte() async throws {
        var drop = ScriptedMaildrop.numbered(3)
        drop.messages[1].bytes = ScriptedMaildrop.message(2, size: 3_000_000)
        let server = try await ScriptedPOP3Server(drop)
        let fixture = try await SyncFixture()
        _ = try await fixture.poll(try await fixture.addMaildrop(port: server.port))
        #expect(Set(try await fixture.storedMessages()) == Set(drop.messages.map(\.bytes)))
        await fixture.expectSound()
    }
}
