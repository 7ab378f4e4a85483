import MailModel
import Testing

@testable import MailStore

@Suite struct ImportTests {
    private let octets = message(id: "a@example.org", subject: "One", body: "From here\r\nto there")

    private func file(
        _ octets: [UInt8], in account: Account, mailbox: MailboxID, added: Set<MailboxID> = [],
        keywords: Set<Keyword> = [], place: String = "Inbox"
    ) async throws -> FileMessage {
        account.prepareForFiles()
        return FileMessage(
            try await account.prepare(.octets(octets)), mailboxIDs: added.union([mailbox]), addedMailboxIDs: added,
            keywords: keywords, receivedAt: AccountFixture.start, place: place)
    }

    private func maildrop(in account: Account) async throws -> MaildropID {
        let inbox = try await account.inbox()
        return try await account.write {
            try $0.createMaildrop(.init(name: "Work", host: "pop.example.com", username: "ada", mailbox: inbox))
        }
    }

    /// Brings a message as a poll does.
    private func poll(_ octets: [UInt8], id: String, _ account: Account, _ maildrop: MaildropID) async throws -> EmailID
    {
        let inbox = try await account.inbox()
        let message = try await account.prepare(.octets(octets))
        let uniqueID = try #require(UniqueID(id.utf8))
        return try await account.ingest(
            [Arrival(message, mailboxIDs: [inbox], receivedAt: AccountFixture.start)]
        ) { writer, emails in
            try writer.recordStored(
                [
                    .init(
                        uniqueID: uniqueID, octets: octets.count, fingerprint: message.fingerprint, email: emails[0])
                ], of: maildrop)
        }[0]
    }

    @Test func aSecondImportChangesNothing() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            let one = try await file(octets, in: account, mailbox: inbox, keywords: [.seen])
            #expect(try await account.importFiles([one]) == [.added])
            let state = try await account.state(.email)
            #expect(try await account.importFiles([one]) == [.known])
            #expect(try await account.state(.email) == state)
        }
    }

    @Test func whatAMaildropBringsLaterIsTheSameEmail() async throws {
        try await AccountFixture.run { _, account in
            let archive = try await account.role(.archive).id
            let maildrop = try await maildrop(in: account)
            _ = try await account.importFiles([try await file(octets, in: account, mailbox: archive)])
            let delivery = try await account.state(.emailDelivery)
            let polled = try await poll(octets, id: "1", account, maildrop)
            #expect(try await account.email(polled).mailboxIDs == [archive])
            #expect(try await account.state(.emailDelivery) == delivery)
            // The same message delivered twice is there twice, as ever.
            let twin = try await poll(octets, id: "2", account, maildrop)
            #expect(twin != polled)
        }
    }

    @Test func aMaildropRecognisesWhatAFileChanged() async throws {
        try await AccountFixture.run { fixture, account in
            let inbox = try await account.inbox()
            let maildrop = try await maildrop(in: account)
            let changed = Array(
                ("X-Added: by a program\r\n"
                    + String(decoding: octets, as: UTF8.self)
                    .replacing("\r\nFrom here", with: "\r\n>From here") + "\r\n").utf8)
            _ = try await account.importFiles([try await file(changed, in: account, mailbox: inbox)])
            let again = try await fixture.reopen()
            _ = try await poll(octets, id: "1", again, maildrop)
            #expect(try await again.mailbox(inbox).totalEmails == 1)
        }
    }

    @Test func whatIsStoredAlreadyIsNotStoredAgainAndGetsTheFilesMarks() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            let archive = try await account.role(.archive).id
            let work = try await account.write { try $0.createMailbox(NewMailbox(name: "Work")) }
            let email = try await account.deliver([octets])[0]
            let quoted = Array(
                String(decoding: octets, as: UTF8.self).replacing("\r\nFrom here", with: "\r\n>From here").utf8)
            for octets in [octets, quoted] {
                let one = try await file(
                    octets, in: account, mailbox: archive, added: [work], keywords: [.flagged], place: "\(octets.count)"
                )
                let outcome = try await account.importFiles([one])
                #expect(outcome == [octets.count == self.octets.count ? .updated : .known])
            }
            let now = try await account.email(email)
            #expect(now.mailboxIDs == [inbox, work])
            #expect(now.keywords == [.flagged])
            #expect(try await account.mailbox(archive).totalEmails == 0)
        }
    }

    @Test func aMessageInTwoPlacesIsOneEmailInTwoMailboxes() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            let work = try await account.write { try $0.createMailbox(NewMailbox(name: "Work")) }
            let first = try await file(octets, in: account, mailbox: inbox, place: "Inbox")
            let second = try await file(octets, in: account, mailbox: inbox, added: [work], place: "Work")
            #expect(try await account.importFiles([first, second]) == [.added, .updated])
            #expect(try await account.mailbox(work).totalEmails == 1)
            // What the user does afterwards stays done.
            let email = try await account.read { try $0.query(EmailQuery()).ids[0] }
            try await account.write { try $0.setMailboxes([inbox], of: email) }
            #expect(try await account.importFiles([first, second]) == [.known, .known])
            #expect(try await account.mailbox(work).totalEmails == 0)
        }
    }

    @Test func whatWasDestroyedComesBackOnlyWhenAskedFor() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            let maildrop = try await maildrop(in: account)
            let one = try await file(octets, in: account, mailbox: inbox)
            _ = try await account.importFiles([one])
            let email = try await account.read { try $0.query(EmailQuery()).ids[0] }
            try await account.write { try $0.destroyEmail(email) }
            #expect(try await account.importFiles([one]) == [.known])
            #expect(try await poll(octets, id: "1", account, maildrop) == email)
            #expect(try await account.mailbox(inbox).totalEmails == 0)
            let again = try await file(octets, in: account, mailbox: inbox)
            #expect(try await account.importFiles([again], again: true) == [.added])
            #expect(try await account.mailbox(inbox).totalEmails == 1)
        }
    }

    @Test func messagesThatDifferInTheirTextAreTwo() async throws {
        try await AccountFixture.run { _, account in
            let inbox = try await account.inbox()
            let other = message(id: "a@example.org", subject: "One", body: "Something else")
            let files = [
                try await file(octets, in: account, mailbox: inbox), try await file(other, in: account, mailbox: inbox),
            ]
            #expect(try await account.importFiles(files) == [.added, .added])
        }
    }

    @Test func aLargeMessageIsRecognisedToo() async throws {
        try await AccountFixture.run { fixture, account in
            let inbox = try await account.inbox()
            let maildrop = try await maildrop(in: account)
            let large = BackupFixture.large(1)
            _ = try await account.importFiles([try await file(large, in: account, mailbox: inbox)])
            let again = try await fixture.reopen()
            _ = try await poll(large, id: "1", again, maildrop)
            #expect(try await again.mailbox(inbox).totalEmails == 1)
        }
    }
}

@Suite struct ContentPrintTests {
    private func print(_ text: String) -> [UInt8] { Array(text.utf8).withUnsafeBytes { ContentPrint.of($0) } }

    private let text = "Subject: a\r\nDate: b\r\n\r\nOne\r\n\r\nFrom two\r\n"

    @Test func isTheSameForWhatFilesChange() {
        for changed in [
            text.replacing("\r\n", with: "\n"), text + "\r\n\r\n", "X-Any: field\r\n" + text,
            text.replacing("From", with: ">From"), text.replacing("From", with: ">>From"),
        ] {
            #expect(print(changed) == print(text))
        }
    }

    @Test func differsWhenTheMessageDoes() {
        for other in [
            text.replacing("One", with: "Two"), text.replacing("\r\n\r\nFrom", with: "\r\nFrom"),
            text.replacing("Subject: a", with: "Subject: b"), text.replacing("From", with: ">from"), "",
        ] {
            #expect(print(other) != print(text))
        }
    }
}
