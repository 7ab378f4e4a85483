public import MailModel

extension AccountReader {
    private static let columns = """
        id, name, host, port, security, username, certificatePin, mailbox, pollInterval, markSeenOlderThan, retention,
        enabled, createdAt, sealedPassword IS NOT NULL, signIn,
        (SELECT provider FROM maildropGrant WHERE maildropGrant.maildrop = maildrop.id), isAdaptive
        """

    /// Every maildrop of the account, the oldest first.
    public func maildrops() throws -> [Maildrop] {
        try db.all("SELECT \(Self.columns) FROM maildrop WHERE removedAt IS NULL ORDER BY id") { Self.maildrop($0) }
            .map(withRetention).map(withSubmission)
    }

    /// Nil when there is none of this id, or none any more.
    public func maildrop(_ id: MaildropID) throws -> Maildrop? {
        try db.first(
            "SELECT \(Self.columns) FROM maildrop WHERE id = ? AND removedAt IS NULL", .int(id.rawValue)
        ) { Self.maildrop($0) }.map(withRetention).map(withSubmission)
    }

    private func withRetention(_ maildrop: Maildrop) throws -> Maildrop {
        var maildrop = maildrop
        (maildrop.settings.retention, maildrop.settings.vanished) = try retention(of: maildrop.id.rawValue)
        return maildrop
    }

    private static func maildrop(_ row: borrowing SQLRow) -> Maildrop {
        let settings = MaildropSettings(
            name: row.text(1), host: row.text(2), port: Int(row.int(3)),
            security: MaildropSecurity(rawValue: row.text(4)) ?? .tls, username: row.text(5),
            signIn: MaildropSignIn(rawValue: row.text(14)) ?? .automatic,
            certificatePin: row.isNull(6) ? nil : row.blob(6), mailbox: MailboxID(rawValue: row.int(7)),
            pollInterval: row.int(16) != 0 ? nil : .seconds(row.int(8)),
            markSeenOlderThan: row.optionalInt(9).map { .seconds($0) },
            enabled: row.int(11) != 0)
        return Maildrop(
            id: MaildropID(rawValue: row.int(0)), settings: settings, hasPassword: row.int(13) != 0,
            signInProvider: row.isNull(15) ? nil : row.text(15), createdAt: Timestamp(milliseconds: row.int(12)))
    }

    /// The password that a maildrop's server wants; nil when none was given.
    ///
    /// - Throws: `badKey` when it was sealed with another key.
    package func password(of maildrop: MaildropID) throws -> Secret? {
        let sealed = try db.first(
            "SELECT sealedPassword FROM maildrop WHERE id = ? AND removedAt IS NULL AND sealedPassword IS NOT NULL",
            .int(maildrop.rawValue)
        ) { $0.blob(0) }
        return try sealed.map { try core.options.key.open($0, account: core.id, maildrop: maildrop) }
    }

    /// Where a maildrop's new mail goes: the mailbox it names, or the Inbox when that one is gone.
    package func deliveryMailbox(of maildrop: Maildrop) throws -> MailboxID {
        if let mailbox = try mailboxes([maildrop.settings.mailbox]).first { return mailbox.id }
        guard let inbox = try mailbox(withRole: .inbox) else {
            throw MailStoreError(.corrupt, "The account has no Inbox.")
        }
        return inbox.id
    }

    /// The values at which a probe shows that nothing changed; nil when the next poll must list everything.
    package func listingProbe(of maildrop: MaildropID) throws -> ListingProbe? {
        try db.first(
            "SELECT probeCount, probeOctets, probeLastUniqueID, probeAt FROM maildrop WHERE id = ? AND probeAt IS NOT NULL",
            .int(maildrop.rawValue)
        ) { row in
            ListingProbe(
                count: Int(row.int(0)), octets: Int(row.int(1)),
                lastUniqueID: row.isNull(2) ? nil : UniqueID(row.blob(2)),
                listedAt: Timestamp(milliseconds: row.int(3)))
        }
    }

    /// The record of a maildrop's messages and its current numbering.
    package func record(of maildrop: MaildropID) throws -> (id: Int64, numbering: Int64) {
        let found = try db.first(
            """
            SELECT maildropRecord.id, numbering FROM maildrop JOIN maildropRecord ON maildropRecord.id = maildrop.record
            WHERE maildrop.id = ? AND removedAt IS NULL
            """, .int(maildrop.rawValue)
        ) { (id: $0.int(0), numbering: $0.int(1)) }
        guard let found else { throw MailStoreError.notFound("maildrop \(maildrop)") }
        return found
    }
}
