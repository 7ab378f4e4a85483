import MailModel
import Testing

@testable import MailStore

/// Every rule of the check finds what breaks it; a rule without a line here fails.
@Suite struct RuleTests {
    private struct Undone: Error {}

    private static let submission = """
        INSERT INTO submission (identity, email, thread, blob, maildrop, mailFrom, createdAt, sendAt, state, nextTryAt)
        SELECT 1, 1, 1, id, 1, 'ada@example.org', 0, 0, 0, 0 FROM blob LIMIT 1
        """

    private static let counts =
        "UPDATE mailbox SET totalEmails = 9, unreadEmails = 9, totalThreads = 9, unreadThreads = 9"

    private static let breaks: [(rule: String, sql: String)] = [
        (
            "An imported message is recorded as an email that was never stored",
            "INSERT INTO importedMessage VALUES (zeroblob(32), 99, 0)"
        ),
        ("An email is not sorted by what it is", "UPDATE emailSort SET size = size + 1"),
        ("An email has a UID that its mailbox has not given out", "UPDATE mailbox SET uidNext = 1"),
        ("A mailbox has a UIDVALIDITY that was not given out", "UPDATE meta SET uidValidity = 0"),
        ("Two mailboxes share a UIDVALIDITY", "UPDATE mailbox SET uidValidity = 1"),
        ("An email is in no mailbox", "DELETE FROM emailMailbox"),
        ("A membership differs from its email", "UPDATE emailMailbox SET sortKey = sortKey + 1"),
        ("An email's keywords are not what its flags say", "UPDATE email SET flags = flags | \(EmailFlags.others)"),
        (
            "An expunged UID is in its mailbox",
            "INSERT INTO expunged (mailbox, uid, modseq) SELECT mailbox, uid, 1 FROM emailMailbox"
        ),
        ("A mailbox\'s totalEmails is wrong", counts),
        ("A mailbox\'s unreadEmails is wrong", counts),
        ("A mailbox\'s totalThreads is wrong", counts),
        ("A mailbox\'s unreadThreads is wrong", counts),
        ("A thread's count of emails is wrong", "UPDATE thread SET emails = emails + 1"),
        ("A thread's counts in a mailbox are wrong", "UPDATE threadMailbox SET total = total + 1"),
        (
            "A thread is counted in a mailbox that has none of its emails",
            "INSERT INTO threadMailbox SELECT thread, mailbox + 1, total, unread FROM threadMailbox"
        ),
        (
            "A message-id leads to a thread that is not there",
            "UPDATE threadKey SET thread = 99"
        ),
        ("An email's size or hash is not its blob's", "UPDATE email SET size = size + 1"),
        ("A blob belongs to no email and is no upload", "UPDATE blob SET keptUntil = NULL; UPDATE email SET blob = 1"),
        (
            "A blob waits in the intake and is in its row as well",
            "INSERT INTO intake (blob, file, start) SELECT id, 1, id FROM blob"
        ),
        (
            "Two blobs wait at one place in the intake",
            "INSERT INTO intake (blob, file, start) SELECT id, 1, 0 FROM blob"
        ),
        ("A change is newer than the account", "UPDATE meta SET modseq = 1"),
        ("A type is newer than the account", "UPDATE state SET modseq = 1000000"),
        ("A type's state is not its last change's", "UPDATE state SET modseq = modseq - 1 WHERE modseq > 0"),
        ("A modseq was given out twice", "INSERT INTO change SELECT type + 100, modseq, object, kind FROM change"),
        ("An object that the log calls destroyed is there", "UPDATE change SET kind = 3"),
        ("An email's modseq is not in order", "UPDATE email SET updatedModseq = 1000000"),
        ("An id is there that was not given out", "UPDATE meta SET nextEmail = 1"),
        (
            "The octets that an account's messages are said to have are not theirs",
            "UPDATE meta SET messageOctets = messageOctets + 1"
        ),
        (
            "A snoozed email would come back to where it waits",
            "INSERT INTO snoozed SELECT email, mailbox, 0 FROM emailMailbox; "
                + "INSERT INTO snoozedFrom SELECT email, mailbox FROM snoozed"
        ),
        ("A submission has no recipient", submission),
        (
            "A submission's state is not what its recipients' are",
            submission + "; INSERT INTO submissionRecipient VALUES (1, 0, 'bob@example.org', 1, NULL)"
        ),
        (
            "A removed maildrop still has a server to send with",
            "UPDATE maildrop SET removedAt = 1"
        ),
    ]

    @Test func everyRuleFindsWhatBreaksIt() async throws {
        try await AccountFixture.run { _, account in
            try await account.deliver([message(id: "1@x", subject: "One"), message(id: "2@x", subject: "Two")])
            try await account.write { writer in
                let inbox = try #require(try writer.reader.mailbox(withRole: .inbox)).id
                var settings = MaildropSettings(
                    name: "home", host: "pop.example.org", username: "ada", mailbox: inbox)
                settings.submission = SubmissionSettings(
                    host: "smtp.example.org", port: 465, security: .tls, credential: .same)
                _ = try writer.createMaildrop(settings)
            }
            for rule in AccountRule.all {
                let sql = try #require(
                    Self.breaks.first { $0.rule == rule.sentence }?.sql, "no line breaks: \(rule.sentence)")
                await #expect(throws: Undone.self, "\(rule.sentence)") {
                    try await account.write { writer in
                        for statement in ("PRAGMA defer_foreign_keys = ON; " + sql).split(separator: "; ") {
                            try writer.db.run(String(statement))
                        }
                        var report = CheckReport()
                        try AccountCheck(reader: writer.reader, control: CopyControl { _ in }).rules(&report)
                        let found = report.findings.map(\.description)
                        #expect(found.contains { $0.contains(rule.sentence) }, "\(rule.sentence): \(found)")
                        throw Undone()
                    }
                }
            }
            #expect(try await account.check().findings == [])
        }
    }
}
