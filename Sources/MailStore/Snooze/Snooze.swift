import GRDB
public import MailModel

/// How an email is put away: until when, and where it was.
public struct Snooze: Hashable, Sendable {
    public let until: Timestamp
    /// The mailboxes to which it comes back, those of them that there still are; none: the Inbox.
    public let mailboxIDs: Set<MailboxID>
}

/// Bounds of putting emails away.
public enum SnoozeRules {
    /// How far ahead `until` may lie: five years.
    public static let longest: Duration = .seconds(5 * 366 * 86_400)
    /// What the mailbox is called that is made when the first email is put away.
    static let mailboxName = "Snoozed"
    /// Emails that come back in one transaction.
    package static let wokenAtOnce = 100
}

extension AccountReader {
    /// How an email is put away; nil when it is not, or not there.
    public func snooze(of email: EmailID) throws -> Snooze? {
        let until = try db.first("SELECT until FROM snoozed WHERE email = ?", .int(email.rawValue)) { $0.int(0) }
        guard let until else { return nil }
        let mailboxes = try db.all("SELECT mailbox FROM snoozedFrom WHERE email = ?", .int(email.rawValue)) { row in
            MailboxID(rawValue: row.int(0))
        }
        return Snooze(until: Timestamp(milliseconds: until), mailboxIDs: Set(mailboxes))
    }

    /// When the next snoozed email comes back; nil when none is put away.
    package func nextSnooze() throws -> Timestamp? {
        try db.first("SELECT until FROM snoozed INDEXED BY snoozedUntil ORDER BY until LIMIT 1") { row in
            Timestamp(milliseconds: row.int(0))
        }
    }
}

extension Account {
    /// Brings back what is due, the earliest first, behind what devices change: in one transaction, at most `most` emails.
    ///
    /// - Returns: when the next one is due, which is not after `now` while there are more; nil when none is put away.
    package func wakeSnoozed(
        dueBy now: Timestamp, most: Int = SnoozeRules.wokenAtOnce
    ) async throws -> Timestamp? {
        let next = try await read { try $0.nextSnooze() }
        guard let next, next <= now else { return next }
        return try await core.write(lane: .ingest) { writer in
            try writer.wakeSnoozed(dueBy: now, most: most)
            return try writer.reader.nextSnooze()
        }
    }
}
