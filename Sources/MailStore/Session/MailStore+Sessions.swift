import GRDB
public import MailModel

extension MailStore {
    /// The browsers in which a user is signed in, the oldest sign-in first.
    public func sessions(of user: UserID) async throws(MailStoreError) -> [WebSession] {
        let (limits, deferred, now) = (options.limits.signIn, deferred, options.clock())
        return try await database.read { database in
            try Self.all(of: user, limits, deferred, in: database).filter { now < $0.expiresAt }
        }
    }

    static func all(
        of user: UserID, _ limits: Limits.SignIn, _ deferred: DeferredWrites, in database: Database
    ) throws -> [WebSession] {
        try database.all(
            "SELECT \(SessionRow.columns) FROM session WHERE user = ? ORDER BY id", .int(user.rawValue)
        ) { row in
            let row = SessionRow(row)
            return row.session(seen: deferred.lastSeen(.session(row.id)), limits)
        }
    }

    /// Ends a session: once this returns its cookie opens nothing, and what it had opened has been told to end.
    ///
    /// - Throws: `notFound` when the user has no such session.
    public func revokeSession(_ session: SessionID, of user: UserID) async throws(MailStoreError) {
        try await database.write { database -> Void in
            let count = try database.run(
                "DELETE FROM session WHERE id = ? AND user = ?", .int(session.rawValue), .int(user.rawValue))
            guard count == 1 else { throw MailStoreError.notFound("session \(session)") }
        }
        await tellEnd(of: [session], of: user)
    }

    /// Ends every session that has expired. Their cookies open nothing by then; this ends what they have open.
    public func endExpiredSessions() async throws(MailStoreError) {
        let (limits, deferred, now) = (options.limits.signIn, deferred, options.clock())
        let find: @Sendable (Database) throws -> [WebSession] = { database in
            let all = try database.all("SELECT \(SessionRow.columns) FROM session") { SessionRow($0) }
            return all.map { $0.session(seen: deferred.lastSeen(.session($0.id)), limits) }
                .filter { now >= $0.expiresAt }
        }
        guard try await !database.read(find).isEmpty else { return }
        let ended = try await database.write { database in
            let ended = try find(database)
            for session in ended {
                try database.run("DELETE FROM session WHERE id = ?", .int(session.id.rawValue))
            }
            return ended
        }
        for (user, sessions) in Dictionary(grouping: ended, by: \.user) {
            await tellEnd(of: sessions.map(\.id), of: user)
        }
    }

    /// Taken before somebody signs in, it spares `isCurrent` a look.
    public var stamp: DirectoryStamp { database.stamp }

    /// The same as `isCurrent(_:)`, for who was signed in after `stamp` was taken: as long as nothing was written since,
    /// nothing was revoked. A browser's session also ends by time, and is looked at.
    public func isCurrent(_ principal: Principal, since stamp: DirectoryStamp) async throws(MailStoreError) -> Bool {
        switch principal.credential {
        case .device where stamp == self.stamp, .commandLine where stamp == self.stamp: true
        case .device, .commandLine, .session: try await isCurrent(principal)
        }
    }

    /// Whether what somebody showed a moment ago still opens the account: asked again before something is done that took
    /// its time to arrive.
    public func isCurrent(_ principal: Principal) async throws(MailStoreError) -> Bool {
        let (limits, deferred, now) = (options.limits.signIn, deferred, options.clock())
        return try await database.read { database in
            let isThere = try database.first(
                """
                SELECT 1 FROM account JOIN user ON user.id = account.user
                WHERE account.id = ? AND user.id = ? AND removing = 0 AND (disabledAt IS NULL OR ?)
                """, .int(principal.account.rawValue), .int(principal.user.rawValue),
                .int(principal.credential == .commandLine ? 1 : 0)
            ) { _ in true }
            guard isThere == true else { return false }
            switch principal.credential {
            case .commandLine: return true
            case .device(let id):
                return try database.first(
                    "SELECT 1 FROM device WHERE id = ? AND user = ?", .int(id.rawValue), .int(principal.user.rawValue)
                ) { _ in true } == true
            case .session(let id):
                let row = try database.first(
                    "SELECT \(SessionRow.columns) FROM session WHERE id = ? AND user = ?", .int(id.rawValue),
                    .int(principal.user.rawValue)
                ) { SessionRow($0) }
                guard let row else { return false }
                return now < row.session(seen: deferred.lastSeen(principal.credential), limits).expiresAt
            }
        }
    }

    /// Notes that whoever it is asked for something, or has something open. Written at most once a minute.
    public func noteSeen(_ principal: Principal) {
        let now = options.clock()
        presence.seen(principal.account, at: now)
        if principal.credential != .commandLine { writeLater(deferred.noteSeen(principal.credential, at: now)) }
    }

    /// Told right after the commit.
    func tellEnd(of sessions: [SessionID], of user: UserID) async {
        for session in sessions {
            deferred.forget(.session(session))
            revocationFeed.send(.session(session))
        }
        await tell(sessions.map { .session(.destroyed, $0) }, about: user)
    }
}
