import Crypto
import GRDB
public import MailModel
public import WebAuthn

extension MailStore {
    /// A user's passkeys, the oldest first.
    public func passkeys(of user: UserID) async throws(MailStoreError) -> [Passkey] {
        try await database.read { database in
            try database.all(
                "SELECT \(PasskeyRow.columns) FROM passkey WHERE user = ? ORDER BY id", .int(user.rawValue)
            ) { PasskeyRow($0).passkey }
        }
    }

    /// The first step of adding a passkey, taken before `principal` proves to be the person (`confirms`), so that what is
    /// proven is the password that the draft knows of.
    ///
    /// - Throws: `overLimit` with as many passkeys as a user may have; `notFound`.
    public func beginPasskey(
        for principal: Principal, at relyingParty: RelyingParty
    ) async throws(MailStoreError) -> PasskeyDraft {
        let user = principal.user
        let limit = options.limits.signIn.passkeysPerUser
        let (passwordHash, handle, known) = try await database.read { database in
            let hash = try database.first(
                """
                SELECT passwordHash FROM user JOIN account ON account.user = user.id
                WHERE user.id = ? AND account.removing = 0 AND user.disabledAt IS NULL
                """, .int(user.rawValue)
            ) { $0.blob(0) }
            guard let hash else { throw MailStoreError.notFound("user \(user)") }
            try Self.requireRoom(for: user, limit, in: database)
            let known = try database.all(
                "SELECT credential FROM passkey WHERE user = ? AND relyingParty = ? ORDER BY id",
                .int(user.rawValue), .text(relyingParty.id)
            ) { $0.blob(0) }
            return (hash, try Self.handle(of: user, in: database), known)
        }
        let userHandle = if let handle { handle } else { try await makeHandle(of: user) }
        return PasskeyDraft(
            relyingParty: relyingParty, userHandle: userHandle, known: known, user: user,
            credential: principal.credential, passwordHash: passwordHash)
    }

    /// The second step, once it is proven: the challenge that the authenticator is to answer, once and within five
    /// minutes.
    public func passkeyChallenge(for draft: PasskeyDraft) -> [UInt8] { challenges.give(draft, at: options.clock()) }

    /// How long a challenge is good.
    public static var passkeyChallengeLife: Duration { ChallengeBox<PasskeyDraft>.life }

    /// The last step: the authenticator's answer.
    ///
    /// - Throws: `invalidProperty` (`response`) for an answer that does not hold, or not to a challenge that was given to this
    ///   sign-in; `invalidProperty` (`name`); `alreadyExists`; `overLimit`.
    public func addPasskey(
        name: String, _ response: RegistrationResponse, for principal: Principal
    ) async throws(MailStoreError) -> Passkey {
        let name = try NameRules.label(name, of: "passkey")
        let now = options.clock()
        guard let challenge = response.claimedChallenge, let draft = challenges.takeDraft(challenge, at: now),
            draft.user == principal.user, draft.credential == principal.credential
        else { throw Self.refused("This was not begun here, or more than five minutes ago: begin again.") }
        let new: NewCredential
        do throws(WebAuthnError) {
            new = try response.verified(challenge: challenge, at: draft.relyingParty)
        } catch { throw Self.refused(error.message) }
        let limit = options.limits.signIn.passkeysPerUser
        let passkey = try await database.write { database in
            try Self.insert(new, name, draft, at: now, limit, into: database)
        }
        await tell([.passkey(.created, passkey.id)], about: principal.user)
        return passkey
    }

    /// - Throws: `notFound`; `alreadyExists` for the name of another of theirs; `invalidProperty`.
    public func renamePasskey(_ passkey: PasskeyID, of user: UserID, to name: String) async throws(MailStoreError) {
        let name = try NameRules.label(name, of: "passkey")
        try await database.write { database -> Void in
            try Self.requireFree(name, of: user, besides: passkey, in: database)
            let count = try database.run(
                "UPDATE passkey SET name = ? WHERE id = ? AND user = ?", .text(name), .int(passkey.rawValue),
                .int(user.rawValue))
            guard count == 1 else { throw MailStoreError.notFound("passkey \(passkey)") }
        }
        await tell([.passkey(.updated, passkey)], about: user)
    }

    /// Once this returns nobody signs in with it. Browsers that were signed in with it stay so.
    ///
    /// - Throws: `notFound` when the user has no such passkey.
    public func removePasskey(_ passkey: PasskeyID, of user: UserID) async throws(MailStoreError) {
        try await database.write { database -> Void in
            let count = try database.run(
                "DELETE FROM passkey WHERE id = ? AND user = ?", .int(passkey.rawValue), .int(user.rawValue))
            guard count == 1 else { throw MailStoreError.notFound("passkey \(passkey)") }
        }
        await tell([.passkey(.destroyed, passkey)], about: user)
    }

    static func dropPasskeys(of user: UserID, in database: Database) throws -> [PasskeyID] {
        try database.all("DELETE FROM passkey WHERE user = ? RETURNING id", .int(user.rawValue)) {
            PasskeyID(rawValue: $0.int(0))
        }
    }

    private static func refused(_ sentence: String) -> MailStoreError {
        MailStoreError(.invalidProperty("response"), sentence)
    }

    private static func insert(
        _ new: NewCredential, _ name: String, _ draft: PasskeyDraft, at now: Timestamp, _ limit: Int,
        into database: Database
    ) throws -> Passkey {
        let isSame = try database.first(
            """
            SELECT 1 FROM user JOIN account ON account.user = user.id
            WHERE user.id = ? AND user.passwordHash = ? AND account.removing = 0 AND user.disabledAt IS NULL
            """, .int(draft.user.rawValue), .blob(draft.passwordHash)
        ) { _ in true }
        guard isSame == true else { throw refused("The password has changed meanwhile: begin again.") }
        try requireFree(name, of: draft.user, besides: nil, in: database)
        // §7.1 step 22.
        let isKnown = try database.first("SELECT 1 FROM passkey WHERE credential = ?", .blob(new.id)) { _ in true }
        guard isKnown == nil else { throw refused("This passkey was added already.") }
        try requireRoom(for: draft.user, limit, in: database)
        try database.run(
            """
            INSERT INTO passkey (user, name, credential, publicKey, relyingParty, signCount, createdAt)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, .int(draft.user.rawValue), .text(name), .blob(new.id), .blob(new.key.octets),
            .text(draft.relyingParty.id), .int(Int64(new.signCount)), .int(now.milliseconds))
        return Passkey(
            id: PasskeyID(rawValue: database.lastInsertedRowID), user: draft.user, name: name, createdAt: now,
            lastUsedAt: nil)
    }

    private static func requireRoom(for user: UserID, _ limit: Int, in database: Database) throws {
        let count = try database.first("SELECT count(*) FROM passkey WHERE user = ?", .int(user.rawValue)) {
            $0.int(0)
        }
        guard count ?? 0 < Int64(limit) else {
            throw MailStoreError(.overLimit, "A user has at most \(limit) passkeys: remove one that is not used.")
        }
    }

    private static func requireFree(
        _ name: String, of user: UserID, besides other: PasskeyID?, in database: Database
    ) throws {
        let isTaken = try database.first(
            "SELECT 1 FROM passkey WHERE user = ? AND name = ? AND id IS NOT ?", .int(user.rawValue), .text(name),
            .int(other?.rawValue)
        ) { _ in true }
        guard isTaken == nil else {
            throw MailStoreError(.alreadyExists, "There is a passkey \"\(name)\" already: choose another name.")
        }
    }

    private static func handle(of user: UserID, in database: Database) throws -> [UInt8]? {
        try database.first("SELECT handle FROM passkeyOwner WHERE user = ?", .int(user.rawValue)) { $0.blob(0) }
    }

    private func makeHandle(of user: UserID) async throws(MailStoreError) -> [UInt8] {
        let random = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return try await database.write { database in
            try database.run(
                "INSERT OR IGNORE INTO passkeyOwner (user, handle) VALUES (?, ?)", .int(user.rawValue), .blob(random))
            guard let handle = try Self.handle(of: user, in: database) else {
                throw MailStoreError.notFound("user \(user)")
            }
            return handle
        }
    }
}
