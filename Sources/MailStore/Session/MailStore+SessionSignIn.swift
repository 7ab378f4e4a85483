import Crypto
import GRDB
public import MailModel

extension MailStore {
    /// Signs a browser in with a user's name and password, behind the throttle that all ways in share. `address` is the
    /// peer's, or the one a trusted proxy names.
    ///
    /// Unlike a device's secret, a password can be guessed: past its failures an address is refused the right one too.
    public func signIn(
        userName: String, password: Secret, from address: String, userAgent: String
    ) async throws(MailStoreError) -> SessionSignIn {
        if case .refused(let wait) = guardian.verdict(address: address, at: options.clock()) {
            return .refused(retryAfter: wait)
        }
        guard attempts.begin(address) else { return .refused(retryAfter: .seconds(1)) }
        defer { attempts.end(address) }
        guard let (user, hash) = try await verified(userName: userName, password: password),
            let (session, secret) = try await createSession(of: user, hash, address, userAgent)
        else {
            let name = NameRules.printable(userName).lowercased()
            return .failed(delay: guardian.failed(address: address, user: name, at: options.clock()))
        }
        guardian.succeeded(user: user.name)
        let principal = Principal(
            user: user.id, userName: user.name, role: user.role, account: user.account,
            credential: .session(session.id))
        presence.seen(user.account, at: session.createdAt)
        return .signedIn(principal, session, secret)
    }

    /// Nil when the user was removed, or got another password, while this one was checked.
    private func createSession(
        of user: User, _ hash: PasswordHash, _ address: String, _ userAgent: String
    ) async throws(MailStoreError) -> (WebSession, Secret)? {
        let secret = DeviceSecret.text(DeviceSecret.random())
        let new = NewSession(
            secretHash: SessionSecret.hash(secret), userAgent: UserAgentText.kept(userAgent), address: address)
        let now = options.clock()
        let (limits, deferred) = (options.limits.signIn, deferred)
        let made = try await database.write { database -> (WebSession, [SessionID])? in
            let isSame = try database.first(
                """
                SELECT 1 FROM user JOIN account ON account.user = user.id
                WHERE user.id = ? AND user.passwordHash = ? AND account.removing = 0 AND user.disabledAt IS NULL
                """, .int(user.id.rawValue), .blob(hash.hash)
            ) { _ in true }
            guard isSame == true else { return nil }
            return try Self.begin(new, of: user.id, at: now, limits, deferred, in: database)
        }
        guard let (session, ended) = made else { return nil }
        await tellEnd(of: ended, of: user.id)
        await tell([.session(.created, session.id)], about: user.id)
        return (session, secret)
    }

    /// A session of a user whose credential was right; and those that ended to make room for it.
    static func begin(
        _ new: NewSession, of user: UserID, at now: Timestamp, _ limits: Limits.SignIn, _ deferred: DeferredWrites,
        in database: Database
    ) throws -> (WebSession, [SessionID])? {
        let ended = try makeRoom(of: user, at: now, limits, deferred, in: database)
        try new.insert(of: user, at: now, into: database)
        let id = database.lastInsertedRowID
        let row = try database.first("SELECT \(SessionRow.columns) FROM session WHERE id = ?", .int(id)) {
            SessionRow($0)
        }
        return row.map { ($0.session(seen: nil, limits), ended) }
    }

    /// Ends the user's sessions that were used longest ago, as many as are too many with one more.
    private static func makeRoom(
        of user: UserID, at now: Timestamp, _ limits: Limits.SignIn, _ deferred: DeferredWrites, in database: Database
    ) throws -> [SessionID] {
        let sessions = try all(of: user, limits, deferred, in: database)
            .sorted { ($0.lastSeenAt, $0.id) > ($1.lastSeenAt, $1.id) }
        let ended = sessions.dropFirst(max(0, limits.sessionsPerUser - 1)).map(\.id)
        for id in ended { try database.run("DELETE FROM session WHERE id = ?", .int(id.rawValue)) }
        return ended
    }

    /// The principal whose session this is; nil when there is none or it has expired. One look-up by hash.
    public func signIn(sessionSecret: Secret) async throws(MailStoreError) -> Principal? {
        let hash = SessionSecret.hash(sessionSecret)
        let found = try await database.read { database in
            try database.first(
                """
                SELECT \(SessionRow.columns), user.name, user.role, account.id, session.secretHash
                FROM session JOIN user ON user.id = session.user JOIN account ON account.user = user.id
                WHERE session.secretHash = ? AND account.removing = 0 AND user.disabledAt IS NULL
                """, .blob(hash)
            ) { row in
                let session = SessionRow(row)
                let principal = Principal(
                    user: session.user, userName: row.text(6), role: UserRole(rawValue: row.text(7)) ?? .member,
                    account: AccountID(rawValue: row.int(8)), credential: .session(session.id))
                return (session, principal, row.blob(9))
            }
        }
        guard let (row, principal, stored) = found,
            Secret(bytes: stored).isEqualInConstantTime(to: Secret(bytes: hash))
        else { return nil }
        let now = options.clock()
        let session = row.session(seen: deferred.lastSeen(principal.credential), options.limits.signIn)
        guard now < session.expiresAt else { return nil }
        noteSeen(principal)
        return principal
    }
}

/// The secret in a browser's cookie: made like a device's, shown to nobody, and never typed.
enum SessionSecret {
    static func hash(_ secret: Secret) -> [UInt8] {
        secret.withBytes { bytes in
            var hasher = SHA256()
            hasher.update(data: bytes.prefix(256))
            return Array(hasher.finalize())
        }
    }
}
