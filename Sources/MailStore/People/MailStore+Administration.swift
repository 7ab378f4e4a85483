import GRDB
public import MailModel

/// What the migration `user disabled` of restante.db does. Frozen.
enum UserDisabledSchema {
    /// When an administrator shut a user out; NULL: nobody did.
    static let sql = "ALTER TABLE user ADD COLUMN disabledAt INTEGER;"
}

extension MailStore {
    /// The users that somebody may see, by name: an administrator everybody, others themselves.
    public func users(visibleTo principal: Principal) async throws(MailStoreError) -> [User] {
        let all = try await users()
        return principal.role == .administrator ? all : all.filter { $0.id == principal.user }
    }

    /// The account of a user that somebody may see; everybody else's is as one that is not there.
    ///
    /// - Throws: `notFound`.
    public func account(of user: UserID, for principal: Principal) async throws(MailStoreError) -> Account {
        guard let found = try await users(visibleTo: principal).first(where: { $0.id == user }) else {
            throw .notFound("user \(user)")
        }
        return try await account(found.account)
    }

    /// Changes what a user is: the role, and whether they may sign in. Somebody who is shut out is signed out everywhere, at
    /// once; their mail is fetched all the same. Nil leaves a thing as it is.
    ///
    /// - Throws: `notFound`; `invalidProperty` for the last administrator who may sign in.
    public func changeUser(
        _ user: UserID, role: UserRole? = nil, isDisabled: Bool? = nil
    ) async throws(MailStoreError) {
        let now = options.clock()
        let (change, ended) = try await database.write { database -> (UserChange, [SessionID]) in
            guard let row = try User.find(user, in: database) else { throw MailStoreError.notFound("user \(user)") }
            let change = UserChange(row, role: role, isDisabled: isDisabled)
            guard !change.isNone else { return (change, []) }
            if change.takesAnAdministratorAway {
                try Self.requireAnotherAdministrator(
                    than: row, by: change.isShutOut ? .disabling : .demoting, in: database)
            }
            try database.run(
                "UPDATE user SET role = ?, disabledAt = ? WHERE id = ?", .text(change.role.rawValue),
                .int(change.isDisabled ? row.disabledAt?.milliseconds ?? now.milliseconds : nil),
                .int(user.rawValue))
            guard change.isShutOut else { return (change, []) }
            let ended = try database.all("DELETE FROM session WHERE user = ? RETURNING id", .int(user.rawValue)) {
                SessionID(rawValue: $0.int(0))
            }
            return (change, ended)
        }
        guard !change.isNone else { return }
        if change.isShutOut { revocationFeed.send(.user(user)) }
        await tellEnd(of: ended, of: user)
        if change.changesRole { people.restart(change.account) }
        await tell([.user(.updated, user)], about: user)
    }

    /// Refuses to take the last administrator who may sign in away: nobody could name another. Only the very last user may
    /// be removed, which leaves a server that is set up anew.
    static func requireAnotherAdministrator(
        than user: User, by way: AdministratorLoss, in database: Database
    ) throws {
        guard user.role == .administrator, user.disabledAt == nil else { return }
        let (administrators, others) =
            try database.first(
                """
                SELECT total(user.role = 'administrator' AND user.disabledAt IS NULL), count(*)
                FROM user JOIN account ON account.user = user.id WHERE account.removing = 0 AND user.id <> ?
                """, .int(user.id.rawValue)
            ) { (Int($0.int(0)), Int($0.int(1))) } ?? (0, 0)
        guard administrators == 0, others > 0 || way != .removing else { return }
        throw MailStoreError(
            .invalidProperty(way == .disabling ? "disabled" : "role"),
            "\(user.name) is the last administrator who may sign in: make another user one, or add one"
                + " (restante user add --admin), first.")
    }

    /// Whether a password is the principal's own: asked before something that outlives the sign-in. Behind the throttle that
    /// all ways in share, with a place of its own for each user.
    ///
    /// - Throws: `tooSoon` after too many wrong ones.
    public func confirms(_ password: Secret, _ principal: Principal) async throws(MailStoreError) -> Bool {
        let place = "confirming \(principal.user)"
        if case .refused(let wait) = guardian.verdict(address: place, at: options.clock()) {
            throw MailStoreError(
                .tooSoon, "Too many wrong passwords: try again in \(max(1, wait.components.seconds)) seconds.")
        }
        guard attempts.begin(place) else {
            throw MailStoreError(.tooSoon, "Too many passwords are being checked: try again in a moment.")
        }
        defer { attempts.end(place) }
        if try await verified(userName: principal.userName, password: password)?.0.id == principal.user { return true }
        _ = guardian.failed(address: place, user: principal.userName, at: options.clock())
        return false
    }
}

/// By which way an administrator would be one no longer.
enum AdministratorLoss {
    case demoting, disabling, removing
}

/// What a change of a user comes to.
private struct UserChange: Sendable {
    let account: AccountID
    let role: UserRole
    let isDisabled: Bool
    let changesRole: Bool
    let isNone: Bool
    let isShutOut: Bool
    let takesAnAdministratorAway: Bool

    init(_ user: User, role: UserRole?, isDisabled: Bool?) {
        account = user.account
        self.role = role ?? user.role
        let wasDisabled = user.disabledAt != nil
        self.isDisabled = isDisabled ?? wasDisabled
        changesRole = self.role != user.role
        isShutOut = self.isDisabled && !wasDisabled
        isNone = !changesRole && self.isDisabled == wasDisabled
        takesAnAdministratorAway = user.role == .administrator && (self.role != .administrator || isShutOut)
    }
}
