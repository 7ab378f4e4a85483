import Foundation
import GRDB
import MailModel

/// Creates and removes accounts. Any number may be on their way at once: each has a number and a folder of its own, and
/// of two that want one name the second to commit is refused.
struct AccountLifecycle: Sendable {
    let database: DirectoryDatabase
    let folders: AccountFolders
    let opener: AccountOpener
    let reached: @Sendable (DirectoryStep) throws(MailStoreError) -> Void

    /// What a new user's row holds beside what the database gives.
    struct NewUser: Sendable {
        let name: String
        /// Nil: administrator if nobody else is there, else member.
        let role: UserRole?
        let password: PasswordHash
        let createdAt: Timestamp
        /// The browser that is signed in by the same commit; with it, the user must be the first.
        var first: NewSession?
    }

    /// Makes the account's folder and then, in one commit, the user and the account: the user is there or is not.
    func create(_ new: NewUser) async throws(MailStoreError) -> User {
        try await database.read { try Self.requirePlace(for: new, in: $0) }
        let highest = try folders.highestNumber()
        let id = try await database.write { try Self.takeNumber(above: highest, in: $0) }
        try reached(.numberTaken)
        let (folder, mark) = try await folders.create(id) { folder throws(MailStoreError) in
            try await opener.create(id, folder: folder)
        }
        let user = try await commit(new, account: id, folder: folder, mark: mark)
        try reached(.rowCommitted)
        return user
    }

    private func commit(
        _ new: NewUser, account: AccountID, folder: String, mark: HighWater
    ) async throws(MailStoreError) -> User {
        do throws(MailStoreError) {
            return try await database.write { database in
                try Self.requirePlace(for: new, in: database)
                return try Self.insert(new, account: account, folder: folder, mark: mark, into: database)
            }
        } catch {
            if error.code == .alreadyExists { try folders.remove(account, folder: folder) }
            throw error
        }
    }

    private static func requirePlace(for new: NewUser, in database: Database) throws {
        let isUsed = try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM user WHERE name = ?)", arguments: [new.name])
        if isUsed == true { throw MailStoreError(.alreadyExists, "There is a user \(new.name) already.") }
        let isFirst = try new.first == nil || isFirst(in: database)
        if !isFirst { throw MailStoreError(.alreadyExists, "There is a user already.") }
    }

    private static func isFirst(in database: Database) throws -> Bool {
        try Bool.fetchOne(database, sql: "SELECT NOT EXISTS (SELECT 1 FROM user)") == true
    }

    private static func takeNumber(above highest: Int64, in database: Database) throws -> AccountID {
        let last = try Int64.fetchOne(database, sql: "SELECT lastUsed FROM accountNumber") ?? 0
        let number = max(last, highest) + 1
        try database.execute(sql: "UPDATE accountNumber SET lastUsed = ?", arguments: [number])
        return AccountID(rawValue: number)
    }

    private static func insert(
        _ new: NewUser, account: AccountID, folder: String, mark: HighWater, into database: Database
    ) throws -> User {
        let role = try new.role ?? (isFirst(in: database) ? .administrator : .member)
        try database.execute(
            sql: """
                INSERT INTO user (name, role, passwordLogRounds, passwordBlockSize, passwordParallelism, passwordSalt,
                    passwordHash, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                new.name, role.rawValue, new.password.cost.logRounds, new.password.cost.blockSize,
                new.password.cost.parallelism, Data(new.password.salt), Data(new.password.hash),
                new.createdAt.milliseconds,
            ])
        let user = UserID(rawValue: database.lastInsertedRowID)
        try database.execute(
            sql: "INSERT INTO account (id, user, folder, epoch, modseq) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                account.rawValue, user.rawValue, folder, Int64(mark.epoch.rawValue), mark.modseq.rawValue,
            ])
        try new.first?.insert(of: user, at: new.createdAt, into: database)
        return User(id: user, name: new.name, role: role, account: account, createdAt: new.createdAt)
    }

    /// Marks the account and deletes the user's devices, sessions and passkeys in one commit: from then on nobody signs in.
    func markRemoved(_ user: User) async throws(MailStoreError) -> AccountRow {
        let row = try await database.write { database in
            try MailStore.requireAnotherAdministrator(
                than: User.find(user.id, in: database) ?? user, by: .removing, in: database)
            try database.execute(
                sql: "UPDATE account SET removing = 1 WHERE id = ?", arguments: [user.account.rawValue])
            try database.execute(sql: "DELETE FROM device WHERE user = ?", arguments: [user.id.rawValue])
            try database.execute(sql: "DELETE FROM session WHERE user = ?", arguments: [user.id.rawValue])
            try database.execute(sql: "DELETE FROM passkey WHERE user = ?", arguments: [user.id.rawValue])
            guard let row = try AccountRow.find(user.account, in: database) else {
                throw MailStoreError.notFound("user \(user.name)")
            }
            return row
        }
        try reached(.rowMarked)
        return row
    }

    /// What is left to do once an account's row is marked and nobody has it open.
    func finishRemoval(of row: AccountRow) async throws(MailStoreError) {
        try folders.remove(row.id, folder: row.folder)
        try await database.write { database in
            try database.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [row.id.rawValue])
            try database.execute(sql: "DELETE FROM device WHERE user = ?", arguments: [row.user.rawValue])
            try database.execute(sql: "DELETE FROM session WHERE user = ?", arguments: [row.user.rawValue])
            try database.execute(sql: "DELETE FROM user WHERE id = ?", arguments: [row.user.rawValue])
        }
        try reached(.rowDropped)
    }
}
