package import MailModel

/// Where in which listing a message was found: messages in this order stand as the server listed them.
package struct ListingPlace: Hashable, Sendable {
    /// When the poll began that found it.
    package var listedAt: Timestamp
    /// Its number in that session.
    package var number: Int

    package init(listedAt: Timestamp, number: Int) {
        self.listedAt = listedAt
        self.number = number
    }
}

/// A stored message as one that the server lists under an unknown unique-id may turn out to be: small, for there may be a
/// million of them.
package struct RememberedMessage: Hashable, Sendable {
    /// What only messages have whose header says too little: they are known by all their octets.
    package struct Detail: Hashable, Sendable {
        package var fingerprint: [UInt8]?
        /// SHA-256 of the octets; nil when the email was destroyed.
        package var hash: [UInt8]?
    }

    package var email: EmailID
    /// As the server listed it; 0 when it did not say.
    package var octets: Int
    /// As received; nil for messages stored by early versions.
    package var size: Int?
    package var mark: HeaderMark?
    package var detail: Detail?

    package init(email: EmailID, octets: Int, size: Int?, mark: HeaderMark?, detail: Detail? = nil) {
        self.email = email
        self.octets = octets
        self.size = size
        self.mark = mark
        self.detail = detail
    }
}

/// Since when a maildrop's listings lack half of what they had, and in how many polls in a row.
package struct ListingSuspicion: Hashable, Sendable {
    package var since: Timestamp
    package var polls: Int

    package init(since: Timestamp, polls: Int) {
        self.since = since
        self.polls = polls
    }
}

extension AccountReader {
    private static let remembered = "m.email, m.octets, m.size, m.header, m.fingerprint, e.hash"

    /// Every email that a message of the maildrop was ever stored as, destroyed ones too, in the order in which the server
    /// listed them last. An email known under several numberings counts once, with its newest.
    package func rememberedMessages(of maildrop: MaildropID) throws -> [RememberedMessage] {
        let (record, _) = try record(of: maildrop)
        var seen: Set<EmailID> = []
        var messages: [(message: RememberedMessage, listedAt: Int64, number: Int64)] = []
        try db.each(
            """
            SELECT \(Self.remembered), m.listedAt, m.number FROM maildropMessage m LEFT JOIN email e ON e.id = m.email
            WHERE m.record = ? AND m.state = 1 ORDER BY m.numbering DESC, m.email DESC
            """, [.int(record)]
        ) { row in
            let message = Self.remembered(row)
            if seen.insert(message.email).inserted {
                messages.append((message, row.optionalInt(6) ?? 0, row.optionalInt(7) ?? 0))
            }
            return true
        }
        // Where nobody noted a place, the newest was stored first.
        let order = messages.indices.sorted {
            (messages[$0].listedAt, messages[$0].number, $0) < (messages[$1].listedAt, messages[$1].number, $1)
        }
        return order.map { messages[$0].message }
    }

    /// What is remembered of one message of the current numbering; nil when it is not stored.
    package func rememberedMessage(
        _ uniqueID: UniqueID, ordinal: Int, of maildrop: MaildropID
    ) throws -> RememberedMessage? {
        let (record, numbering) = try record(of: maildrop)
        return try db.first(
            """
            SELECT \(Self.remembered) FROM maildropMessage m LEFT JOIN email e ON e.id = m.email
            WHERE m.record = ? AND m.numbering = ? AND m.uniqueID = ? AND m.ordinal = ? AND m.state = 1
            """, .int(record), .int(numbering), .blob(uniqueID.bytes), .int(ordinal)
        ) { Self.remembered($0) }
    }

    private static func remembered(_ row: borrowing SQLRow) -> RememberedMessage {
        let mark = row.isNull(3) ? nil : HeaderMark(row.blob(3))
        return RememberedMessage(
            email: EmailID(rawValue: row.int(0)), octets: Int(row.int(1)), size: row.optionalInt(2).map { Int($0) },
            mark: mark,
            detail: mark != nil
                ? nil : .init(fingerprint: row.isNull(4) ? nil : row.blob(4), hash: row.isNull(5) ? nil : row.blob(5)))
    }

    /// Messages of the current numbering that were recognised by their sizes alone, at most so many.
    package func uncheckedMessages(
        of maildrop: MaildropID, limit: Int
    ) throws -> [(uniqueID: UniqueID, ordinal: Int, octets: Int)] {
        let (record, numbering) = try record(of: maildrop)
        return try db.all(
            """
            SELECT uniqueID, ordinal, octets FROM maildropMessage INDEXED BY maildropMessageUnchecked
            WHERE record = ? AND numbering = ? AND isUnchecked = 1 AND absentSince IS NULL LIMIT ?
            """, .int(record), .int(numbering), .int(limit)
        ) { row in UniqueID(row.blob(0)).map { (uniqueID: $0, ordinal: Int(row.int(1)), octets: Int(row.int(2))) } }
        .compactMap { $0 }
    }

    /// Unchecked messages of the current numbering with so many octets: one of them may have been taken for another.
    package func uncheckedMessages(
        of maildrop: MaildropID, octets: Int
    ) throws -> [(uniqueID: UniqueID, ordinal: Int, octets: Int)] {
        try uncheckedMessages(of: maildrop, limit: .max).filter { $0.octets == octets }
    }

    /// Whether messages vanished that nobody has dealt with.
    package func hasVanishing(_ maildrop: MaildropID) throws -> Bool {
        let (record, numbering) = try record(of: maildrop)
        return try db.first(
            """
            SELECT 1 FROM maildropMessage INDEXED BY maildropMessageVanishing
            WHERE record = ? AND numbering = ? AND isVanishing = 1 LIMIT 1
            """, .int(record), .int(numbering)
        ) { _ in true } ?? false
    }

    /// Emails that were stored by the poll that began then.
    package func emailsStored(byPollAt time: Timestamp, of maildrop: MaildropID) throws -> [(
        key: MessageKey, email: EmailID
    )] {
        let (record, numbering) = try record(of: maildrop)
        return try db.all(
            """
            SELECT uniqueID, ordinal, email FROM maildropMessage
            WHERE record = ? AND numbering = ? AND state = 1 AND listedAt = ?
            """, .int(record), .int(numbering), .int(time.milliseconds)
        ) { row in
            UniqueID(row.blob(0)).map { (MessageKey($0, Int(row.int(1))), EmailID(rawValue: row.int(2))) }
        }.compactMap { $0 }
    }

    package func listingSuspicion(of maildrop: MaildropID) throws -> ListingSuspicion? {
        try db.first(
            """
            SELECT suspectedAt, suspectedPolls FROM maildropRecord WHERE id = ? AND suspectedAt IS NOT NULL
            """, .int(try record(of: maildrop).id)
        ) { ListingSuspicion(since: Timestamp(milliseconds: $0.int(0)), polls: Int($0.int(1))) }
    }
}
