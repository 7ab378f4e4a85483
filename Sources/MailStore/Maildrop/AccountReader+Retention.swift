public import MailModel

/// A message that the maildrop's retention says is to be deleted upstream.
package struct DueMessage: Hashable, Sendable {
    package var key: MessageKey
    /// As the server listed it.
    package var octets: Int
    package var email: EmailID
    package var reason: DeletionReason
}

/// What a retention would delete at the next poll, and what it would not and why.
public struct RetentionPreview: Hashable, Sendable {
    public struct Count: Hashable, Sendable {
        public var messages = 0
        public var octets = 0
    }

    /// Messages that are in the maildrop, as last listed.
    public var held = Count()
    /// Of those, the ones that are due: by their age, and because they were destroyed here.
    public var byAge = Count()
    public var destroyed = Count()
    /// Old enough, but unread here.
    public var unread = Count()
    /// Due but for their size.
    public var small = Count()
    /// Recognised by size alone: looked at before they can be due.
    public var unchecked = Count()

    public var due: Count {
        Count(messages: byAge.messages + destroyed.messages, octets: byAge.octets + destroyed.octets)
    }
}

/// The parts of the queries that say which message is due.
private struct DueTerms {
    let cutoff: String
    let isOld: String
    let isRead = "e.flags & \(EmailFlags.readMask) <> 0"
    let isDestroyed: String
    let isLarge: String

    /// Only numbers go into the text.
    init(_ retention: Retention, now: Timestamp) {
        let age = retention.deleteAfter.map { days in
            days == 0 ? Int64.max : now.adding(seconds: -86_400 * Int64(days)).milliseconds
        }
        cutoff = age.map { "\($0)" } ?? "NULL"
        isOld = "(e.id IS NOT NULL AND ifnull(e.receivedAt <= \(cutoff), 0))"
        isDestroyed = retention.deleteDestroyed ? "(e.id IS NULL)" : "0"
        isLarge = retention.largerThan.map { "ifnull(m.size, m.octets) > \($0)" } ?? "1"
    }

    /// Due, for an age or an end that counts.
    func isDue(_ retention: Retention) -> String {
        "\(isLarge) AND (\(isDestroyed) OR (\(isOld) AND \(retention.keepUnread ? isRead : "1")))"
    }

    /// Stored messages that the last listing had, by their emails.
    static let held = """
        maildropMessage m LEFT JOIN email e ON e.id = m.email
        WHERE m.record = ? AND m.numbering = ? AND m.state = 1 AND m.absentSince IS NULL
        """
}

extension AccountReader {
    /// How long a message is left alone that the server did not delete although it said so, or refused to.
    private static let pauseAfterGivingUp: Duration = .seconds(86_400)

    /// What is due now, at most `limit` messages. None was recognised by size alone.
    package func dueMessages(
        of maildrop: MaildropID, _ retention: Retention, now: Timestamp, limit: Int
    ) throws -> [DueMessage] {
        guard !retention.keepsAll else { return [] }
        let (record, numbering) = try record(of: maildrop)
        let terms = DueTerms(retention, now: now)
        var due: [DueMessage] = []
        try db.each(
            """
            SELECT m.uniqueID, m.ordinal, m.octets, m.email, e.id IS NULL FROM \(DueTerms.held)
            AND m.isUnchecked = 0 AND \(terms.isDue(retention)) AND NOT EXISTS (
                SELECT 1 FROM maildropDeletion d WHERE d.record = m.record AND d.numbering = m.numbering
                AND d.uniqueID = m.uniqueID AND d.ordinal = m.ordinal AND d.state = 5 AND d.settledAt > ?)
            ORDER BY m.email LIMIT ?
            """,
            [
                .int(record), .int(numbering), .int(now.adding(.zero - Self.pauseAfterGivingUp).milliseconds),
                .int(limit),
            ], use: .once
        ) { row in
            guard let uniqueID = UniqueID(row.blob(0)) else { return true }
            due.append(
                DueMessage(
                    key: MessageKey(uniqueID, Int(row.int(1))), octets: Int(row.int(2)),
                    email: EmailID(rawValue: row.int(3)), reason: row.int(4) != 0 ? .destroyed : .age))
            return true
        }
        return due
    }

    /// Whether anything for which DELE was sent is not due any more, under the retention that the maildrop has now.
    package func hasWithdrawnDeletions(of maildrop: MaildropID, now: Timestamp) throws -> Bool {
        let (record, numbering) = try record(of: maildrop)
        let (retention, _) = try retention(of: maildrop.rawValue)
        var hasWithdrawn = false
        try db.each(
            """
            SELECT 1 FROM maildropDeletion d WHERE d.record = ? AND d.numbering = ? AND d.state = 2 AND NOT EXISTS (
                SELECT 1 FROM \(DueTerms.held) AND m.uniqueID = d.uniqueID AND m.ordinal = d.ordinal
                AND m.isUnchecked = 0 AND \(DueTerms(retention, now: now).isDue(retention))) LIMIT 1
            """, [.int(record), .int(numbering), .int(record), .int(numbering)], use: .once
        ) { _ in
            hasWithdrawn = true
            return false
        }
        return hasWithdrawn
    }

    /// Counts what a retention, the maildrop's own or one that is only thought of, would delete.
    public func previewRetention(
        of maildrop: MaildropID, _ retention: Retention
    ) throws -> RetentionPreview {
        let (record, numbering) = try record(of: maildrop)
        let terms = DueTerms(retention, now: core.options.clock())
        let mayGo = "\(terms.isDestroyed) OR \(terms.isOld)"
        let unread = retention.keepUnread ? "\(terms.isOld) AND NOT (\(terms.isRead))" : "0"
        let kind = """
            CASE WHEN m.isUnchecked = 1 AND (\(mayGo)) THEN 5 WHEN NOT (\(mayGo)) THEN 0 WHEN \(unread) THEN 3
            WHEN NOT (\(terms.isLarge)) THEN 4 WHEN e.id IS NULL THEN 2 ELSE 1 END
            """
        var preview = RetentionPreview()
        try db.each(
            "SELECT \(kind), count(*), sum(ifnull(m.size, m.octets)) FROM \(DueTerms.held) GROUP BY 1",
            [.int(record), .int(numbering)], use: .once
        ) { row in
            let count = RetentionPreview.Count(messages: Int(row.int(1)), octets: Int(row.int(2)))
            preview.held.messages += count.messages
            preview.held.octets += count.octets
            switch row.int(0) {
            case 1: preview.byAge = count
            case 2: preview.destroyed = count
            case 3: preview.unread = count
            case 4: preview.small = count
            case 5: preview.unchecked = count
            default: break
            }
            return true
        }
        return preview
    }

    /// Whether a listing must be asked for because a message is due. Costs what changed since it was looked for last.
    package func isDeletionDue(of maildrop: Maildrop, now: Timestamp) throws -> Bool {
        let retention = maildrop.settings.retention
        guard !retention.keepsAll else { return false }
        let (record, numbering) = try record(of: maildrop.id)
        let looked = try db.first(
            "SELECT lookedModseq, dueAt FROM maildropRecord WHERE id = ?", .int(record)
        ) { (modseq: $0.int(0), dueAt: $0.optionalInt(1)) }
        guard let looked else { return false }
        if let dueAt = looked.dueAt, dueAt <= now.milliseconds { return true }
        let state = try db.first(
            "SELECT modseq, lowWater FROM state WHERE type = ?", .int(DataType.email.number)
        ) { (modseq: $0.int(0), lowWater: $0.int(1)) }
        guard let state, state.modseq > looked.modseq else { return false }
        guard state.lowWater <= looked.modseq else { return true }
        var isDue = false
        try db.each(
            """
            SELECT 1 FROM change c JOIN maildropMessage m INDEXED BY maildropMessageByEmail ON m.email = c.object
            LEFT JOIN email e ON e.id = m.email
            WHERE c.type = ? AND c.modseq > ? AND m.record = ? AND m.numbering = ? AND m.state = 1
            AND m.absentSince IS NULL AND m.isUnchecked = 0 AND \(DueTerms(retention, now: now).isDue(retention)) LIMIT 1
            """, [.int(DataType.email.number), .int(looked.modseq), .int(record), .int(numbering)], use: .once
        ) { _ in
            isDue = true
            return false
        }
        return isDue
    }
}

extension AccountWriter {
    /// Notes that what is due was looked for, in this transaction's view, and when the next message will be by its age.
    package func noteLookedForDue(of maildrop: Maildrop) throws {
        let (record, numbering) = try reader.record(of: maildrop.id)
        var next: Int64?
        if let days = maildrop.settings.retention.deleteAfter, days > 0 {
            let cutoff = now.adding(seconds: -86_400 * Int64(days)).milliseconds
            let first = try db.first(
                "SELECT min(e.receivedAt) FROM \(DueTerms.held) AND e.receivedAt > ?", .int(record),
                .int(numbering), .int(cutoff)
            ) { $0.optionalInt(0) }
            next = (first ?? nil).map { $0 + 86_400_000 * Int64(days) }
        }
        try db.run(
            "UPDATE maildropRecord SET lookedModseq = ?, dueAt = ? WHERE id = ?",
            .int(try reader.modseq().rawValue), .int(next), .int(record))
    }
}
