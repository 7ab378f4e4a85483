public import MailModel

/// What an OAuth 2.0 sign-in left behind: enough to get access tokens without the person, until it is revoked.
public struct MaildropGrant: Sendable {
    /// What the person calls it: `google`, `microsoft`, or the name in their file.
    public var provider: String
    /// Where tokens come from (RFC 6749 §3.2).
    public var tokenEndpoint: String
    public var clientID: String
    /// Only for providers that give one to programs like this, which can keep no secret.
    public var clientSecret: Secret?
    /// The scopes asked for, separated by blanks; empty: those that were granted.
    public var scope: String
    public var refreshToken: Secret

    public init(
        provider: String, tokenEndpoint: String, clientID: String, clientSecret: Secret? = nil, scope: String = "",
        refreshToken: Secret
    ) {
        self.provider = provider
        self.tokenEndpoint = tokenEndpoint
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.scope = scope
        self.refreshToken = refreshToken
    }
}

/// The table of grants. Frozen.
enum MaildropGrantSchema {
    /// `sealedRefreshToken` and `sealedClientSecret` as `maildrop.sealedPassword`, each bound to what it is.
    static let version1 = """
        CREATE TABLE maildropGrant (
            maildrop INTEGER PRIMARY KEY REFERENCES maildrop (id),
            provider TEXT NOT NULL,
            tokenEndpoint TEXT NOT NULL,
            clientID TEXT NOT NULL,
            sealedClientSecret BLOB,
            scope TEXT NOT NULL,
            sealedRefreshToken BLOB NOT NULL,
            grantedAt INTEGER NOT NULL
        ) STRICT;
        """
}

extension AccountWriter {
    /// Signs a maildrop in with a grant; its password goes.
    ///
    /// - Throws: `notFound`; `invalidProperty` for a token that is none.
    public func setGrant(_ grant: MaildropGrant, of id: MaildropID) throws {
        guard try reader.maildrop(id) != nil else { throw MailStoreError.notFound("maildrop \(id)") }
        let key = core.options.key
        let sealedSecret = try grant.clientSecret.map {
            try key.seal($0, account: core.id, maildrop: id, as: .clientSecret)
        }
        try db.run("UPDATE maildrop SET sealedPassword = NULL WHERE id = ?", .int(id.rawValue))
        try db.run(
            "INSERT OR REPLACE INTO maildropGrant VALUES (?, ?, ?, ?, ?, ?, ?, ?)", .int(id.rawValue),
            .text(grant.provider), .text(grant.tokenEndpoint), .text(grant.clientID),
            sealedSecret.map { .blob($0) } ?? .null, .text(grant.scope),
            .blob(try sealed(grant.refreshToken, of: id)), .int(core.options.clock().milliseconds))
        // How the password was proven says nothing of a token.
        try forgetServer(of: id)
        try hurrySubmissions(of: id)
        _ = try note(.updated, .maildrop, id.rawValue)
    }

    /// Takes the refresh token that took the place of `old` (RFC 6749 §6). False when the grant is another one by now.
    package func replaceRefreshToken(_ old: Secret, with new: Secret, of id: MaildropID) throws -> Bool {
        guard let grant = try reader.grant(of: id), grant.refreshToken.isEqualInConstantTime(to: old) else {
            return false
        }
        try db.run(
            "UPDATE maildropGrant SET sealedRefreshToken = ? WHERE maildrop = ?", .blob(try sealed(new, of: id)),
            .int(id.rawValue))
        return true
    }

    private func sealed(_ token: Secret, of id: MaildropID) throws -> [UInt8] {
        guard (1...16_384).contains(token.withBytes(\.count)) else {
            throw MaildropRules.invalid("grant", "A refresh token has 1 to 16384 octets.")
        }
        return try core.options.key.seal(token, account: core.id, maildrop: id, as: .refreshToken)
    }

    func forgetGrant(of id: MaildropID) throws {
        try db.run("DELETE FROM maildropGrant WHERE maildrop = ?", .int(id.rawValue))
    }
}

extension AccountReader {
    /// The grant a maildrop signs in with; nil when it has a password, or nothing.
    ///
    /// - Throws: `badKey` when it was sealed with another key.
    package func grant(of id: MaildropID) throws -> MaildropGrant? {
        let key = core.options.key
        let found = try db.first(
            """
            SELECT provider, tokenEndpoint, clientID, scope, sealedRefreshToken, sealedClientSecret FROM maildropGrant
            WHERE maildrop = ?
            """, .int(id.rawValue)
        ) { row in
            (
                grant: MaildropGrant(
                    provider: row.text(0), tokenEndpoint: row.text(1), clientID: row.text(2), scope: row.text(3),
                    refreshToken: Secret("")),
                token: row.blob(4), secret: row.isNull(5) ? nil : row.blob(5)
            )
        }
        guard let found else { return nil }
        var grant = found.grant
        grant.refreshToken = try key.open(found.token, account: core.id, maildrop: id, as: .refreshToken)
        grant.clientSecret = try found.secret.map {
            try key.open($0, account: core.id, maildrop: id, as: .clientSecret)
        }
        return grant
    }
}
