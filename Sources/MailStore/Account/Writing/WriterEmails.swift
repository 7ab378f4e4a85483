import GRDB
public import MailModel

/// Emails change and go.
extension AccountWriter {
    /// Replaces an email's keywords; the same ones again are no change.
    /// - Throws: `notFound`; `invalidProperty("keywords")` past `EmailRules.keywords`.
    public func setKeywords(_ keywords: Set<Keyword>, on email: EmailID) throws {
        try validate(keywords)
        try transaction.verb {
            let old = try standing(of: email)
            let flags = EmailFlags(keywords)
            guard old.flags != flags || flags.hasOthers else { return }
            if old.flags == flags, try reader.otherKeywords(of: email).isSuperset(of: others(in: keywords)),
                try reader.otherKeywords(of: email).count == others(in: keywords).count
            {
                return
            }
            let modseq = transaction.note(.updated, .email, email.rawValue)
            if old.flags.hasOthers { try db.run("DELETE FROM emailKeyword WHERE email = ?", .int(email.rawValue)) }
            if flags.hasOthers { try insertKeywords(keywords, of: email) }
            try db.run(
                "UPDATE email SET flags = ?, updatedModseq = ? WHERE id = ?", .int(flags.rawValue),
                .int(modseq.rawValue), .int(email.rawValue))
            try db.run(
                "UPDATE emailMailbox SET flags = ?, modseq = ? WHERE email = ?", .int(flags.rawValue),
                .int(modseq.rawValue), .int(email.rawValue))
            guard old.flags.isUnread != flags.isUnread else { return }
            try transaction.moveEmail(
                of: old.thread, from: old.standing,
                to: EmailStanding(mailboxes: old.standing.mailboxes, isUnread: flags.isUnread))
        }
    }

    private func others(in keywords: Set<Keyword>) -> Set<Keyword> {
        keywords.filter { EmailFlags.bit(of: $0) == nil }
    }

    /// Replaces the mailboxes an email is in; the same ones again are no change. It gets a UID in each new one.
    /// - Throws: `notFound`; `invalidProperty("mailboxIds")` when empty, or one of them is not there.
    public func setMailboxes(_ mailboxes: Set<MailboxID>, of email: EmailID) throws {
        try validate(mailboxes)
        try transaction.verb {
            let old = try standing(of: email)
            guard old.standing.mailboxes != mailboxes else { return }
            let modseq = transaction.note(.updated, .email, email.rawValue)
            try db.run(
                "UPDATE email SET updatedModseq = ? WHERE id = ?", .int(modseq.rawValue), .int(email.rawValue))
            for mailbox in old.standing.mailboxes.subtracting(mailboxes) {
                try remove(email, from: mailbox, at: modseq)
            }
            try db.run(
                "UPDATE emailMailbox SET modseq = ? WHERE email = ?", .int(modseq.rawValue), .int(email.rawValue))
            let membership = Membership(
                email: email, thread: old.thread, sortKey: old.receivedAt, flags: old.flags, modseq: modseq)
            for mailbox in mailboxes.subtracting(old.standing.mailboxes).sorted() {
                try insert(membership, into: mailbox)
            }
            try transaction.moveEmail(
                of: old.thread, from: old.standing,
                to: EmailStanding(mailboxes: mailboxes, isUnread: old.flags.isUnread))
        }
    }

    /// Destroys an email; its blob goes with the last that refers to it.
    /// - Throws: `notFound`.
    public func destroyEmail(_ email: EmailID) throws {
        try transaction.verb {
            let old = try standing(of: email)
            let modseq = transaction.note(.destroyed, .email, email.rawValue)
            for mailbox in old.standing.mailboxes { try remove(email, from: mailbox, at: modseq) }
            if old.flags.hasOthers { try db.run("DELETE FROM emailKeyword WHERE email = ?", .int(email.rawValue)) }
            try db.run("DELETE FROM email WHERE id = ?", .int(email.rawValue))
            transaction.addMessageOctets(-old.size)
            try transaction.moveEmail(of: old.thread, from: old.standing, to: nil)
            // A thread that is gone must not be found by what comes later in this transaction.
            try transaction.flush()
            try transaction.removeBlobIfUnused(old.blob)
        }
    }

    private func remove(_ email: EmailID, from mailbox: MailboxID, at modseq: Modseq) throws {
        try db.run(
            """
            INSERT INTO expunged (mailbox, modseq, uid)
            SELECT mailbox, ?1, uid FROM emailMailbox WHERE email = ?2 AND mailbox = ?3
            """,
            .int(modseq.rawValue), .int(email.rawValue), .int(mailbox.rawValue))
        try db.run(
            "DELETE FROM emailMailbox WHERE email = ? AND mailbox = ?", .int(email.rawValue), .int(mailbox.rawValue))
    }

    private struct Standing {
        let blob: Int64
        let thread: ThreadID
        let receivedAt: Int64
        let flags: EmailFlags
        let standing: EmailStanding
        let size: Int64
    }

    private func standing(of email: EmailID) throws -> Standing {
        let mailboxes = try reader.mailboxIDs(of: email)
        let found = try db.first(
            "SELECT blob, thread, receivedAt, flags, size FROM email WHERE id = ?", .int(email.rawValue)
        ) { row in
            let flags = EmailFlags(rawValue: row.int(3))
            return Standing(
                blob: row.int(0), thread: ThreadID(rawValue: row.int(1)), receivedAt: row.int(2), flags: flags,
                standing: EmailStanding(mailboxes: mailboxes, isUnread: flags.isUnread), size: row.int(4))
        }
        guard let found else { throw MailStoreError.notFound("email \(email)") }
        return found
    }
}
