import GRDB
public import MailModel

extension AccountReader {
    private static let columns = """
        SELECT id, name, parent, role, sortOrder, isSubscribed, totalEmails, unreadEmails, totalThreads, unreadThreads,
        uidValidity, uidNext FROM mailbox
        """

    /// All mailboxes (nil), or those of `ids` that exist, in the order asked for.
    public func mailboxes(_ ids: [MailboxID]? = nil) throws -> [Mailbox] {
        try transaction?.flush()
        guard let ids else { return try db.all(Self.columns + " ORDER BY id", body: Self.mailbox) }
        return try ids.compactMap { id in
            try db.first(Self.columns + " WHERE id = ?", .int(id.rawValue), body: Self.mailbox)
        }
    }

    public func mailbox(withRole role: MailboxRole) throws -> Mailbox? {
        try transaction?.flush()
        return try db.first(Self.columns + " WHERE role = ?", .text(role.rawValue), body: Self.mailbox)
    }

    private static func mailbox(_ row: borrowing SQLRow) -> Mailbox {
        Mailbox(
            id: MailboxID(rawValue: row.int(0)), name: row.text(1),
            parentID: row.optionalInt(2).map { MailboxID(rawValue: $0) },
            role: row.optionalText(3).flatMap { MailboxRole(rawValue: $0) }, sortOrder: Int(row.int(4)),
            isSubscribed: row.int(5) != 0, totalEmails: Int(row.int(6)), unreadEmails: Int(row.int(7)),
            totalThreads: Int(row.int(8)), unreadThreads: Int(row.int(9)), uidValidity: row.int(10),
            uidNext: row.int(11))
    }

    /// A mailbox's emails by UID: what POP3 lists. Empty when there is no such mailbox.
    public func entries(of mailbox: MailboxID) throws -> [MailboxEntry] {
        try db.all(
            """
            SELECT m.uid, m.email, e.size, e.hash FROM emailMailbox m JOIN email e ON e.id = m.email
            WHERE m.mailbox = ? ORDER BY m.uid
            """,
            .int(mailbox.rawValue)
        ) { row in
            MailboxEntry(
                uid: row.int(0), email: EmailID(rawValue: row.int(1)), size: Int(row.int(2)),
                blob: BlobID(hash: row.blob(3)))
        }
    }
}
