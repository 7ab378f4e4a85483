package import MailModel

extension AccountWriter {
    /// Records which message of a maildrop each email is, in the transaction that stores the emails: a message is known
    /// exactly when its email is there. A parked or held-back message becomes a stored one.
    ///
    /// - Throws: `notFound` when the maildrop was removed meanwhile; `alreadyExists` for a message that is stored: the
    ///   transaction must not be committed, or it would be there twice.
    package func recordStored(_ messages: [StoredMessage], of maildrop: MaildropID) throws {
        let (record, numbering) = try reader.record(of: maildrop)
        for message in messages {
            let count = try db.run(
                """
                INSERT INTO maildropMessage (record, numbering, uniqueID, ordinal, octets, fingerprint, state, email, size,
                    header, listedAt, number)
                VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET octets = excluded.octets, fingerprint = excluded.fingerprint, state = 1,
                    email = excluded.email, reason = NULL, retryAt = NULL, size = excluded.size,
                    header = excluded.header, listedAt = excluded.listedAt, number = excluded.number WHERE state <> 1
                """, .int(record), .int(numbering), .blob(message.uniqueID.bytes), .int(message.ordinal),
                .int(message.octets), .blob(message.fingerprint), .int(message.email.rawValue),
                .int(message.size.map(Int64.init)), message.mark.map { .blob($0.octets) } ?? .null,
                .int(message.place?.listedAt.milliseconds), .int(message.place.map { Int64($0.number) }))
            guard count == 1 else {
                throw MailStoreError(.alreadyExists, "The message \(message.uniqueID) is stored already.")
            }
        }
    }

    /// Records that a message is held back or parked; one that is stored, or was fetched elsewhere, stays so.
    package func recordUnstored(_ messages: [UnstoredMessage], of maildrop: MaildropID) throws {
        let (record, numbering) = try reader.record(of: maildrop)
        for message in messages {
            try db.run(
                """
                INSERT INTO maildropMessage
                    (record, numbering, uniqueID, ordinal, octets, state, reason, attempts, retryAt, size)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET octets = excluded.octets, state = excluded.state, reason = excluded.reason,
                    attempts = excluded.attempts, retryAt = excluded.retryAt, size = excluded.size WHERE state IN (2, 3)
                """, .int(record), .int(numbering), .blob(message.uniqueID.bytes), .int(message.ordinal),
                .int(message.octets), .int(message.state.rawValue), .text(message.reason), .int(message.attempts),
                .int(message.retryAt?.milliseconds), .int(message.atLeast.map(Int64.init)))
        }
    }

    /// Forgets messages that are not stored and that the server no longer lists.
    package func forgetUnstored(_ messages: [(uniqueID: UniqueID, ordinal: Int)], of maildrop: MaildropID) throws {
        let (record, numbering) = try reader.record(of: maildrop)
        for message in messages {
            try db.run(
                """
                DELETE FROM maildropMessage
                WHERE record = ? AND numbering = ? AND uniqueID = ? AND ordinal = ? AND state IN (2, 3)
                """, .int(record), .int(numbering), .blob(message.uniqueID.bytes), .int(message.ordinal))
        }
    }

    /// Notes the values of a listing that is now wholly ingested; nil: the next poll lists everything.
    package func setListingProbe(_ probe: ListingProbe?, of maildrop: MaildropID) throws {
        try db.run(
            "UPDATE maildrop SET probeCount = ?, probeOctets = ?, probeLastUniqueID = ?, probeAt = ? WHERE id = ?",
            .int(probe.map { Int64($0.count) }), .int(probe.map { Int64($0.octets) }),
            probe?.lastUniqueID.map { .blob($0.bytes) } ?? .null, .int(probe?.listedAt.milliseconds),
            .int(maildrop.rawValue))
    }
}

extension AccountWriter {
    /// Records unique-ids that another program has fetched, so that they are not fetched again. Those that are known
    /// already stay what they are. The next poll lists everything.
    ///
    /// - Returns: how many were not known.
    package func recordFetchedElsewhere(_ uniqueIDs: [UniqueID], of maildrop: MaildropID) throws -> Int {
        let (record, numbering) = try reader.record(of: maildrop)
        var added = 0
        for uniqueID in uniqueIDs {
            added += try db.run(
                """
                INSERT INTO maildropMessage (record, numbering, uniqueID, ordinal, octets, state)
                VALUES (?, ?, ?, 0, 0, 4) ON CONFLICT DO NOTHING
                """, .int(record), .int(numbering), .blob(uniqueID.bytes))
        }
        if added > 0 { try setListingProbe(nil, of: maildrop) }
        return added
    }
}
