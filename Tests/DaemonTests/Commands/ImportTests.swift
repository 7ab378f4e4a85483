import Foundation
import JSON
import MailModel
import TestSupport
import Testing

@testable import Daemon

@Suite struct ImportTests {
    private let mbox = """
        From ada@example.org Sun Jun  1 10:00:00 2025
        Message-ID: <1@example.org>
        Subject: one
        Date: Sun, 01 Jun 2025 10:00:00 +0000
        Status: RO
        X-Status: F

        Text
        >From here

        From ada@example.org Sun Jun  1 11:00:00 2025
        Message-ID: <2@example.org>
        Subject: two
        Date: Sun, 01 Jun 2025 11:00:00 +0000
        Status: O

        Text

        From ada@example.org Sun Jun  1 12:00:00 2025
        Subject: gone
        X-Status: D

        Text

        """

    @Test func anMboxIsImportedOnce() async throws {
        let fixture = try await TransferFixture()
        try fixture.folder.write(mbox, to: "Work.mbox")
        let first = try await fixture.importMail("Work.mbox")
        #expect(first["added"]?.integer == 2)
        #expect(first["deleted"]?.integer == 1)
        #expect(try await fixture.mailboxes() == ["Work": 2])
        #expect(try await fixture.keywords() == ["one": ["$seen", "$flagged"], "two": []])
        let second = try await fixture.importMail("Work.mbox")
        #expect(second["added"]?.integer == 0)
        #expect(second["known"]?.integer == 2)
    }

    @Test func inAnMboxThatTellsWhatIsReadTheRestIsNew() async throws {
        let fixture = try await TransferFixture()
        let one = "From \nSubject: %@\n%#\nText %@\n"
        func message(_ name: String, _ field: String) -> String {
            one.replacingOccurrences(of: "%@", with: name).replacingOccurrences(of: "%#", with: field)
        }
        let messages = [message("new", ""), message("read", "Status: RO\n"), message("newer", "")]
        try fixture.folder.write(messages.joined(separator: "\n"), to: "Inbox")
        #expect(try await fixture.importMail("Inbox")["added"]?.integer == 3)
        #expect(try await fixture.keywords() == ["new": [], "read": ["$seen"], "newer": []])
    }

    @Test func inAMaildirTheSendersFieldsDecideNothing() async throws {
        let fixture = try await TransferFixture()
        for path in ["md/cur", "md/new"] { try fixture.folder.makeFolder(path) }
        let fields = "X-Status: D\nX-IMAP: 1\nX-Gmail-Labels: Trash\nStatus: RO\nX-Mozilla-Status: 0009\n"
        try fixture.folder.write("Subject: a\n\(fields)\nText\n", to: "md/cur/1.x:2,F")
        try fixture.folder.write("Subject: b\n\(fields)\nText\n", to: "md/new/2.x")
        #expect(try await fixture.importMail("md")["added"]?.integer == 2)
        #expect(try await fixture.mailboxes() == ["Inbox": 2])
        #expect(try await fixture.keywords() == ["a": ["$flagged"], "b": []])
        // They are part of the message.
        try await fixture.export("out", .maildir)
        let files = try fixture.files(in: "out").filter { $0.hasPrefix("cur/") && $0.contains(".restante") }
        #expect(files.count == 2)
        for file in files { #expect(try fixture.text("out/" + file).contains(fields)) }
    }

    @Test func inAThunderbirdsMaildirItsOwnFieldsAreBelieved() async throws {
        let fixture = try await TransferFixture()
        try fixture.folder.makeFolder("md/cur")
        try fixture.folder.write(
            "X-Mozilla-Status: 0005\nX-Mozilla-Keys: holiday\nX-Status: D\nSubject: a\n\nText\n", to: "md/cur/1.eml")
        #expect(try await fixture.importMail("md")["added"]?.integer == 1)
        #expect(try await fixture.keywords() == ["a": ["$seen", "$flagged", "holiday"]])
    }

    @Test func foldersBecomeMailboxes() async throws {
        let fixture = try await TransferFixture()
        for path in ["mail/Work.sbd", "mail/Apple.mbox"] { try fixture.folder.makeFolder(path) }
        let one = "From \nSubject: %@\n\nText %@\n"
        for (name, path) in [
            ("a", "mail/Inbox"), ("b", "mail/Sent"), ("c", "mail/Work"), ("d", "mail/Work.sbd/Projects"),
            ("e", "mail/Apple.mbox/mbox"),
        ] { try fixture.folder.write(one.replacingOccurrences(of: "%@", with: name), to: path) }
        try fixture.folder.write("// no mail", to: "mail/Inbox.msf")
        #expect(try await fixture.importMail("mail")["added"]?.integer == 5)
        #expect(
            try await fixture.mailboxes() == ["Inbox": 1, "Sent": 1, "Work": 1, "Projects": 1, "Apple": 1])
        let keywords = try await fixture.keywords()
        #expect(keywords.values.allSatisfy { $0 == ["$seen"] })
    }

    @Test func aTakeoutsLabelsBecomeMailboxesAndKeywords() async throws {
        let fixture = try await TransferFixture()
        try fixture.folder.write(
            """
            From 1@xxx Mon Jun 02 10:00:00 +0000 2025
            X-GM-THRID: 1
            X-Gmail-Labels: Inbox,Unread,Work/Projects,Starred
            Message-ID: <1@example.org>
            Subject: one

            Text

            From 2@xxx Mon Jun 02 10:00:00 +0000 2025
            X-GM-THRID: 2
            X-Gmail-Labels: =?UTF-8?Q?Archiviert,Ge=C3=B6ffnet?=
            Subject: two

            Text

            """, to: "All mail Including Spam and Trash.mbox")
        #expect(try await fixture.importMail("All mail Including Spam and Trash.mbox")["added"]?.integer == 2)
        #expect(try await fixture.mailboxes() == ["Inbox": 1, "Projects": 1, "Archive": 1])
        #expect(try await fixture.keywords() == ["one": ["$flagged"], "two": ["$seen"]])
    }

    @Test func aMaildirIsImportedWithItsFlagsAndFolders() async throws {
        let fixture = try await TransferFixture()
        for path in ["md/cur", "md/new", "md/.Entw&APw-rfe.Alt/cur", "md/.Trash/new"] {
            try fixture.folder.makeFolder(path)
        }
        try fixture.folder.write("0 Holiday\n", to: "md/dovecot-keywords")
        try fixture.folder.write("Subject: a\n\nText\n", to: "md/cur/1.x:2,FSa")
        try fixture.folder.write("Subject: b\r\n\r\nText\r\n", to: "md/new/2.x")
        try fixture.folder.write("Subject: c\n\nText\n", to: "md/.Entw&APw-rfe.Alt/cur/3.x:2,R")
        #expect(try await fixture.importMail("md")["added"]?.integer == 3)
        #expect(try await fixture.mailboxes() == ["Inbox": 2, "Alt": 1])
        #expect(try await fixture.keywords() == ["a": ["$flagged", "$seen", "holiday"], "b": [], "c": ["$answered"]])
    }

    @Test func everythingGoesBelowTheMailboxThatIsNamed() async throws {
        let fixture = try await TransferFixture()
        try fixture.folder.write(mbox, to: "Inbox")
        try await fixture.importMail("Inbox", mailbox: "Old/2025")
        #expect(try await fixture.mailboxes() == ["Inbox": 2])
        let boxes = try await fixture.call("Mailbox/get", .object(["ids": .null]))["list"]?.array ?? []
        let names = Set(boxes.compactMap { $0["name"]?.string })
        #expect(names.isSuperset(of: ["Old", "2025"]))
    }

    @Test func whatIsNoMailIsRefused() async throws {
        let fixture = try await TransferFixture()
        try fixture.folder.write("no mail", to: "letter.txt")
        for (path, status) in [("letter.txt", CommandError.Status.data), ("nowhere", .noInput)] {
            let error = await #expect(throws: CommandError.self) { try await fixture.importMail(path) }
            #expect(error?.status == status)
        }
    }

    @Test func anotherClientsMemoryIsTakenOver() async throws {
        let fixture = try await TransferFixture()
        try await fixture.run(
            "maildrop.add",
            ["name": .string("work"), "host": .string("pop.example.org"), "username": .string("ada@example.org")])
        let path = try fixture.folder.write(
            "ada@example.org@pop.example.org id 1\nada@example.org@pop.example.org 2\nbob@pop.example.org 3\n",
            to: "fetchids")
        let request = try CommandRequest.importSeen("work", from: .fetchmail, file: path, signIn: nil, user: nil)
        for added in [2, 0] {
            let result = try await fixture.run(request)
            #expect(result["uniqueIds"]?.integer == 2)
            #expect(result["added"]?.integer == Int64(added))
        }
        let bobs = try CommandRequest.importSeen(
            "work", from: .fetchmail, file: path, signIn: "bob@pop.example.org", user: nil)
        #expect(try await fixture.run(bobs)["added"]?.integer == 1)
    }

    @Test func aMemoryOfAnotherSignInIsRefused() async throws {
        let fixture = try await TransferFixture()
        try await fixture.run(
            "maildrop.add", ["name": .string("work"), "host": .string("pop.example.org"), "username": .string("ada")])
        let path = try fixture.folder.write("*pop.example.org bob\nk 1 1700000000\n", to: "popstate.dat")
        let request = try CommandRequest.importSeen("work", from: .thunderbird, file: path, signIn: nil, user: nil)
        let error = await #expect(throws: CommandError.self) {
            try await fixture.run(request)
        }
        #expect(error?.message.contains("bob@pop.example.org") == true)
        #expect(throws: CommandError.self) {
            try CommandRequest.importSeen("work", from: .mpop, file: path, signIn: nil, user: nil)
        }
    }
}
