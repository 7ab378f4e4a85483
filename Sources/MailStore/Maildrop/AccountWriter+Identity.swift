package import MailModel

/// A message recognised under a unique-id that was unknown before.
package struct AdoptedMessage: Hashable, Sendable {
    package var uniqueID: UniqueID
    package var ordinal: Int
    /// As the server lists it.
    package var octets: Int
    package var email: EmailID
    package var place: ListingPlace
    /// Only sizes say so; what it really is must be looked at before anything depends on it.
    package var isUnchecked: Bool

    package init(
        uniqueID: UniqueID, ordinal: Int, octets: Int, email: EmailID, place: ListingPlace, isUnchecked: Bool
    ) {
        self.uniqueID = uniqueID
        self.ordinal = ordinal
        self.octets = octets
        self.email = email
        self.place = place
        self.isUnchecked = isUnchecked
    }
}

/// Which message of the current numbering.
package struct MessageKey: Hashable, Sendable {
    package var uniqueID: UniqueID
    package var ordinal: Int

    package init(_ uniqueID: UniqueID, _ ordinal: Int) {
        self.uniqueID = uniqueID
        self.ordinal = ordinal
    }
}

extension AccountWriter {
    /// Ordinals from here on belong to messages whose unique-id the server gave to another: more than a listing can have.
    private static let firstRetiredOrdinal = 1_000_000

    /// Begins a new numbering in which these messages keep their unique-ids.
    @discardableResult
    package func beginNumbering(of maildrop: MaildropID, keeping kept: [MessageKey]) throws -> Int {
        let old = try reader.record(of: maildrop)
        let new = try beginNumbering(of: maildrop)
        for key in kept {
            try db.run(
                """
                INSERT INTO maildropMessage (record, numbering, uniqueID, ordinal, octets, fingerprint, state, email, reason,
                    attempts, retryAt, size, header, listedAt, number, isUnchecked)
                SELECT record, ?, uniqueID, ordinal, octets, fingerprint, state, email, reason, attempts, retryAt, size,
                    header, listedAt, number, isUnchecked FROM maildropMessage
                WHERE record = ? AND numbering = ? AND uniqueID = ? AND ordinal = ?
                """, .int(new), .int(old.id), .int(old.numbering), .blob(key.uniqueID.bytes), .int(key.ordinal))
        }
        try settleDeletions(ofRecord: old.id)
        return new
    }

    /// No listing will tell what became of these: what the server said that it deleted is taken for gone.
    private func settleDeletions(ofRecord record: Int64) throws {
        try db.run(
            """
            UPDATE maildropMessage SET absentSince = ?1 WHERE record = ?2 AND absentSince IS NULL AND EXISTS (
                SELECT 1 FROM maildropDeletion d WHERE d.record = ?2 AND d.numbering = maildropMessage.numbering
                AND d.uniqueID = maildropMessage.uniqueID AND d.ordinal = maildropMessage.ordinal
                AND d.state IN (2, 3))
            """, .int(now.milliseconds), .int(record))
        try db.run(
            """
            UPDATE maildropDeletion SET state = 5, settledAt = ?, note = 'The server gave all messages other unique-ids.'
            WHERE record = ? AND state < 4
            """, .int(now.milliseconds), .int(record))
    }

    /// Records that messages with unknown unique-ids are emails that are stored: none is fetched. What the current
    /// numbering had of those emails gives way.
    package func adopt(_ messages: [AdoptedMessage], of maildrop: MaildropID) throws {
        let (record, numbering) = try reader.record(of: maildrop)
        for message in messages {
            let count = try db.run(
                """
                INSERT INTO maildropMessage (record, numbering, uniqueID, ordinal, octets, fingerprint, state, email, size,
                    header, listedAt, number, isUnchecked)
                SELECT record, ?, ?, ?, ?, fingerprint, 1, email, size, header, ?, ?, ? FROM maildropMessage
                WHERE email = ? AND record = ? AND state = 1 ORDER BY numbering DESC LIMIT 1
                ON CONFLICT DO UPDATE SET octets = excluded.octets, fingerprint = excluded.fingerprint, state = 1,
                    email = excluded.email, reason = NULL, retryAt = NULL, size = excluded.size,
                    header = excluded.header, listedAt = excluded.listedAt, number = excluded.number,
                    isUnchecked = excluded.isUnchecked WHERE state <> 1
                """, .int(numbering), .blob(message.uniqueID.bytes), .int(message.ordinal), .int(message.octets),
                .int(message.place.listedAt.milliseconds), .int(message.place.number),
                .int(message.isUnchecked ? 1 : 0), .int(message.email.rawValue), .int(record))
            guard count == 1 else {
                throw MailStoreError(.alreadyExists, "The message \(message.uniqueID) is known already.")
            }
            try db.run(
                """
                DELETE FROM maildropMessage WHERE email = ? AND record = ? AND numbering = ?
                    AND NOT (uniqueID = ? AND ordinal = ?)
                """, .int(message.email.rawValue), .int(record), .int(numbering), .blob(message.uniqueID.bytes),
                .int(message.ordinal))
        }
    }

    /// The server gave these unique-ids to other messages: what was known under them steps aside, still known by what it
    /// looks like.
    ///
    /// - Parameter listedAsOthers: their octets as listed are those of the other messages, so that their own size counts alone.
    package func retire(_ keys: [MessageKey], of maildrop: MaildropID, listedAsOthers: Bool = false) throws {
        let (record, numbering) = try reader.record(of: maildrop)
        for key in keys {
            try db.run(
                """
                UPDATE maildropMessage SET isUnchecked = 0, absentSince = ifnull(absentSince, ?),
                octets = CASE WHEN ?6 THEN ifnull(size, 0) ELSE octets END, ordinal = (
                    SELECT max(max(ordinal) + 1, \(Self.firstRetiredOrdinal)) FROM maildropMessage o
                    WHERE o.record = ?2 AND o.numbering = ?3 AND o.uniqueID = ?4)
                WHERE record = ?2 AND numbering = ?3 AND uniqueID = ?4 AND ordinal = ?5
                """, .int(now.milliseconds), .int(record), .int(numbering), .blob(key.uniqueID.bytes),
                .int(key.ordinal), .int(listedAsOthers ? 1 : 0))
        }
    }

    /// The server counts these messages otherwise than before.
    package func setListedOctets(
        _ sizes: [(key: MessageKey, octets: Int)], isUnchecked: Bool, of maildrop: MaildropID
    ) throws {
        let (record, numbering) = try reader.record(of: maildrop)
        for (key, octets) in sizes {
            try db.run(
                """
                UPDATE maildropMessage SET octets = ?, isUnchecked = max(isUnchecked, ?)
                WHERE record = ? AND numbering = ? AND uniqueID = ? AND ordinal = ?
                """, .int(octets), .int(isUnchecked ? 1 : 0), .int(record), .int(numbering),
                .blob(key.uniqueID.bytes), .int(key.ordinal))
        }
    }

    /// Notes what a look at adopted messages found: which email each is. One that is none of them (not `isConfirmed`) is
    /// taken for new by the next poll, and its email goes on being known by what it looks like alone.
    package func settle(
        _ checks: [(key: MessageKey, email: EmailID, isConfirmed: Bool)], of maildrop: MaildropID
    ) throws {
        let (record, numbering) = try reader.record(of: maildrop)
        // All are read before any is written: they may change places.
        let known = try checks.map { check in
            try db.first(
                "SELECT fingerprint, size, header FROM maildropMessage WHERE email = ? AND record = ? LIMIT 1",
                .int(check.email.rawValue), .int(record)
            ) { row in
                [
                    row.isNull(0) ? .null : SQLValue.blob(row.blob(0)), .int(row.optionalInt(1)),
                    row.isNull(2) ? .null : .blob(row.blob(2)),
                ]
            }
        }
        for (check, known) in zip(checks, known) {
            guard let known else { throw MailStoreError.notFound("the message of email \(check.email)") }
            try db.run(
                """
                UPDATE maildropMessage SET isUnchecked = 0, email = ?, fingerprint = ?, size = ?, header = ?
                WHERE record = ? AND numbering = ? AND uniqueID = ? AND ordinal = ?
                """, .int(check.email.rawValue), known[0], known[1], known[2], .int(record), .int(numbering),
                .blob(check.key.uniqueID.bytes), .int(check.key.ordinal))
        }
        try retire(checks.filter { !$0.isConfirmed }.map(\.key), of: maildrop)
    }

    /// Marks messages that a listing to be believed lacks, or (`since` is nil) has again. `isNews`: somebody may want to
    /// know, once another listing lacks them too.
    package func setAbsent(
        _ keys: [MessageKey], since: Timestamp?, isNews: Bool = false, of maildrop: MaildropID
    ) throws {
        let (record, numbering) = try reader.record(of: maildrop)
        for key in keys {
            try db.run(
                """
                UPDATE maildropMessage SET absentSince = ?, isVanishing = ?
                WHERE record = ? AND numbering = ? AND uniqueID = ? AND ordinal = ?
                """, .int(since?.milliseconds), .int(isNews ? 1 : 0), .int(record), .int(numbering),
                .blob(key.uniqueID.bytes), .int(key.ordinal))
        }
    }

    /// Moves to the Trash, if `isWanted`, the emails whose messages vanished upstream before `time` and have not come
    /// back, at most so many. Returns how many were moved.
    package func trashVanished(before time: Timestamp, isWanted: Bool, limit: Int, of maildrop: MaildropID) throws
        -> Int
    {
        let (record, numbering) = try reader.record(of: maildrop)
        let vanished = try db.all(
            """
            SELECT email, uniqueID, ordinal FROM maildropMessage INDEXED BY maildropMessageVanishing
            WHERE record = ? AND numbering = ? AND isVanishing = 1 AND absentSince < ? LIMIT ?
            """, .int(record), .int(numbering), .int(time.milliseconds), .int(limit)
        ) { (email: EmailID(rawValue: $0.int(0)), uniqueID: $0.blob(1), ordinal: $0.int(2)) }
        let trash = isWanted ? try reader.mailbox(withRole: .trash)?.id : nil
        var moved = 0
        for message in vanished {
            try db.run(
                """
                UPDATE maildropMessage SET isVanishing = 0
                WHERE record = ? AND numbering = ? AND uniqueID = ? AND ordinal = ?
                """, .int(record), .int(numbering), .blob(message.uniqueID), .int(message.ordinal))
            guard let trash, try !reader.mailboxIDs(of: message.email).isEmpty else { continue }
            try setMailboxes([trash], of: message.email)
            moved += 1
        }
        return moved
    }

    /// Notes that a listing lacks half of what there was; nil: that is over.
    package func setListingSuspicion(_ suspicion: ListingSuspicion?, of maildrop: MaildropID) throws {
        try db.run(
            "UPDATE maildropRecord SET suspectedAt = ?, suspectedPolls = ? WHERE id = ?",
            .int(suspicion?.since.milliseconds), .int(suspicion?.polls ?? 0), .int(try reader.record(of: maildrop).id))
    }

    /// Notes that a session broke off while headers were asked for, or (false) that one did not.
    package func noteTop(failed: Bool, of maildrop: MaildropID) throws {
        try db.run(
            "UPDATE maildropRecord SET topFailures = (topFailures + 1) * ?, topFailedAt = ? WHERE id = ?",
            .int(failed ? 1 : 0), .int(now.milliseconds), .int(try reader.record(of: maildrop).id))
    }
}
