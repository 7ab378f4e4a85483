import GRDB
public import MailModel

/// How making the first user ended.
public enum FirstSetup: Sendable {
    /// The user is there and signed in; the secret is shown this once.
    case signedIn(Principal, WebSession, Secret)
    /// There is a user.
    case notNeeded
    /// No token, or not this one, or not any more; hold the answer back this long.
    case failed(delay: Duration)
    /// Too many failures from this address: nothing was looked at.
    case refused(retryAfter: Duration)
}

extension MailStore {
    /// How long a token of `makeSetupToken` is good.
    public static var setupTokenLife: Duration { SetupToken.life }

    /// Whether there is no user at all.
    public func isSetupNeeded() async throws(MailStoreError) -> Bool {
        try await database.read { database in
            try database.first("SELECT 1 FROM user LIMIT 1") { _ in true } == nil
        }
    }

    /// A new token with which the first user may be made; the one before is void. Nil when there is a user.
    public func makeSetupToken() async throws(MailStoreError) -> Secret? {
        guard try await isSetupNeeded() else { return nil }
        return setupToken.renew(at: options.clock())
    }

    /// Makes the first user, an administrator, and signs their browser in, in one commit: of two at once one is the first.
    /// Behind the throttle that all ways in share.
    ///
    /// - Throws: `invalidProperty` for a name or password that breaks the rules; the token stays good.
    public func setUp(
        token: Secret, userName: String, password: Secret, from address: String, userAgent: String
    ) async throws(MailStoreError) -> FirstSetup {
        guard try await isSetupNeeded() else { return .notNeeded }
        if case .refused(let wait) = guardian.verdict(address: address, at: options.clock()) {
            return .refused(retryAfter: wait)
        }
        guard setupToken.opens(token, at: options.clock()) else {
            // No user's name has a space.
            return .failed(delay: guardian.failed(address: address, user: "first set-up", at: options.clock()))
        }
        let name = try NameRules.userName(userName)
        try NameRules.password(password)
        guard attempts.begin(address) else { return .refused(retryAfter: .seconds(1)) }
        defer { attempts.end(address) }
        let cost = options.scrypt
        let hash = try await passwords.run { () throws(MailStoreError) in try PasswordHash(of: password, cost: cost) }
        let secret = DeviceSecret.text(DeviceSecret.random())
        let session = NewSession(
            secretHash: SessionSecret.hash(secret), userAgent: UserAgentText.kept(userAgent), address: address)
        do throws(MailStoreError) {
            let user = try await lifecycle.create(
                .init(
                    name: name, role: .administrator, password: hash, createdAt: options.clock(), first: session))
            setupToken.forget()
            return try await signedIn(user, session, secret)
        } catch {
            guard error.code == .alreadyExists else { throw error }
            return .notNeeded
        }
    }

    private func signedIn(
        _ user: User, _ first: NewSession, _ secret: Secret
    ) async throws(MailStoreError) -> FirstSetup {
        let limits = options.limits.signIn
        let row = try await database.read { database in
            try database.first(
                "SELECT \(SessionRow.columns) FROM session WHERE secretHash = ?", .blob(first.secretHash)
            ) { SessionRow($0) }
        }
        guard let session = row?.session(seen: nil, limits) else { throw .notFound("session") }
        await tell([.user(.created, user.id), .session(.created, session.id)], about: user.id)
        presence.seen(user.account, at: session.createdAt)
        let principal = Principal(
            user: user.id, userName: user.name, role: user.role, account: user.account,
            credential: .session(session.id))
        return .signedIn(principal, session, secret)
    }
}

/// A browser that is being signed in: what is kept of it.
struct NewSession: Sendable {
    let secretHash: [UInt8]
    let userAgent: String
    let address: String

    func insert(of user: UserID, at now: Timestamp, into database: Database) throws {
        try database.run(
            """
            INSERT INTO session (user, secretHash, createdAt, lastSeenAt, userAgent, address)
            VALUES (?, ?, ?, ?, ?, ?)
            """, .int(user.rawValue), .blob(secretHash), .int(now.milliseconds), .int(now.milliseconds),
            .text(userAgent), .text(address))
    }
}
