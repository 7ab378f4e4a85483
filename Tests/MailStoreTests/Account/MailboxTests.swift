import MailModel
import Testing

@testable import MailStore

@Suite struct MailboxTests {
    @Test func anAccountComesWithItsMailboxes() async throws {
        try await AccountFixture.run { _, account in
            let mailboxes = try await account.read { try $0.mailboxes() }
            #expect(mailboxes.map(\.role) == [.inbox, .drafts, .sent, .archive, .junk, .trash])
            #expect(mailboxes.map(\.name) == ["Inbox", "Drafts", "Sent", "Archive", "Junk", "Trash"])
            #expect(Set(mailboxes.map(\.uidValidity)).count == 6)
        }
    }

    @Test func aNameIsUniqueAmongSiblingsAfterNormalisation() async throws {
        try await AccountFixture.run { _, account in
            let parent = try await account.write { try $0.createMailbox(NewMailbox(name: "Caf\u{E9}")) }
            #expect(await account.code { _ = try $0.createMailbox(NewMailbox(name: "Cafe\u{301}")) } == .alreadyExists)
            _ = try await account.write { try $0.createMailbox(NewMailbox(name: "Cafe\u{301}", parentID: parent)) }
        }
    }

    @Test func aNameIsAtMost255Octets() async throws {
        try await AccountFixture.run { _, account in
            @Sendable func name(_ count: Int) -> NewMailbox { NewMailbox(name: String(repeating: "x", count: count)) }
            _ = try await account.write { try $0.createMailbox(name(255)) }
            let invalid = MailStoreError.Code.invalidProperty("name")
            #expect(await account.code { _ = try $0.createMailbox(name(256)) } == invalid)
            #expect(await account.code { _ = try $0.createMailbox(NewMailbox(name: " \t")) } == invalid)
            #expect(await account.code { _ = try $0.createMailbox(NewMailbox(name: "a\u{7}b")) } == invalid)
        }
    }

    @Test func mailboxesNestTwentyDeepAndNotDeeper() async throws {
        try await AccountFixture.run { _, account in
            var parent: MailboxID?
            var all: [MailboxID] = []
            for level in 1...20 {
                let above = parent
                let id = try await account.write {
                    try $0.createMailbox(NewMailbox(name: "\(level)", parentID: above))
                }
                parent = id
                all.append(id)
            }
            let deepest = parent
            let invalid = MailStoreError.Code.invalidProperty("parentId")
            #expect(
                await account.code { _ = try $0.createMailbox(NewMailbox(name: "21", parentID: deepest)) } == invalid)
            // Moving what hangs below counts too.
            let branch = all[10]
            let top = try await account.write { try $0.createMailbox(NewMailbox(name: "top")) }
            let under = try await account.write { try $0.createMailbox(NewMailbox(name: "under", parentID: top)) }
            let refused = try await account.write {
                try $0.updateMailboxes([branch: MailboxUpdate(parentID: .some(under))])
            }
            #expect(refused.isEmpty)
            let root = all[0]
            let tooDeep = try await account.write {
                try $0.updateMailboxes([top: MailboxUpdate(parentID: .some(root)), under: MailboxUpdate(name: "u")])
            }
            #expect(tooDeep.isEmpty)
        }
    }

    @Test func loopsAreRefused() async throws {
        try await AccountFixture.run { _, account in
            let one = try await account.write { try $0.createMailbox(NewMailbox(name: "1")) }
            let two = try await account.write { try $0.createMailbox(NewMailbox(name: "2", parentID: one)) }
            let invalid = MailStoreError.Code.invalidProperty("parentId")
            for (id, parent) in [(one, two), (one, one), (one, MailboxID(rawValue: 999))] {
                let refused = try await account.write {
                    try $0.updateMailboxes([id: MailboxUpdate(parentID: .some(parent))])
                }
                #expect(refused[id]?.code == invalid)
            }
        }
    }

    @Test func twoMailboxesMaySwapNamesAndRoles() async throws {
        try await AccountFixture.run { _, account in
            let junk = try await account.role(.junk).id
            let archive = try await account.role(.archive).id
            let refused = try await account.write {
                try $0.updateMailboxes([
                    junk: MailboxUpdate(name: "Archive", role: .some(.archive)),
                    archive: MailboxUpdate(name: "Junk", role: .some(.junk)),
                ])
            }
            #expect(refused.isEmpty)
            #expect(try await account.role(.junk).id == archive)
            #expect(try await account.mailbox(junk).name == "Archive")
        }
    }

    @Test func theInboxStaysUntilAnotherIsIt() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            let archive = try await account.role(.archive).id
            let refused = try await account.write {
                try $0.updateMailboxes([inbox: MailboxUpdate(role: .some(nil))])
            }
            #expect(refused[inbox]?.code == .invalidProperty("role"))
            let code = await account.code { try $0.destroyMailbox(inbox, emails: .remove) }
            #expect(code == .invalidProperty("role"))
            let moved = try await account.write {
                try $0.updateMailboxes([
                    inbox: MailboxUpdate(role: .some(nil)), archive: MailboxUpdate(role: .some(.inbox)),
                ])
            }
            #expect(moved.isEmpty)
            try await account.write { try $0.destroyMailbox(inbox, emails: .remove) }
        }
    }

    @Test func oneRefusedUpdateDoesNotHoldUpTheOthers() async throws {
        try await AccountFixture.run { _, account in
            let junk = try await account.role(.junk).id
            let sent = try await account.role(.sent).id
            let refused = try await account.write {
                try $0.updateMailboxes([
                    junk: MailboxUpdate(role: .some(.trash)), sent: MailboxUpdate(name: "Gone out"),
                    MailboxID(rawValue: 77): MailboxUpdate(name: "x"),
                ])
            }
            #expect(refused[junk]?.code == .invalidProperty("role"))
            #expect(refused[MailboxID(rawValue: 77)]?.code == .notFound)
            #expect(try await account.mailbox(sent).name == "Gone out")
            #expect(try await account.mailbox(junk).role == .junk)
        }
    }

    @Test func aMailboxWithChildrenOrEmailsIsNotDestroyedUnasked() async throws {
        try await AccountFixture.run { _, account in
            let parent = try await account.write { try $0.createMailbox(NewMailbox(name: "p")) }
            let child = try await account.write { try $0.createMailbox(NewMailbox(name: "c", parentID: parent)) }
            let inbox = try await account.inbox()
            let only = try await account.deliver([message()], to: [child])
            let both = try await account.deliver([message(subject: "both")], to: [child, inbox])
            #expect(await account.code { try $0.destroyMailbox(parent, emails: .remove) } == .mailboxHasChild)
            #expect(await account.code { try $0.destroyMailbox(child, emails: .keep) } == .mailboxHasEmail)
            try await account.write { try $0.destroyMailbox(child, emails: .remove) }
            #expect(try await account.read { try $0.emails(only + both).map(\.id) } == both)
            #expect(try await account.email(both[0]).mailboxIDs == [inbox])
            try await account.write { try $0.destroyMailbox(parent, emails: .keep) }
            #expect(await account.code { try $0.destroyMailbox(parent, emails: .keep) } == .notFound)
        }
    }

    @Test func theTrashIsCountedAsASeparateConversation() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            let trash = try await account.role(.trash).id
            // RFC 8621 §2: an unread email in the trash and a read one in the inbox, in one thread.
            try await account.deliver([message(id: "a@x")], to: [trash])
            let read = try await account.deliver([message(id: "b@x", references: ["a@x"])], keywords: [.seen])
            #expect(try await account.mailbox(trash).unreadThreads == 1)
            #expect(try await account.mailbox(inbox).unreadThreads == 0)
            // An unread one elsewhere in the thread counts in the inbox, not in the trash.
            let archive = try await account.role(.archive).id
            let other = try await account.deliver([message(id: "c@x", references: ["a@x"])], to: [archive])
            #expect(try await account.mailbox(inbox).unreadThreads == 1)
            try await account.write { try $0.setMailboxes([trash], of: other[0]) }
            #expect(try await account.mailbox(inbox).unreadThreads == 0)
            // In the trash and elsewhere: it is shown elsewhere.
            try await account.write { try $0.setMailboxes([trash, archive], of: other[0]) }
            #expect(try await account.mailbox(inbox).unreadThreads == 1)
            try await account.write { try $0.destroyEmail(read[0]) }
            #expect(try await account.mailbox(inbox).totalThreads == 0)
        }
    }

    @Test func anotherTrashMeansOtherCounts() async throws {
        try await AccountFixture.run { _, account in
            let trash = try await account.role(.trash).id
            try await account.deliver([message(id: "a@x")], to: [trash])
            try await account.deliver([message(id: "b@x", references: ["a@x"])], keywords: [.seen])
            let inbox = try await account.inbox()
            _ = try await account.write { try $0.updateMailboxes([trash: MailboxUpdate(role: .some(nil))]) }
            #expect(try await account.mailbox(inbox).unreadThreads == 1)
            _ = try await account.write { try $0.updateMailboxes([trash: MailboxUpdate(role: .some(.trash))]) }
            #expect(try await account.mailbox(inbox).unreadThreads == 0)
        }
    }

    @Test func aUIDIsNeverGivenOutTwice() async throws {
        try await AccountFixture.run { fixture, account in
            let inbox = try await account.inbox()
            let sent = try await account.role(.sent).id
            let ids = try await account.deliver([message(subject: "1"), message(subject: "2")])
            try await account.write { try $0.setMailboxes([sent], of: ids[1]) }
            try await account.write { try $0.setMailboxes([inbox], of: ids[1]) }
            try await account.write { try $0.destroyEmail(ids[1]) }
            let reopened = try await fixture.reopen()
            let next = try await reopened.deliver([message(subject: "3")])
            let entries = try await reopened.read { try $0.entries(of: inbox) }
            #expect(entries.map(\.uid) == [1, 4])
            #expect(entries.map(\.email) == [ids[0], next[0]])
            #expect(next[0] > ids[1])
        }
    }

    @Test func verbsOnWhatIsNotThereSaySo() async throws {
        try await AccountFixture.run { _, account in
            let nobody = EmailID(rawValue: 99)
            let nowhere = MailboxID(rawValue: 99)
            #expect(await account.code { try $0.setKeywords([.seen], on: nobody) } == .notFound)
            #expect(await account.code { try $0.destroyEmail(nobody) } == .notFound)
            let id = try await account.deliver([message()])[0]
            let invalid = MailStoreError.Code.invalidProperty("mailboxIds")
            #expect(await account.code { try $0.setMailboxes([nowhere], of: id) } == invalid)
            #expect(await account.code { try $0.setMailboxes([], of: id) } == invalid)
        }
    }

    @Test func anEmailHasAtMostAHundredKeywords() async throws {
        try await AccountFixture.run { _, account in
            let id = try await account.deliver([message()])[0]
            let hundred = Set((0..<100).compactMap { Keyword("k\($0)") })
            try await account.write { try $0.setKeywords(hundred, on: id) }
            #expect(try await account.email(id).keywords == hundred)
            let more = hundred.union([.seen])
            #expect(await account.code { try $0.setKeywords(more, on: id) } == .invalidProperty("keywords"))
        }
    }
}
