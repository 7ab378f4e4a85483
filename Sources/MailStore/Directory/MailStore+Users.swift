import Foundation
import GRDB
public import MailModel

extension MailStore {
    /// Creates a user with an account of their own. The first one is administrator, others are members unless `role` says
    /// otherwise.
    ///
    /// - Throws: `alreadyExists`; `invalidProperty` for a name or password that breaks the rules.
    @discardableResult
    public func createUser(
        name: String, password: Secret, role: UserRole? = nil
    ) async throws(MailStoreError) -> User {
        let name = try NameRules.userName(name)
        try NameRules.password(password)
        let cost = options.scrypt
        let hash = try await passwords.run { () throws(MailStoreError) in try PasswordHash(of: password, cost: cost) }
        let user = try await lifecycle.create(
            .init(name: name, role: role, password: hash, createdAt: options.clock()))
        await tell([.user(.created, user.id)], about: user.id)
        return user
    }

    /// Every user who is not being removed, by name.
    public func users() async throws(MailStoreError) -> [User] {
        try await database.read { database in
            try Row.fetchAll(database, sql: Self.userQuery + " ORDER BY user.name").map(User.init(row:))
        }
    }

    /// - Throws: `notFound`.
    public func user(named name: String) async throws(MailStoreError) -> User {
        let name = name.lowercased()
        let user = try await database.read { database in
            try Row.fetchOne(database, sql: Self.userQuery + " AND user.name = ?", arguments: [name]).map(
                User.init(row:))
        }
        guard let user else { throw .notFound("user \"\(NameRules.printable(name))\"") }
        return user
    }

    /// Gives a user another password. Devices keep their secrets; browsers are signed out, but for the one in which it is
    /// done, `kept`: whoever knew the old password may have used it. A passkey that is being added is not.
    public func setPassword(
        _ password: Secret, of user: UserID, keeping kept: SessionID? = nil, passkeys: PasskeyFate = .removed
    ) async throws(MailStoreError) {
        try NameRules.password(password)
        let cost = options.scrypt
        let hash = try await passwords.run { () throws(MailStoreError) in try PasswordHash(of: password, cost: cost) }
        let (ended, removed) = try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE user SET passwordLogRounds = ?, passwordBlockSize = ?, passwordParallelism = ?,
                        passwordSalt = ?, passwordHash = ? WHERE id = ?
                    """,
                arguments: [
                    hash.cost.logRounds, hash.cost.blockSize, hash.cost.parallelism, Data(hash.salt), Data(hash.hash),
                    user.rawValue,
                ])
            guard database.changesCount == 1 else { throw MailStoreError.notFound("user \(user)") }
            let ended = try database.all(
                "DELETE FROM session WHERE user = ? AND id IS NOT ? RETURNING id", .int(user.rawValue),
                .int(kept?.rawValue)
            ) { SessionID(rawValue: $0.int(0)) }
            return (ended, passkeys == .kept ? [] : try Self.dropPasskeys(of: user, in: database))
        }
        challenges.forget(user)
        await tellEnd(of: ended, of: user)
        await tell(removed.map { .passkey(.destroyed, $0) }, about: user)
    }

    /// Removes a user with their account and all mail in it, for good.
    ///
    /// - Throws: `invalidProperty` for the last administrator while others are left: nobody could add one.
    public func removeUser(_ user: User) async throws(MailStoreError) {
        let ends: [PeopleEvent] =
            try await devices(of: user.id).map { .device(.destroyed, $0.id) }
            + sessions(of: user.id).map { .session(.destroyed, $0.id) }
            + passkeys(of: user.id).map { .passkey(.destroyed, $0.id) }
        let row = try await lifecycle.markRemoved(user)
        revocationFeed.send(.user(user.id))
        await tell(ends + [.user(.destroyed, user.id)], about: user.id)
        await evict(row.id)
        board.forget(row.id)
        jobBoard.forget(row.id)
        people.forget(row.id)
        storageMeter.forget(row.id)
        deferred.forget(row.id)
        presence.forget(row.id)
        try options.reached(.sessionsEnded)
        try await lifecycle.finishRemoval(of: row)
    }

    /// The user whose name and password these are, with the password as it is stored; nil for a wrong one. It takes as long
    /// for a name that nobody has.
    func verified(userName: String, password: Secret) async throws(MailStoreError) -> (User, PasswordHash)? {
        let name = userName.lowercased()
        let found = try await database.read { database -> (User, PasswordHash)? in
            guard let row = try Row.fetchOne(database, sql: Self.userQuery + " AND user.name = ?", arguments: [name])
            else { return nil }
            return (User(row: row), PasswordHash(row: row))
        }
        let hash = found?.1 ?? PasswordHash(cost: options.scrypt, salt: [0], hash: [])
        let matches = try await passwords.run { () throws(MailStoreError) in try hash.matches(password) }
        return matches ? found : nil
    }

    /// The user whose name and password these are; nil for a wrong one.
    public func verifyPassword(userName: String, password: Secret) async throws(MailStoreError) -> User? {
        try await verified(userName: userName, password: password)?.0
    }

    /// Whoever may run commands on the data directory acts as any user.
    public func principal(forCommandLine user: User) -> Principal {
        Principal(user: user.id, userName: user.name, role: user.role, account: user.account, device: nil)
    }

    static let userQuery = """
        SELECT user.id, user.name, user.role, account.id, user.createdAt, user.passwordLogRounds,
            user.passwordBlockSize, user.passwordParallelism, user.passwordSalt, user.passwordHash, user.disabledAt
        FROM user JOIN account ON account.user = user.id WHERE account.removing = 0
        """
}

extension User {
    /// Nil when there is none of this id, or one that is being removed.
    static func find(_ id: UserID, in database: Database) throws -> User? {
        try Row.fetchOne(database, sql: MailStore.userQuery + " AND user.id = ?", arguments: [id.rawValue])
            .map(User.init(row:))
    }

    fileprivate init(row: Row) {
        self.init(
            id: UserID(rawValue: row[0]), name: row[1], role: UserRole(rawValue: row[2]) ?? .member,
            account: AccountID(rawValue: row[3]), createdAt: Timestamp(milliseconds: row[4]),
            disabledAt: (row[10] as Int64?).map(Timestamp.init(milliseconds:)))
    }
}

extension PasswordHash {
    fileprivate init(row: Row) {
        self.init(
            cost: ScryptCost(logRounds: row[5], blockSize: row[6], parallelism: row[7]),
            salt: Array(row[8] as Data), hash: Array(row[9] as Data))
    }
}
