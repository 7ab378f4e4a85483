import Foundation
import JSON
import Logging
import MailModel
import MailStore
import TestSupport
import Testing

@testable import Daemon

@Suite struct ExportTests {
    /// Two messages in the Inbox, one in Work/Projects.
    private func filled() async throws -> TransferFixture {
        let fixture = try await TransferFixture()
        try fixture.folder.makeFolder("mail/Work.sbd")
        let text = """
            From x Sun Jun  1 10:00:00 2025
            Date: Sun, 01 Jun 2025 10:00:00 +0000
            Message-ID: <%@@example.org>
            Subject: %@
            Status: RO

            >From %@

            Text

            """
        try fixture.folder.write(
            ["one", "two"].map { text.replacingOccurrences(of: "%@", with: $0) }.joined(separator: "\n"),
            to: "mail/Inbox")
        try fixture.folder.write(text.replacingOccurrences(of: "%@", with: "three"), to: "mail/Work.sbd/Pro.jects")
        try await fixture.importMail("mail")
        try await fixture.setKeywords(["$seen", "$flagged", "holiday"], of: "two")
        return fixture
    }

    @Test func aMaildirHasFlagsKeywordsAndFolders() async throws {
        let fixture = try await filled()
        let result = try await fixture.export("out", .maildir)
        #expect(result["added"]?.integer == 3)
        let files = try fixture.files(in: "out")
        #expect(files.contains { $0.hasPrefix("cur/1748772000.") && $0.hasSuffix(".restante:2,S") })
        #expect(files.contains { $0.hasPrefix("cur/") && $0.hasSuffix(":2,FSa") })
        #expect(files.contains { $0.hasPrefix(".Work.Pro\\2ejects/cur/") })
        #expect(try fixture.text("out/dovecot-keywords") == "0 holiday\n")
        let three = try #require(files.first { $0.hasPrefix(".Work.Pro\\2ejects/cur/") })
        #expect(
            try fixture.text("out/" + three)
                == "Date: Sun, 01 Jun 2025 10:00:00 +0000\nMessage-ID: <three@example.org>\nSubject: three\n\n"
                + "From three\n\nText\n")
    }

    /// An email of a store of its own, which is closed by then.
    private func email(in folder: TemporaryFolder) async throws -> Email {
        let now = Timestamp(seconds: 1_748_736_000)
        let options = MailStoreOptions(
            directory: folder.path("data"), key: .given(Secret(String(repeating: "7e", count: 32))),
            scrypt: ScryptCost(logRounds: 2), clock: { now })
        let store = try await MailStore.open(options, logger: .quiet)
        let user = try await store.createUser(name: "ada", password: Secret("correct horse"))
        let account = try await store.account(user.account, for: store.principal(forCommandLine: user))
        let message = try await account.prepare(.octets(Array("Subject: one\r\n\r\nText\r\n".utf8)))
        let inbox = try #require(try await account.read { try $0.mailbox(withRole: .inbox)?.id })
        let ids = try await account.ingest(
            [Arrival(message, mailboxIDs: [inbox], keywords: [.seen], receivedAt: now)])
        let email = try await account.read { try $0.emails(ids).first }
        await store.close()
        return try #require(email)
    }

    @Test(arguments: ExportFormat.allCases)
    func anEmailThatCannotBeReadIsNamedAndTheRestIsWritten(format: ExportFormat) async throws {
        let fixture = try await filled()
        var chooser = SystemRandomNumberGenerator()
        let noise = (0..<80_000).map { _ in String(chooser.next() as UInt64, radix: 36) }.joined(separator: "\n")
        try fixture.folder.write("From \nSubject: large\n\n\(noise)\n", to: "Inbox")
        try await fixture.importMail("Inbox")
        let bodies = try fixture.files(in: "data").filter { $0.contains("/blobs/") && $0.hasSuffix("/") == false }
        let body = try #require(bodies.first { ($0 as NSString).lastPathComponent.count == 64 })
        try FileManager.default.removeItem(atPath: fixture.folder.path("data/" + body))
        let result = try await fixture.export("out", format)
        #expect(result["added"]?.integer == 3)
        #expect(result["unreadable"]?.integer == 1)
        #expect(result["findings"]?.array?.count == 1)
        let request = CommandRequest.exportMail(
            to: fixture.folder.path("out"), format: format, mailbox: nil, user: nil)
        #expect(request.status(result) == .data)
        #expect(request.present(result).contains("1 could not be read"))
    }

    @Test func anEmptyFileIsNoMessage() async throws {
        let fixture = try await filled()
        try await fixture.export("out", .maildir)
        let before = try fixture.files(in: "out")
        let one = try #require(before.first { $0.hasPrefix("cur/") && $0.hasSuffix(":2,S") })
        let text = try fixture.text("out/" + one)
        try Data().write(to: URL(fileURLWithPath: fixture.folder.path("out/" + one)))
        #expect(try await fixture.export("out", .maildir)["added"]?.integer == 1)
        #expect(try fixture.files(in: "out") == before)
        #expect(try fixture.text("out/" + one) == text)
    }

    @Test func aMessageOfAMaildirIsInItsPlaceOnceItIsOnDisk() async throws {
        let folder = try TemporaryFolder()
        let target = try MaildirTarget(folder.path("out"), [])
        let email = try await email(in: folder)
        var counts = ExportCounts()
        try Array("Text".utf8).withUnsafeBytes { try target.write(ExportedEmail(email: email), $0, &counts) }
        func names(_ part: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path("out/" + part))
        }
        #expect(try names("tmp").count == 1)
        #expect(try names("cur").isEmpty)
        try target.settle()
        #expect(try names("tmp").isEmpty)
        #expect(try names("cur").count == 1)
        #expect(try target.update(ExportedEmail(email: email), &counts))
        try target.finish()
    }

    @Test(arguments: ExportFormat.allCases)
    func aSecondExportAddsWhatIsNewAndChangesFlags(format: ExportFormat) async throws {
        let fixture = try await filled()
        try await fixture.export("out", format)
        let before = try fixture.files(in: "out")
        let again = try await fixture.export("out", format)
        #expect(again["added"]?.integer == 0)
        #expect(again["updated"]?.integer == 0)
        #expect(try fixture.files(in: "out") == before)
        try await fixture.setKeywords(["$answered"], of: "two")
        try fixture.folder.write("From \nSubject: four\n\nText\n", to: "Inbox")
        try await fixture.importMail("Inbox")
        let third = try await fixture.export("out", format)
        #expect(third["added"]?.integer == 1)
        #expect(third["updated"]?.integer == 1)
    }

    @Test(arguments: ExportFormat.allCases)
    func whatWasExportedComesBackAsItWas(format: ExportFormat) async throws {
        let fixture = try await filled()
        try await fixture.export("out", format)
        let other = try await TransferFixture()
        let result = try await other.run("import", ["path": .string(fixture.folder.path("out"))])
        #expect(result["added"]?.integer == 3)
        #expect(try await other.mailboxes() == fixture.mailboxes())
        #expect(try await other.keywords() == fixture.keywords())
        #expect(try await other.blobs() == fixture.blobs())
        // And where it came from, it is known.
        #expect(try await fixture.run("import", ["path": .string(fixture.folder.path("out"))])["added"]?.integer == 0)
    }

    @Test func anMboxHasItsFieldsAndQuotes() async throws {
        let fixture = try await filled()
        try await fixture.export("out", .mbox)
        let text = try fixture.text("out/Work/Pro.jects.mbox")
        #expect(text.hasPrefix("From MAILER-DAEMON Sun Jun  1 10:00:00 2025\nX-Restante-Email: e"))
        #expect(text.contains("\nStatus: RO\nX-Status:    \nX-Keywords: "))
        #expect(text.hasSuffix("\nSubject: three\n\n>From three\n\nText\n\n"))
    }

    @Test func anMboxThatWasCutShortIsCompleted() async throws {
        let fixture = try await filled()
        try await fixture.export("out", .mbox)
        let path = fixture.folder.path("out/Inbox.mbox")
        let whole = try #require(FileManager.default.contents(atPath: path))
        for cut in [whole.count - 1, whole.count / 2 + 30, whole.count / 2 + 150, 40, 3, 0] {
            try whole.prefix(cut).write(to: URL(fileURLWithPath: path))
            try await fixture.export("out", .mbox)
            #expect(FileManager.default.contents(atPath: path) == whole)
        }
    }

    @Test func anMboxThatAnotherProgramChangedIsLeftAlone() async throws {
        let fixture = try await filled()
        try await fixture.export("out", .mbox)
        let path = fixture.folder.path("out/Inbox.mbox")
        let changed = Data("From x Sun Jun  1 10:00:00 2025\nSubject: theirs\n\nText\n\n".utf8)
        try changed.write(to: URL(fileURLWithPath: path))
        let error = await #expect(throws: CommandError.self) { try await fixture.export("out", .mbox) }
        #expect(error?.status == .data)
        #expect(FileManager.default.contents(atPath: path) == changed)
    }
}
