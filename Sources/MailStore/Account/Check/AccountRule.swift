import MailModel

/// Something that must hold between rows, as a query for the ids of those that break it.
struct AccountRule {
    let sentence: String
    let sql: String

    init(_ sentence: String, _ sql: String) {
        self.sentence = sentence
        self.sql = sql
    }

    static let all: [AccountRule] =
        memberships + counts + threads + blobs + intake + modseqs + imports + sorting + SubmissionRule.all
        + QuotaRule.all + SnoozeRule.all

    private static let imports = [
        AccountRule(
            "An imported message is recorded as an email that was never stored",
            "SELECT email FROM importedMessage WHERE email >= (SELECT nextEmail FROM meta)")
    ]

    private static let sorting = [
        AccountRule(
            "An email is not sorted by what it is",
            """
            SELECT e.id FROM email e LEFT JOIN emailSort o ON o.email = e.id
            WHERE o.email IS NULL OR o.size <> e.size OR o.hasAttachment <> e.hasAttachment OR o.sentAt IS NOT e.sentAt
            """)
    ]

    private static let unread = "flags & \(EmailFlags.readMask) = 0"

    private static let memberships = [
        AccountRule(
            "An email has a UID that its mailbox has not given out",
            "SELECT email FROM emailMailbox m JOIN mailbox b ON b.id = m.mailbox WHERE m.uid >= b.uidNext"),
        AccountRule(
            "A mailbox has a UIDVALIDITY that was not given out",
            "SELECT id FROM mailbox WHERE uidValidity > (SELECT uidValidity FROM meta)"),
        AccountRule(
            "Two mailboxes share a UIDVALIDITY", "SELECT min(id) FROM mailbox GROUP BY uidValidity HAVING count(*) > 1"),
        AccountRule(
            "An email is in no mailbox",
            "SELECT id FROM email WHERE NOT EXISTS (SELECT 1 FROM emailMailbox m WHERE m.email = email.id)"),
        AccountRule(
            "A membership differs from its email",
            """
            SELECT e.id FROM emailMailbox m JOIN email e ON e.id = m.email
            WHERE m.thread <> e.thread OR m.sortKey <> e.receivedAt OR m.flags <> e.flags
            """),
        AccountRule(
            "An email's keywords are not what its flags say",
            """
            SELECT id FROM email WHERE (flags & \(EmailFlags.others) <> 0)
            <> EXISTS (SELECT 1 FROM emailKeyword k WHERE k.email = email.id)
            """),
        AccountRule(
            "An expunged UID is in its mailbox",
            "SELECT x.uid FROM expunged x JOIN emailMailbox m ON m.mailbox = x.mailbox AND m.uid = x.uid"),
    ]

    private static let counts = [
        AccountRule(
            "A mailbox's totalEmails is wrong",
            "SELECT id FROM mailbox b WHERE totalEmails <> (SELECT count(*) FROM emailMailbox m WHERE m.mailbox = b.id)"
        ),
        AccountRule(
            "A mailbox's unreadEmails is wrong",
            """
            SELECT id FROM mailbox b
            WHERE unreadEmails <> (SELECT count(*) FROM emailMailbox m WHERE m.mailbox = b.id AND \(unread))
            """),
        AccountRule(
            "A mailbox's totalThreads is wrong",
            """
            SELECT id FROM mailbox b
            WHERE totalThreads <> (SELECT count(DISTINCT thread) FROM emailMailbox m WHERE m.mailbox = b.id)
            """),
        AccountRule("A mailbox's unreadThreads is wrong", unreadThreads),
    ]

    /// RFC 8621 §2, from the emails alone: in the trash the unread ones there count, elsewhere all that are not only in the
    /// trash.
    private static let unreadThreads = """
        WITH unread AS (SELECT e.id, e.thread FROM email e WHERE e.\(unread)),
        shown AS (
            SELECT DISTINCT u.thread FROM unread u JOIN emailMailbox m ON m.email = u.id
            WHERE m.mailbox NOT IN (SELECT id FROM mailbox WHERE role = 'trash'))
        SELECT b.id FROM mailbox b WHERE b.unreadThreads <> CASE WHEN b.role IS 'trash'
        THEN (SELECT count(DISTINCT m.thread) FROM emailMailbox m WHERE m.mailbox = b.id AND m.\(unread))
        ELSE (
            SELECT count(DISTINCT m.thread) FROM emailMailbox m
            WHERE m.mailbox = b.id AND m.thread IN (SELECT thread FROM shown)) END
        """

    private static let threads = [
        AccountRule(
            "A thread's count of emails is wrong",
            "SELECT id FROM thread t WHERE emails = 0 OR emails <> (SELECT count(*) FROM email e WHERE e.thread = t.id)"
        ),
        AccountRule(
            "A thread's counts in a mailbox are wrong",
            """
            SELECT thread FROM (
                SELECT thread, mailbox, count(*) AS total, sum(\(unread)) AS unread FROM emailMailbox GROUP BY 1, 2
                EXCEPT SELECT thread, mailbox, total, unread FROM threadMailbox)
            """),
        AccountRule(
            "A thread is counted in a mailbox that has none of its emails",
            """
            SELECT thread FROM (
                SELECT thread, mailbox FROM threadMailbox EXCEPT SELECT thread, mailbox FROM emailMailbox)
            """),
        AccountRule(
            "A message-id leads to a thread that is not there",
            "SELECT thread FROM threadKey WHERE thread NOT IN (SELECT id FROM thread)"),
    ]

    private static let blobs = [
        AccountRule(
            "An email's size or hash is not its blob's",
            "SELECT e.id FROM email e JOIN blob b ON b.id = e.blob WHERE e.size <> b.size OR e.hash <> b.hash"),
        AccountRule(
            "A blob belongs to no email and is no upload",
            """
            SELECT id FROM blob WHERE keptUntil IS NULL AND id NOT IN (SELECT blob FROM email)
            AND id NOT IN (SELECT blob FROM submission WHERE blob IS NOT NULL)
            """),
    ]

    private static let intake = [
        AccountRule(
            "A blob waits in the intake and is in its row as well",
            "SELECT blob FROM intake WHERE blob NOT IN (SELECT id FROM blob WHERE format = 2)"),
        AccountRule(
            "Two blobs wait at one place in the intake",
            "SELECT min(blob) FROM intake GROUP BY file, start HAVING count(*) > 1"),
    ]

    private static let modseqs = [
        AccountRule(
            "A change is newer than the account", "SELECT modseq FROM change WHERE modseq > (SELECT modseq FROM meta)"),
        AccountRule(
            "A type is newer than the account", "SELECT type FROM state WHERE modseq > (SELECT modseq FROM meta)"),
        AccountRule(
            "A type's state is not its last change's",
            """
            SELECT s.type FROM state s WHERE s.type <> 4
            AND s.modseq <> ifnull((SELECT max(modseq) FROM change c WHERE c.type = s.type), s.lowWater)
            """),
        AccountRule(
            "A modseq was given out twice", "SELECT min(modseq) FROM change GROUP BY modseq HAVING count(*) > 1"),
        AccountRule(
            "An object that the log calls destroyed is there",
            """
            SELECT object FROM change WHERE kind = 3 AND (type = 3 AND object IN (SELECT id FROM email)
            OR type = 2 AND object IN (SELECT id FROM thread) OR type = 1 AND object IN (SELECT id FROM mailbox))
            """),
        AccountRule(
            "An email's modseq is not in order",
            """
            SELECT id FROM email WHERE updatedModseq > (SELECT modseq FROM meta)
            OR createdModseq < (SELECT max(p.createdModseq) FROM email p WHERE p.id = email.id - 1)
            """),
        AccountRule(
            "An id is there that was not given out",
            """
            SELECT id FROM email WHERE id >= (SELECT nextEmail FROM meta)
            UNION ALL SELECT id FROM thread WHERE id >= (SELECT nextThread FROM meta)
            UNION ALL SELECT id FROM mailbox WHERE id >= (SELECT nextMailbox FROM meta)
            """),
    ]
}
