import Foundation
import MIME
import MailModel
import MailStore
import Synchronization
import TestSupport
import Testing

@testable import MailSync

/// When messages are deleted upstream, and when they are not.
@Suite struct RetentionTests {
    @Test func keepDeletesNothing() async throws {
        let world = try await MaildropWorld(.keep)
        for _ in 0..<3 {
            try await world.poll()
            world.fixture.pass(.seconds(400 * 86_400))
        }
        #expect(world.server.commands("DELE").isEmpty)
    }

    @Test func whatIsStoredIsDeletedOnceItsCopyIsRead() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 0))
        try await world.poll()
        #expect(world.server.commands("DELE").isEmpty)
        let second = try await world.poll()
        #expect(second.report.deleted == 5)
        #expect(Set(world.server.record.deleted) == Set(world.drop.messages.map(\.bytes)))
        #expect(try await world.states() == [.answered: 5])
        try await world.poll()
        #expect(try await world.states() == [.absent: 5])
        #expect(try await world.fixture.emails().count == 5)
        // An emptied maildrop is no suspicious one: we emptied it.
        #expect(try await world.poll().report.notices.isEmpty)
    }

    @Test func ageCountsFromReceiptAndIsNotADayShort() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 30))
        let time = "Date: " + date(world.fixture.now.adding(.seconds(-29 * 86_400)))
        let message = Array("\(time)\r\nMessage-ID: <a@b>\r\nSubject: old\r\n\r\nold\r\n".utf8)
        world.server.change { $0.messages = [.init(uniqueID: "one", bytes: message)] }
        for _ in 0..<2 { try await world.poll() }
        world.fixture.pass(.seconds(86_400 - 10))
        try await world.poll()
        #expect(world.server.commands("DELE").isEmpty)
        world.fixture.pass(.seconds(20))
        try await world.poll()
        #expect(world.server.record.deleted == [message])
    }

    private func date(_ time: Timestamp) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss +0000"
        return formatter.string(from: Date(timeIntervalSince1970: Double(time.seconds)))
    }

    @Test func whatWasDestroyedOnADeviceIsDeletedAtTheNextPoll() async throws {
        let world = try await MaildropWorld(Retention(deleteDestroyed: true))
        for _ in 0..<2 { try await world.poll() }
        let email = try #require(try await world.fixture.emails().first { $0.summary.subject == "Number 3" }?.id)
        try await world.account().write { try $0.destroyEmail(email) }
        try await world.poll()
        #expect(world.server.record.deleted == [world.drop.messages[2].bytes])
        try await world.poll()
        #expect(try await world.states() == [.absent: 1])
        #expect(try await world.fixture.emails().count == 4)
    }

    @Test func whatWasDestroyedStaysUpstreamUnlessTheRetentionSaysSo() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 0))
        world.server.change { $0.messages = [] }
        try await world.poll()
        world.server.change { $0.messages = world.drop.messages }
        try await world.setRetention(.keep)
        try await world.poll()
        let email = try #require(try await world.fixture.emails().first?.id)
        try await world.account().write { try $0.destroyEmail(email) }
        try await world.setRetention(Retention(deleteAfter: 0))
        for _ in 0..<2 { try await world.poll() }
        #expect(world.server.record.deleted.count == 4)
    }

    @Test func whatIsUnreadStaysUntilItIsRead() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 0, keepUnread: true))
        for _ in 0..<2 { try await world.poll() }
        #expect(world.server.commands("DELE").isEmpty)
        let email = try #require(try await world.fixture.emails().first { $0.summary.subject == "Number 2" }?.id)
        try await world.account().write { try $0.setKeywords([.seen], on: email) }
        try await world.poll()
        #expect(world.server.record.deleted == [world.drop.messages[1].bytes])
    }

    @Test func onlyWhatIsLargerIsDeleted() async throws {
        let large = ScriptedMaildrop.message(77, size: 5000)
        let world = try await MaildropWorld(Retention(deleteAfter: 0, largerThan: large.count - 1)) {
            $0.messages[1].bytes = large
        }
        for _ in 0..<2 { try await world.poll() }
        #expect(world.server.record.deleted == [large])
        let exact = try await MaildropWorld(Retention(deleteAfter: 0, largerThan: large.count)) {
            $0.messages[1].bytes = large
        }
        for _ in 0..<2 { try await exact.poll() }
        #expect(exact.server.record.deleted.isEmpty)
    }

    @Test func aPreviewCountsAndDeletesNothing() async throws {
        let large = ScriptedMaildrop.message(77, size: 5000)
        let world = try await MaildropWorld(.keep) { $0.messages[1].bytes = large }
        try await world.poll()
        let emails = try await world.fixture.emails()
        let read = try #require(emails.first { $0.summary.subject == "Number 77" }?.id)
        let gone = try #require(emails.first { $0.summary.subject == "Number 4" }?.id)
        let (account, maildrop) = (try await world.account(), world.maildrop)
        try await account.write { writer in
            try writer.setKeywords([.seen], on: read)
            try writer.destroyEmail(gone)
        }
        func preview(_ retention: Retention) async throws -> RetentionPreview {
            try await account.read { try $0.previewRetention(of: maildrop, retention) }
        }
        #expect(try await preview(.keep).due.messages == 0)
        #expect(try await preview(.keep).held.messages == 5)
        #expect(try await preview(Retention(deleteAfter: 0)).byAge.messages == 4)
        #expect(try await preview(Retention(deleteAfter: 0, deleteDestroyed: true)).destroyed.messages == 1)
        let unread = try await preview(Retention(deleteAfter: 0, keepUnread: true))
        #expect(unread.due.messages == 1 && unread.due.octets == large.count)
        #expect(unread.unread.messages == 3)
        let small = try await preview(Retention(deleteAfter: 0, largerThan: 4000))
        #expect(small.due.messages == 1 && small.due.octets == large.count)
        #expect(small.small.messages == 3)
        #expect(world.server.commands("DELE").isEmpty)
    }

    @Test func aLostAnswerToQuitIsSettledByTheNextPoll() async throws {
        for isCommitted in [true, false] {
            let world = try await MaildropWorld(Retention(deleteAfter: 0))
            try await world.poll()
            world.server.setScript { command, _ in
                guard command == "QUIT" else { return nil }
                return isCommitted ? .silenceAfterDoing : .bytesThenClose([])
            }
            #expect(try await world.poll().report.failure == nil)
            #expect(try await world.states() == [.sent: 5])
            #expect(world.server.record.deleted.count == (isCommitted ? 5 : 0))
            world.server.setScript(nil)
            try await world.poll()
            #expect(try await world.states() == (isCommitted ? [.absent: 5] : [.answered: 5]))
            try await world.poll()
            #expect(try await world.states() == [.absent: 5])
            #expect(world.server.record.deleted.count == 5)
        }
    }

    @Test func aDeletionThatTheServerRefusesIsShownAndTriedAgainADayLater() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 0))
        try await world.poll()
        world.server.setScript { command, _ in command == "DELE 3" ? .line("-ERR locked") : nil }
        #expect(try await world.poll().report.failure == nil)
        #expect(try await world.states() == [.answered: 4, .givenUp: 1])
        world.server.setScript(nil)
        try await world.poll()
        #expect(try await world.states() == [.absent: 4, .givenUp: 1])
        let maildrop = world.maildrop
        let notes = try await world.account().read { try $0.deletions(of: maildrop, limit: 9).compactMap(\.note) }
        #expect(notes.contains { $0.contains("locked") })
        world.fixture.pass(.seconds(86_401))
        try await world.poll()
        #expect(world.server.record.deleted.count == 5)
    }

    @Test func aMessageAtWhoseDeletionSessionsBreakStopsNoOther() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 0))
        try await world.poll()
        world.server.setScript { command, _ in command == "DELE 1" ? .bytesThenClose([]) : nil }
        for _ in 0..<Poll.deletionAttempts { #expect(try await world.poll().report.failure != nil) }
        #expect(try await world.poll().report.failure == nil)
        #expect(world.server.record.deleted.count == 4)
    }

    @Test func aMessageThatIsListedAgainIsNotDeletedOverAndOver() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 0))
        try await world.poll()
        world.server.setScript { command, _ in command.hasPrefix("DELE") ? .line("+OK") : nil }
        for _ in 0..<4 { try await world.poll() }
        #expect(world.server.commands("DELE").count == 5)
        #expect(try await world.states() == [.givenUp: 5])
    }

    @Test func aCopyThatCannotBeReadBackKeepsItsMessageUpstream() async throws {
        let large = ScriptedMaildrop.message(8, size: 200_000)
        let world = try await MaildropWorld(Retention(deleteAfter: 0)) { $0.messages[4].bytes = large }
        _ = try await world.fixture.poll(world.maildrop)
        let file = try #require(try world.fixture.blobFiles().first)
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: file))
        let result = try await world.fixture.poll(world.maildrop)
        #expect(result.report.deleted == 4)
        #expect(result.report.notices.map(\.type) == ["unverifiedCopies"])
        #expect(!world.server.record.deleted.contains(large))
    }

    /// QUIRK: a unique-id given to another message of the same size.
    @Test func anotherMessageUnderTheSameUniqueIDIsNotDeleted() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 30), drop: RenumberingTests.varied(5, from: 1000))
        try await world.poll()
        let other = ScriptedMaildrop.message(2002, size: 300 + 1002 &* 7919 % 4000)
        #expect(other.count == world.drop.messages[2].bytes.count)
        world.server.change { $0.messages[2].bytes = other }
        world.fixture.pass(.seconds(60 * 86_400))
        for _ in 0..<3 { try await world.poll() }
        #expect(!world.server.record.deleted.contains(world.drop.messages[2].bytes))
        // It was fetched and then deleted as itself, if it is old enough.
        #expect(try await world.fixture.storedMessages().contains(other))
    }

    @Test func nothingRecognisedBySizeAloneIsDeleted() async throws {
        var drop = RenumberingTests.varied(100, from: 1000)
        drop.messages[41].bytes = ScriptedMaildrop.message(4242, size: 300 + 1033 &* 7919 % 4000)
        let fresh = ScriptedMaildrop.message(5555, size: 300 + 1033 &* 7919 % 4000)
        #expect(fresh.count == drop.messages[41].bytes.count)
        let world = try await MaildropWorld(.keep, drop: drop)
        try await world.poll()
        // Renumbered, two of one size have changed places, and one is another message now.
        world.server.change { drop in
            drop.messages.swapAt(33, 41)
            drop.messages[33].bytes = fresh
            for index in drop.messages.indices { drop.messages[index].uniqueID = "new-\(index)" }
        }
        try await world.setRetention(Retention(deleteAfter: 0))
        for _ in 0..<4 { try await world.poll() }
        let stored = Set(try await world.fixture.storedMessages())
        #expect(stored.contains(fresh))
        #expect(world.server.record.deleted.allSatisfy(stored.contains))
        #expect(world.server.record.deleted.count == 100)
        #expect(try await world.fixture.emails().count == 101)
    }

    @Test func aSuspiciousListingDeletesNothing() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 30), drop: .numbered(10))
        try await world.poll()
        world.server.change { $0.messages.removeFirst(6) }
        world.fixture.pass(.seconds(90 * 86_400))
        try await world.poll()
        #expect(world.server.commands("DELE").isEmpty)
    }

    @Test func expireIsShown() async throws {
        let world = try await MaildropWorld(.keep) { $0.capabilities += ["EXPIRE 30 USER", "LOGIN-DELAY 900"] }
        let notices = try await world.poll().report.notices
        #expect(notices.map(\.type) == ["expire", "loginDelay"])
        #expect(notices.first?.description.contains("30 days") == true)
        try await world.setRetention(Retention(deleteAfter: 10))
        #expect(try await world.poll().report.notices.first?.description.contains("only one") == false)
    }

    /// QUIRK: messages deleted by being read (EXPIRE 0, Gmail): QUIT only when the copies are whole.
    @Test func expireZero() async throws {
        let large = ScriptedMaildrop.message(8, size: 200_000)
        let world = try await MaildropWorld(.keep) {
            $0.capabilities += ["EXPIRE 0"]
            $0.messages[4].bytes = large
        }
        #expect(try await world.poll().record.fetched == 5)
        #expect(world.server.record.farewells == 1)
        // What was read vanishes, and that is no surprise.
        let fresh = RenumberingTests.varied(3, from: 600).messages
        world.server.change { $0.messages = fresh }
        #expect(try await world.poll().report.notices.map(\.type) == ["expire"])
        #expect(try await world.fixture.emails().count == 8)
    }

    @Test func expireZeroWithoutACopyEndsWithoutQuit() async throws {
        let world = try await MaildropWorld(.keep) {
            $0.capabilities += ["EXPIRE 0"]
        }
        world.server.setScript { command, _ in command == "RETR 3" ? .bytesThenClose(Array("+OK\r\nSub".utf8)) : nil }
        _ = try await world.fixture.poll(world.maildrop)
        #expect(world.server.record.farewells == 0)
    }

    /// A list's copy of a message that we have just deleted, or somebody's forgery: the same header, another body.
    @Test func whatLooksLikeTheMessageThatWasDeletedIsFetched() async throws {
        let first = ScriptedMaildrop.message(7, size: 300)
        let copy = ScriptedMaildrop.message(7, size: 900)
        let world = try await MaildropWorld(
            Retention(deleteAfter: 0), drop: ScriptedMaildrop(messages: [.init(uniqueID: "F", bytes: first)]))
        try await world.poll()
        try await world.poll()
        #expect(world.server.record.deleted == [first])
        world.server.change { $0.messages = [.init(uniqueID: "G", bytes: copy)] }
        try await world.poll()
        #expect(Set(try await world.fixture.storedMessages()) == [first, copy])
        try await world.poll()
        #expect(world.server.record.deleted == [first, copy])
        let maildrop = world.maildrop
        #expect(try await world.account().read { try $0.knownMessages(of: maildrop).numbering } == 1)
    }

    /// After a migration that changed sizes, a message was taken for one with the same header.
    @Test func aMessageOfAnotherSizeIsReadWholeBeforeItIsDeleted() async throws {
        let drop = RenumberingTests.varied(30)
        let world = try await MaildropWorld(.keep, drop: drop)
        try await world.poll()
        let other = ScriptedMaildrop.message(30, size: 9000)
        world.server.change { drop in
            drop.messages[29].bytes = other
            for index in drop.messages.indices { drop.messages[index].uniqueID = "new-\(index)" }
        }
        try await world.poll()
        try await world.setRetention(Retention(deleteAfter: 0))
        for _ in 0..<4 { try await world.poll() }
        let stored = Set(try await world.fixture.storedMessages())
        #expect(stored.contains(other))
        #expect(world.server.record.deleted.allSatisfy(stored.contains))
        #expect(world.server.record.deleted.count == 30)
    }

    @Test func aMessageAtWhichSessionsBreakWhenItIsReadWholeStopsNoOther() async throws {
        // A server that counts its own way: after a renumbering every message is read whole before it is deleted.
        let world = try await MaildropWorld(.keep, drop: RenumberingTests.varied(30))
        let lines = world.drop.messages.indices.map { "\($0 + 1) \(world.drop.messages[$0].bytes.count - 9)\r\n" }
        let list = ScriptedReply.bytes(Array(("+OK\r\n" + lines.joined() + ".\r\n").utf8))
        world.server.setScript { command, _ in command == "LIST" ? list : nil }
        try await world.poll()
        world.server.change { drop in
            for index in drop.messages.indices { drop.messages[index].uniqueID = "new-\(index)" }
        }
        try await world.poll()
        try await world.setRetention(Retention(deleteAfter: 0))
        world.server.setScript { command, _ in
            command == "LIST" ? list : command == "RETR 2" ? .bytesThenClose(Array("+OK\r\nSub".utf8)) : nil
        }
        #expect(try await world.poll().report.failure != nil)
        #expect(try await world.poll().report.deleted == 29)
        #expect(!world.server.record.deleted.contains(world.drop.messages[1].bytes))
    }

    @Test func aRetentionThatIsWithdrawnBetweenDELEAndQUITTakesEverythingBack() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 0), drop: .numbered(250))
        _ = try await world.fixture.poll(world.maildrop)
        world.server.setHook { command in
            // The second group: the first was deleted as far as DELE goes.
            if command == "TOP 1 0" { try? await world.setRetention(.keep) }
        }
        #expect(try await world.fixture.poll(world.maildrop).report.deleted == 0)
        #expect(world.server.commands("DELE").count == Poll.deletionsInARow)
        #expect(world.server.record.deleted.isEmpty)
        #expect(world.server.record.farewells == 1)
        world.server.setHook(nil)
        try await world.poll()
        #expect(world.server.record.deleted.isEmpty)
        #expect(try await world.states() == [.givenUp: Poll.deletionsInARow])
    }

    /// A server whose EXPIRE 0 is known from before is believed while it does not tell.
    @Test func expireZeroIsRememberedWhileCapabilitiesAreNotTold() async throws {
        let world = try await MaildropWorld(.keep) { $0.capabilities += ["EXPIRE 0"] }
        world.server.change { $0.messages = [] }
        try await world.poll()
        world.server.setScript { command, _ in command == "CAPA" ? .bytesThenClose([]) : nil }
        world.server.change { $0.messages = [world.drop.messages[0]] }
        #expect(try await world.poll().record.fetched == 1)
        // What was fetched may be gone: that is no surprise.
        world.server.change { $0.messages = [] }
        #expect(try await world.poll().report.notices.isEmpty)
    }

    @Test func thousandsAreDeletedInSteps() async throws {
        let world = try await MaildropWorld(Retention(deleteAfter: 0), drop: .numbered(450))
        for _ in 0..<3 { _ = try await world.fixture.poll(world.maildrop) }
        #expect(world.server.record.deleted.count == 450)
        #expect(try await world.states() == [.absent: 450])
        await world.fixture.expectSound()
    }
}
