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
    /// What knows a message by all its octets; among many, only those have it whose header says too little.
    package struct Detail: Hashable, Sendable {
        package var fingerprint: [UInt8]?
        /// SHA-256 of the octets; nil when the email was destroyed.
        package var hash: [UInt8]?
    }

    /// Whether the server has it, as far as was seen.
    package enum Standing: UInt8, Sendable {
        /// A listing that could be believed lacked it, or the server said that it was deleted.
        case gone
        /// The last listing had it.
        case current
        /// The last listing of an earlier numbering had it, and it was not found since.
        case missing
    }

    package var email: EmailID
    /// As the server listed it; 0 when it did not say.
    package var octets: Int
    /// As received; nil for messages stored by early versions.
    package var size: Int?
    package var mark: HeaderMark?
    package var detail: Detail?
    package var standing: Standing

    package init(
        email: EmailID, octets: Int, size: Int?, mark: HeaderMark?, detail: Detail? = nil, standing: Standing = .current
    ) {
        self.standing = standing
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
    /// The standing is 0 for what is gone, 1 for what the last listing had.
    private static let remembered = """
        m.email, m.octets, m.size, m.header, m.fingerprint, e.hash, m.absentSince IS NULL AND NOT EXISTS (
            SELECT 1 FROM maildropDeletion d WHERE d.record = m.record AND d.numbering = m.numbering
            AND d.uniqueID = m.uniqueID AND d.ordinal = m.ordinal AND d.state IN (2, 3, 4))
        """

    /// Every email that a message of the maildrop was ever stored as, destroyed ones too, in the order in which the server
    /// listed them last. An email known under several numberings counts once, with its newest.
    package func rememberedMessages(of maildrop: MaildropID) throws -> [RememberedMessage] {
        let (record, numbering) = try record(of: maildrop)
        var seen: Set<EmailID> = []
        var messages: [(message: RememberedMessage, listedAt: Int64, number: Int64)] = []
        try db.each(
            """
            SELECT \(Self.remembered), m.listedAt, m.number, m.numbering FROM maildropMessage m LEFT JOIN email e ON e.id = m.email
            WHERE m.record = ? AND m.state = 1 ORDER BY m.numbering DESC, m.email DESC
            """, [.int(record)]
        ) { row in
            var message = Self.remembered(row)
            if message.mark != nil { message.detail = nil }
            if message.standing == .current, row.int(9) < numbering { message.standing = .missing }
            if seen.insert(message.email).inserted {
                messages.append((message, row.optionalInt(7) ?? 0, row.optionalInt(8) ?? 0))
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
        RememberedMessage(
            email: EmailID(rawValue: row.int(0)), octets: Int(row.int(1)), size: row.optionalInt(2).map { Int($0) },
            mark: row.isNull(3) ? nil : HeaderMark(row.blob(3)),
            detail: .init(fingerprint: row.isNull(4) ? nil : row.blob(4), hash: row.isNull(5) ? nil : row.blob(5)),
            standing: row.int(6) != 0 ? .current : .gone)
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

    /// When the current numbering began.
    package func numberingBegan(_ maildrop: MaildropID) throws -> Timestamp {
        let (record, numbering) = try record(of: maildrop)
        let began = try db.first(
            "SELECT beganAt FROM maildropNumbering WHERE record = ? AND number = ?", .int(record), .int(numbering)
        ) { Timestamp(milliseconds: $0.int(0)) }
        guard let began else { throw MailStoreError(.corrupt, "The maildrop's numbering \(numbering) has no row.") }
        return began
    }

    package func listingSuspicion(of maildrop: MaildropID) throws -> ListingSuspicion? {
        try db.first(
            """
            SELECT suspectedAt, suspectedPolls FROM maildropRecord WHERE id = ? AND suspectedAt IS NOT NULL
            """, .int(try record(of: maildrop).id)
        ) { ListingSuspicion(since: Timestamp(milliseconds: $0.int(0)), polls: Int($0.int(1))) }
    }
}
