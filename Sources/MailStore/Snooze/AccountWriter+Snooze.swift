import GRDB
public import MailModel

/// Emails are put away, and come back.
extension AccountWriter {
    /// Puts an email away until a time: out of all its mailboxes into the one with the role `snoozed`, which is made when
    /// there is none. One that is put away already gets another time.
    ///
    /// - Parameter mailboxes: where it comes back to, none for the Inbox; nil: where it is now, or was put away from.
    /// - Throws: `notFound`; `invalidProperty("snoozed")` for a time or a mailbox that can't be; `overLimit` when there is no
    ///   room for the mailbox.
    public func snooze(_ email: EmailID, until: Timestamp, to mailboxes: Set<MailboxID>? = nil) throws {
        let current = try reader.mailboxIDs(of: email)
        guard !current.isEmpty else { throw MailStoreError.notFound("email \(email)") }
        try check(until)
        let known = try reader.mailbox(withRole: .snoozed)?.id
        if let mailboxes { try check(mailboxes, besides: known) }
        let old = try waiting(email)
        try transaction.verb {
            let place = try known ?? makeSnoozedMailbox()
            var back = current
            if let old { back = back.subtracting([old.mailbox]).union(old.from) }
            back = (mailboxes ?? back).subtracting([place])
            try db.run("DELETE FROM snoozed WHERE email = ?", .int(email.rawValue))
            try setMailboxes([place], of: email)
            try db.run(
                "INSERT INTO snoozed (email, mailbox, until) VALUES (?, ?, ?)", .int(email.rawValue),
                .int(place.rawValue), .int(until.milliseconds))
            for mailbox in back.sorted() {
                try db.run(
                    "INSERT INTO snoozedFrom (email, mailbox) VALUES (?, ?)", .int(email.rawValue),
                    .int(mailbox.rawValue))
            }
            try noteSnooze(of: email)
        }
    }

    /// Brings an email back at once, as it is; one that is not put away stays where it is.
    ///
    /// - Parameter mailboxes: where to; nil: where it was.
    /// - Throws: `notFound`; `invalidProperty("mailboxIds")`.
    public func endSnooze(of email: EmailID, to mailboxes: Set<MailboxID>? = nil) throws {
        guard try reader.exists(email) else { throw MailStoreError.notFound("email \(email)") }
        if let mailboxes { try validate(mailboxes) }
        let old = try waiting(email)
        try transaction.verb {
            if let old {
                let back = try mailboxes ?? place(after: old, email)
                try db.run("DELETE FROM snoozed WHERE email = ?", .int(email.rawValue))
                try noteSnooze(of: email)
                try setMailboxes(back, of: email)
            } else if let mailboxes {
                try setMailboxes(mailboxes, of: email)
            }
        }
    }

    /// Brings back what is due, unread, the earliest first.
    func wakeSnoozed(dueBy time: Timestamp, most: Int) throws {
        let due = try db.all(
            "SELECT email FROM snoozed INDEXED BY snoozedUntil WHERE until <= ? ORDER BY until, email LIMIT ?",
            .int(time.milliseconds), .int(most)
        ) { EmailID(rawValue: $0.int(0)) }
        for email in due {
            try endSnooze(of: email)
            try markUnread(email)
        }
    }

    /// A mailbox goes: what was put away from it comes back elsewhere.
    func forgetSnoozes(from mailbox: MailboxID) throws {
        let emails = try db.all("SELECT email FROM snoozedFrom WHERE mailbox = ?", .int(mailbox.rawValue)) { row in
            EmailID(rawValue: row.int(0))
        }
        guard !emails.isEmpty else { return }
        try db.run("DELETE FROM snoozedFrom WHERE mailbox = ?", .int(mailbox.rawValue))
        for email in emails { try noteSnooze(of: email) }
    }

    private struct Waiting {
        let mailbox: MailboxID
        let from: Set<MailboxID>
    }

    private func waiting(_ email: EmailID) throws -> Waiting? {
        let mailbox = try db.first("SELECT mailbox FROM snoozed WHERE email = ?", .int(email.rawValue)) { row in
            MailboxID(rawValue: row.int(0))
        }
        guard let mailbox, let snooze = try reader.snooze(of: email) else { return nil }
        return Waiting(mailbox: mailbox, from: snooze.mailboxIDs)
    }

    /// Where an email goes back to: where it was, and where somebody has put it since.
    private func place(after old: Waiting, _ email: EmailID) throws -> Set<MailboxID> {
        let back = try reader.mailboxIDs(of: email).subtracting([old.mailbox]).union(old.from)
        guard back.isEmpty else { return back }
        guard let inbox = try reader.mailbox(withRole: .inbox) else {
            throw MailStoreError(.corrupt, "The account has no Inbox.")
        }
        return [inbox.id]
    }

    private func check(_ until: Timestamp) throws {
        guard until > now else {
            throw MailStoreError(
                .invalidProperty("snoozed"), "An email is put away until a time to come: \(until) has passed.")
        }
        let last = now.adding(SnoozeRules.longest)
        guard until <= last else {
            throw MailStoreError(.invalidProperty("snoozed"), "An email is put away until \(last) at the latest.")
        }
    }

    private func check(_ mailboxes: Set<MailboxID>, besides place: MailboxID?) throws {
        for mailbox in mailboxes.sorted() {
            guard try transaction.exists(mailbox) else {
                throw MailStoreError(.invalidProperty("snoozed"), "There is no mailbox \(mailbox).")
            }
            guard mailbox != place else {
                throw MailStoreError(
                    .invalidProperty("snoozed"), "An email does not come back to where it waits: \(mailbox).")
            }
        }
    }

    private func noteSnooze(of email: EmailID) throws {
        let modseq = transaction.note(.updated, .email, email.rawValue)
        try db.run(
            "UPDATE email SET updatedModseq = ? WHERE id = ?", .int(modseq.rawValue), .int(email.rawValue))
    }

    /// A draft is not read, whatever its keywords.
    private func markUnread(_ email: EmailID) throws {
        let flags = try db.first("SELECT flags FROM email WHERE id = ?", .int(email.rawValue)) { row in
            EmailFlags(rawValue: row.int(0))
        }
        let keywords = Set(flags?.wellKnown ?? [])
        guard keywords.contains(.seen), !keywords.contains(.draft) else { return }
        try setKeywords(keywords.union(reader.otherKeywords(of: email)).subtracting([.seen]), on: email)
    }

    /// A mailbox of that name that means nothing else is taken; else a new one gets a name that is free.
    private func makeSnoozedMailbox() throws -> MailboxID {
        let top = try reader.mailboxes().filter { $0.parentID == nil }
        if let same = top.first(where: { $0.name == SnoozeRules.mailboxName && $0.role == nil }) {
            if try updateMailboxes([same.id: MailboxUpdate(role: .some(.snoozed))]).isEmpty { return same.id }
        }
        let names = Set(top.map(\.name))
        var name = SnoozeRules.mailboxName
        for number in 2...(names.count + 2) where names.contains(name) {
            name = "\(SnoozeRules.mailboxName) \(number)"
        }
        return try createMailbox(NewMailbox(name: name, role: .snoozed))
    }
}
