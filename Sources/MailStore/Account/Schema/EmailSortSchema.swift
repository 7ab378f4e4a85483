import GRDB
import MIME
import MailModel

/// What lists are sorted and filtered by beside dates and keywords, in rows that are small enough to be read by the
/// hundred thousand. Frozen.
enum EmailSortSchema {
    /// - `emailSort`: one row an email. `sender`, `recipient`: the first name, or address, of From and To; `subject`: the
    ///   base subject; each with its i;unicode-casemap key where that is not `upper()` of it.
    /// - `emailKeywordByKeyword`: who has a keyword that is not well-known.
    static let sql = """
        CREATE TABLE emailSort (
            email INTEGER PRIMARY KEY REFERENCES email (id) ON DELETE CASCADE,
            size INTEGER NOT NULL,
            hasAttachment INTEGER NOT NULL,
            sentAt INTEGER,
            sender TEXT NOT NULL,
            senderKey TEXT,
            recipient TEXT NOT NULL,
            recipientKey TEXT,
            subject TEXT NOT NULL,
            subjectKey TEXT
        ) STRICT;
        CREATE INDEX emailKeywordByKeyword ON emailKeyword (keyword, email);
        """

    /// Makes the tables, and the rows of the emails that are there already.
    static func migrate(_ db: Database) throws {
        try db.execute(sql: sql)
        var last: Int64 = 0
        while true {
            let emails = try db.all(
                "SELECT id, size, hasAttachment, sentAt, summary FROM email WHERE id > ? ORDER BY id LIMIT 500",
                .int(last)
            ) { row in
                (row.int(0), Int(row.int(1)), row.int(2) != 0, row.optionalInt(3), MessageSummary(encoded: row.blob(4)))
            }
            for (id, size, hasAttachment, sentAt, summary) in emails {
                let row = EmailSortRow(
                    size: size, hasAttachment: hasAttachment, sentAt: sentAt, summary ?? MessageSummary())
                try row.insert(EmailID(rawValue: id), db)
            }
            guard let id = emails.last?.0 else { return }
            last = id
        }
    }
}

/// A row of `emailSort`.
struct EmailSortRow: Sendable {
    let size: Int
    let hasAttachment: Bool
    let sentAt: Int64?
    let sender: SortText
    let recipient: SortText
    let subject: SortText

    init(size: Int, hasAttachment: Bool, sentAt: Int64?, _ summary: MessageSummary) {
        self.size = size
        self.hasAttachment = hasAttachment
        self.sentAt = sentAt
        sender = SortText(summary.from?.first.map { $0.name ?? $0.email } ?? "")
        recipient = SortText(summary.to?.first.map { $0.name ?? $0.email } ?? "")
        subject = SortText(BaseSubject.shown(summary.subject ?? ""))
    }

    func insert(_ email: EmailID, _ db: Database) throws {
        try db.run(
            """
            INSERT INTO emailSort (email, size, hasAttachment, sentAt, sender, senderKey, recipient, recipientKey,
            subject, subjectKey) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .int(email.rawValue), .int(size), .int(hasAttachment ? 1 : 0), .int(sentAt), .text(sender.text),
            .text(sender.key), .text(recipient.text), .text(recipient.key), .text(subject.text), .text(subject.key))
    }
}
