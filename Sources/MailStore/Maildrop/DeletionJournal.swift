public import MailModel

/// Why a message is deleted upstream.
public enum DeletionReason: Int, Hashable, Sendable {
    case age = 1
    /// Its email was destroyed on a device.
    case destroyed = 2
}

/// How far the deletion of a message upstream has come. DELE takes effect with QUIT only, and the answer to that may be
/// lost (RFC 1939 §6): so what was meant, what was sent and what became of it are written down one after the other.
public enum DeletionState: Int, CaseIterable, Hashable, Sendable {
    /// The copy was read back and found equal; DELE may have been sent.
    case intended = 1
    /// DELE was answered with +OK; QUIT may have been sent.
    case sent = 2
    /// QUIT was answered with +OK: it should be gone.
    case answered = 3
    /// A later listing lacks it.
    case absent = 4
    /// The server refused, or lists it again although it said that it was gone.
    case givenUp = 5
}

/// One line of the journal.
public struct Deletion: Hashable, Sendable {
    package let id: Int64
    public let uniqueID: UniqueID
    public let ordinal: Int
    /// As the server listed it.
    public let octets: Int
    public let email: EmailID
    public let reason: DeletionReason
    public let state: DeletionState
    /// Polls that intended it.
    public let attempts: Int
    public let intendedAt: Timestamp
    public let settledAt: Timestamp?
    /// For one that was given up: why, for people.
    public let note: String?

    package var key: MessageKey { MessageKey(uniqueID, ordinal) }
}

/// How long settled lines of the journal are kept.
private let journalIsKept: Duration = .seconds(90 * 86_400)

extension AccountReader {
    private static let columns =
        "id, uniqueID, ordinal, octets, email, reason, state, intendedAt, settledAt, note, attempts"

    /// Deletions of the current numbering of which nobody knows yet what became of them.
    package func openDeletions(of maildrop: MaildropID) throws -> [Deletion] {
        let (record, numbering) = try record(of: maildrop)
        return try db.all(
            """
            SELECT \(Self.columns) FROM maildropDeletion INDEXED BY maildropDeletionOpen
            WHERE record = ? AND numbering = ? AND state < 4 ORDER BY id
            """, .int(record), .int(numbering)
        ) { Self.deletion($0) }.compactMap { $0 }
    }

    /// The journal, the newest line first.
    public func deletions(of maildrop: MaildropID, limit: Int, before line: Int64 = .max) throws -> [Deletion] {
        try db.all(
            "SELECT \(Self.columns) FROM maildropDeletion WHERE record = ? AND id < ? ORDER BY id DESC LIMIT ?",
            .int(try record(of: maildrop).id), .int(line), .int(limit)
        ) { Self.deletion($0) }.compactMap { $0 }
    }

    /// How many lines of the journal are in each state.
    public func deletionCounts(of maildrop: MaildropID) throws -> [DeletionState: Int] {
        let counts = try db.all(
            "SELECT state, count(*) FROM maildropDeletion WHERE record = ? GROUP BY state",
            .int(try record(of: maildrop).id)
        ) { (DeletionState(rawValue: Int($0.int(0))), Int($0.int(1))) }
        return counts.reduce(into: [:]) { if let state = $1.0 { $0[state] = $1.1 } }
    }

    private static func deletion(_ row: borrowing SQLRow) -> Deletion? {
        guard let uniqueID = UniqueID(row.blob(1)), let reason = DeletionReason(rawValue: Int(row.int(5))),
            let state = DeletionState(rawValue: Int(row.int(6)))
        else { return nil }
        return Deletion(
            id: row.int(0), uniqueID: uniqueID, ordinal: Int(row.int(2)), octets: Int(row.int(3)),
            email: EmailID(rawValue: row.int(4)), reason: reason, state: state, attempts: Int(row.int(10)),
            intendedAt: Timestamp(milliseconds: row.int(7)),
            settledAt: row.optionalInt(8).map(Timestamp.init(milliseconds:)), note: row.optionalText(9))
    }
}

extension AccountWriter {
    /// Writes down what is about to be deleted; one that is open already is intended anew. Returns the open lines.
    package func intend(_ messages: [DueMessage], of maildrop: MaildropID) throws -> [Deletion] {
        let (record, numbering) = try reader.record(of: maildrop)
        for message in messages {
            try db.run(
                """
                INSERT INTO maildropDeletion
                    (record, numbering, uniqueID, ordinal, octets, email, reason, state, intendedAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)
                ON CONFLICT (record, numbering, uniqueID, ordinal) WHERE state < 4
                DO UPDATE SET state = 1, attempts = attempts + 1, email = excluded.email, reason = excluded.reason, sentAt = NULL,
                    answeredAt = NULL
                """, .int(record), .int(numbering), .blob(message.key.uniqueID.bytes), .int(message.key.ordinal),
                .int(message.octets), .int(message.email.rawValue), .int(message.reason.rawValue),
                .int(now.milliseconds))
        }
        let keys = Set(messages.map(\.key))
        return try reader.openDeletions(of: maildrop).filter { keys.contains($0.key) }
    }

    /// DELE was answered with +OK for these.
    package func noteSent(_ deletions: [Deletion]) throws {
        for deletion in deletions {
            try db.run(
                "UPDATE maildropDeletion SET state = 2, sentAt = ? WHERE id = ?", .int(now.milliseconds),
                .int(deletion.id))
        }
    }

    /// QUIT was answered with +OK after these.
    package func noteAnswered(_ deletions: [Deletion]) throws {
        for deletion in deletions {
            try db.run(
                "UPDATE maildropDeletion SET state = 3, answeredAt = ? WHERE id = ?", .int(now.milliseconds),
                .int(deletion.id))
        }
    }

    /// A listing that can be believed lacks these: they are gone.
    package func noteDeleted(_ deletions: [Deletion], of maildrop: MaildropID) throws {
        for deletion in deletions {
            try db.run(
                "UPDATE maildropDeletion SET state = 4, settledAt = ? WHERE id = ?", .int(now.milliseconds),
                .int(deletion.id))
        }
        try setAbsent(deletions.map(\.key), since: now, of: maildrop)
        try pruneDeletions()
    }

    /// The server does not delete these; `note` says why, for people.
    package func giveUp(_ deletions: [(deletion: Deletion, note: String)]) throws {
        for (deletion, note) in deletions {
            try db.run(
                "UPDATE maildropDeletion SET state = 5, settledAt = ?, note = ? WHERE id = ?", .int(now.milliseconds),
                .text(note), .int(deletion.id))
        }
        try pruneDeletions()
    }

    private func pruneDeletions() throws {
        try db.run(
            "DELETE FROM maildropDeletion WHERE state >= 4 AND settledAt < ?",
            .int(now.adding(.zero - journalIsKept).milliseconds))
    }
}
