public import MailModel

/// Where an email came from: its message in a maildrop.
public struct MaildropPlace: Hashable, Sendable {
    public let maildrop: MaildropID
    public let uniqueID: UniqueID
    /// Whether the last listing that could be believed had it.
    public let isOnServer: Bool
}

extension AccountReader {
    /// The message of a maildrop that an email is; nil for one that came another way, or whose maildrop was removed. Of
    /// several, one that the server still has, under the numbering of now.
    public func maildropPlace(of email: EmailID) throws -> MaildropPlace? {
        let rows = try db.all(
            """
            SELECT d.id, m.uniqueID, m.absentSince IS NULL AND m.numbering = r.numbering AS isThere
            FROM maildropMessage m INDEXED BY maildropMessageByEmail
            JOIN maildropRecord r ON r.id = m.record JOIN maildrop d ON d.record = m.record AND d.removedAt IS NULL
            WHERE m.email = ? AND m.state = 1 ORDER BY isThere DESC, m.numbering DESC, d.id, m.uniqueID, m.ordinal LIMIT 1
            """, .int(email.rawValue)
        ) { row in
            UniqueID(row.blob(1)).map {
                MaildropPlace(maildrop: MaildropID(rawValue: row.int(0)), uniqueID: $0, isOnServer: row.int(2) != 0)
            }
        }
        return rows.first ?? nil
    }
}
