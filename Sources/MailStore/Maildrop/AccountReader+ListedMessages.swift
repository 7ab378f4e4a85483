import GRDB
public import MailModel

/// A message of a maildrop as it is remembered, whatever became of it.
public struct ListedMessage: Hashable, Sendable {
    /// Where it stands in the list: by unique-id, and among those that share one.
    public struct Place: Hashable, Sendable {
        public let uniqueID: UniqueID
        public let ordinal: Int

        public init(uniqueID: UniqueID, ordinal: Int) {
            self.uniqueID = uniqueID
            self.ordinal = ordinal
        }
    }

    public let place: Place
    /// As the server listed it; 0 when no listing has told it yet.
    public let octets: Int
    public let state: MaildropMessageState
    /// Its email, while there is one.
    public let email: EmailID?
    /// Whether the last listing that could be believed had it.
    public let isOnServer: Bool
    /// Why it is not stored, in a sentence.
    public let reason: String?
    /// Tries that failed.
    public let attempts: Int
    public let retryAt: Timestamp?
}

extension AccountReader {
    /// Which of a maildrop's messages to list.
    public enum ListedMessages: Sendable {
        case all
        /// Those that are held back or parked.
        case unstored
    }

    /// Messages of the maildrop's current numbering after `place`, by unique-id, `limit` at most: as dear as what it
    /// returns.
    /// - Throws: `notFound`.
    public func listedMessages(
        _ which: ListedMessages, of maildrop: MaildropID, after place: ListedMessage.Place?, limit: Int
    ) throws -> [ListedMessage] {
        let (record, numbering) = try record(of: maildrop)
        let source =
            switch which {
            case .all: "maildropMessage m LEFT JOIN email e ON e.id = m.email WHERE"
            case .unstored:
                "maildropMessage m INDEXED BY maildropMessageNotStored LEFT JOIN email e ON 0 WHERE m.state IN (2, 3) AND"
            }
        return try db.all(
            """
            SELECT m.uniqueID, m.ordinal, m.octets, m.state, e.id, m.absentSince IS NULL, m.reason, m.attempts, m.retryAt
            FROM \(source) m.record = ? AND m.numbering = ? AND (m.uniqueID, m.ordinal) > (?, ?)
            ORDER BY m.uniqueID, m.ordinal LIMIT ?
            """, .int(record), .int(numbering), .blob(place?.uniqueID.bytes ?? [0]), .int(place?.ordinal ?? -1),
            .int(limit)
        ) { row in Self.listed(row) }.compactMap { $0 }
    }

    private static func listed(_ row: borrowing SQLRow) -> ListedMessage? {
        guard let uniqueID = UniqueID(row.blob(0)), let state = MaildropMessageState(rawValue: Int(row.int(3))) else {
            return nil
        }
        return ListedMessage(
            place: .init(uniqueID: uniqueID, ordinal: Int(row.int(1))), octets: Int(row.int(2)), state: state,
            email: row.optionalInt(4).map(EmailID.init(rawValue:)), isOnServer: row.int(5) != 0,
            reason: row.optionalText(6), attempts: Int(row.int(7)),
            retryAt: row.optionalInt(8).map(Timestamp.init(milliseconds:)))
    }
}
