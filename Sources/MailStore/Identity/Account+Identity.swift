import GRDB
public import MailModel

extension AccountReader {
    /// All identities (nil), or those of `ids` that exist, in the order asked for.
    public func identities(_ ids: [IdentityID]? = nil) throws -> [Identity] {
        let columns = "SELECT id, name, email, replyTo, bcc, textSignature, htmlSignature FROM identity"
        guard let ids else { return try db.all(columns + " ORDER BY id", body: Self.identity) }
        return try ids.compactMap { id in
            try db.first(columns + " WHERE id = ?", .int(id.rawValue), body: Self.identity)
        }
    }

    private static func identity(_ row: borrowing SQLRow) -> Identity {
        Identity(
            id: IdentityID(rawValue: row.int(0)),
            settings: IdentitySettings(
                name: row.text(1), email: row.text(2), replyTo: row.optionalText(3).map(addresses),
                bcc: row.optionalText(4).map(addresses), textSignature: row.text(5), htmlSignature: row.text(6)))
    }

    private static func addresses(_ lines: String) -> [Address] {
        lines.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false)
            return Address(name: fields.count == 2 ? String(fields[1]) : nil, email: String(fields[0]))
        }
    }
}

extension AccountWriter {
    /// - Throws: `invalidProperty`; `overLimit`.
    public func createIdentity(_ settings: IdentitySettings) throws -> IdentityID {
        try IdentityRules.check(settings)
        let count = try db.first("SELECT count(*) FROM identity") { Int($0.int(0)) } ?? 0
        guard count < IdentityRules.count else {
            throw MailStoreError(.overLimit, "An account may have \(IdentityRules.count) identities.")
        }
        return try transaction.verb {
            try db.run(
                """
                INSERT INTO identity (name, email, replyTo, bcc, textSignature, htmlSignature) VALUES (?, ?, ?, ?, ?, ?)
                """,
                .text(settings.name), .text(settings.email), .text(Self.lines(settings.replyTo)),
                .text(Self.lines(settings.bcc)), .text(settings.textSignature), .text(settings.htmlSignature))
            let id = IdentityID(rawValue: db.lastInsertedRowID)
            try note(.created, .identity, id.rawValue)
            return id
        }
    }

    /// Replaces what may change of an identity: everything but its address. The same again is no change.
    /// - Throws: `notFound`; `invalidProperty`, for another address too.
    public func updateIdentity(_ id: IdentityID, _ settings: IdentitySettings) throws {
        guard let old = try reader.identities([id]).first else { throw MailStoreError.notFound("identity \(id)") }
        guard settings.email == old.settings.email else {
            throw MailStoreError(.invalidProperty("email"), "The address of an identity does not change.")
        }
        try IdentityRules.check(settings)
        guard settings != old.settings else { return }
        try transaction.verb {
            try db.run(
                """
                UPDATE identity SET name = ?, replyTo = ?, bcc = ?, textSignature = ?, htmlSignature = ? WHERE id = ?
                """,
                .text(settings.name), .text(Self.lines(settings.replyTo)), .text(Self.lines(settings.bcc)),
                .text(settings.textSignature), .text(settings.htmlSignature), .int(id.rawValue))
            try note(.updated, .identity, id.rawValue)
        }
    }

    /// - Throws: `notFound`.
    public func destroyIdentity(_ id: IdentityID) throws {
        try transaction.verb {
            let count = try db.run("DELETE FROM identity WHERE id = ?", .int(id.rawValue))
            guard count == 1 else { throw MailStoreError.notFound("identity \(id)") }
            try note(.destroyed, .identity, id.rawValue)
        }
    }

    /// Whoever's mail is polled may be written as, from the start.
    func addIdentity(of maildrop: MaildropSettings) throws {
        guard let address = maildrop.address else { return }
        let known = try reader.identities()
        guard known.count < IdentityRules.count,
            !known.contains(where: { $0.settings.email.lowercased() == address.lowercased() })
        else { return }
        _ = try createIdentity(IdentitySettings(email: address))
    }

    private static func lines(_ addresses: [Address]?) -> String? {
        addresses?.map { $0.email + ($0.name.map { "\t" + $0 } ?? "") }.joined(separator: "\n")
    }
}
