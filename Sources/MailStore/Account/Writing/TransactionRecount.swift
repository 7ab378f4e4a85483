import GRDB
import MailModel

extension Transaction {
    /// Another mailbox is the trash, or none is: what counts as unread where is worked out anew for all threads. The one
    /// count that is counted, because whole accounts change at once and hardly ever.
    func recountUnreadThreads() throws {
        try flush()
        let trash = try trash()?.rawValue ?? 0
        try db.run(
            """
            UPDATE thread SET unread = (
                SELECT count(*) FROM email WHERE email.thread = thread.id AND email.flags & ?1 = 0
                AND EXISTS (SELECT 1 FROM emailMailbox m WHERE m.email = email.id AND m.mailbox <> ?2))
            """,
            .int(EmailFlags.readMask), .int(trash))
        let unread = try db.all(
            """
            SELECT mailbox.id, mailbox.unreadThreads, (
                SELECT count(*) FROM threadMailbox t JOIN thread ON thread.id = t.thread WHERE t.mailbox = mailbox.id
                AND CASE WHEN t.mailbox = ?1 THEN t.unread > 0 ELSE thread.unread > 0 END)
            FROM mailbox
            """,
            .int(trash)
        ) { (mailbox: $0.int(0), was: $0.int(1), is: $0.int(2)) }
        for count in unread where count.was != count.is {
            let modseq = note(.counts, .mailbox, count.mailbox)
            try db.run(
                "UPDATE mailbox SET unreadThreads = ?, updatedModseq = ? WHERE id = ?", .int(count.is),
                .int(modseq.rawValue), .int(count.mailbox))
        }
    }
}
