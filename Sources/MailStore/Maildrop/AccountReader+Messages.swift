public import MailModel

/// A message of a maildrop that is not stored, and why.
public struct UnstoredMessage: Hashable, Sendable {
    public let uniqueID: UniqueID
    /// Counts messages that share a unique-id within one listing, from 0.
    public let ordinal: Int
    /// As the server listed it.
    public let octets: Int
    /// Why a message is held back that is over no limit of its own: the account may not hold it.
    package static let noRoom = "There is no room for it in the account; it is fetched as soon as there is."

    /// How many octets it has at least, where it was seen to have more than listed.
    package var atLeast: Int?
    /// `heldBack` or `parked`.
    public let state: MaildropMessageState
    /// A sentence for people.
    public let reason: String
    /// Tries so far.
    public let attempts: Int
    /// When a parked message is tried again; nil: not before something changes.
    public let retryAt: Timestamp?

    public init(
        uniqueID: UniqueID, ordinal: Int = 0, octets: Int, state: MaildropMessageState, reason: String,
        attempts: Int = 1, retryAt: Timestamp? = nil
    ) {
        self.uniqueID = uniqueID
        self.ordinal = ordinal
        self.octets = octets
        self.state = state
        self.reason = reason
        self.attempts = attempts
        self.retryAt = retryAt
    }
}

/// A message of a maildrop that is stored as an email.
public struct StoredMessage: Hashable, Sendable {
    public let uniqueID: UniqueID
    /// Counts messages that share a unique-id within one listing, from 0.
    public let ordinal: Int
    /// As the server listed it.
    public let octets: Int
    public let fingerprint: [UInt8]
    public let email: EmailID
    /// Octets as received.
    package var size: Int?
    package var mark: HeaderMark?
    package var place: ListingPlace?

    public init(uniqueID: UniqueID, ordinal: Int = 0, octets: Int, fingerprint: [UInt8], email: EmailID) {
        self.uniqueID = uniqueID
        self.ordinal = ordinal
        self.octets = octets
        self.fingerprint = fingerprint
        self.email = email
    }
}

extension AccountReader {
    /// Every message known under the maildrop's current numbering: one pass over the table, a few octets each.
    package func knownMessages(of maildrop: MaildropID) throws -> KnownMessages {
        let (record, numbering) = try record(of: maildrop)
        var known = KnownMessages(numbering: Int(numbering))
        try db.each(
            """
            SELECT uniqueID, ordinal, state, octets, email, absentSince IS NOT NULL FROM maildropMessage
            WHERE record = ? AND numbering = ? ORDER BY uniqueID, ordinal
            """, [.int(record), .int(numbering)]
        ) { row in
            row.withBlob(0) {
                known.append(
                    uniqueID: $0, ordinal: Int(row.int(1)), state: Int(row.int(2)), octets: Int(row.int(3)),
                    email: row.int(4), isAbsent: row.int(5) != 0)
            }
            return true
        }
        return known
    }

    /// Messages of the current numbering that are held back or parked.
    public func unstoredMessages(of maildrop: MaildropID) throws -> [UnstoredMessage] {
        let (record, numbering) = try record(of: maildrop)
        return try db.all(
            """
            SELECT uniqueID, ordinal, octets, state, reason, attempts, retryAt, size FROM maildropMessage
            INDEXED BY maildropMessageNotStored WHERE record = ? AND numbering = ? AND state IN (2, 3) ORDER BY uniqueID, ordinal
            """, .int(record), .int(numbering)
        ) { row -> UnstoredMessage? in
            guard let uniqueID = UniqueID(row.blob(0)) else { return nil }
            var message = UnstoredMessage(
                uniqueID: uniqueID, ordinal: Int(row.int(1)), octets: Int(row.int(2)),
                state: MaildropMessageState(rawValue: Int(row.int(3))) ?? .parked, reason: row.text(4),
                attempts: Int(row.int(5)), retryAt: row.optionalInt(6).map(Timestamp.init(milliseconds:)))
            message.atLeast = row.optionalInt(7).map { Int($0) }
            return message
        }.compactMap { $0 }
    }
}
