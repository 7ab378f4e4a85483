import Crypto
import GRDB
public import MailModel

extension MailStore {
    /// The push subscriptions that were created with the principal's credential, the oldest first. Who has no credential of
    /// their own has none.
    public func pushSubscriptions(of principal: Principal) async throws(MailStoreError) -> [PushSubscription] {
        let (key, now) = (key, options.clock())
        return try await database.read { try Self.subscriptions(of: principal, at: now, key, in: $0) }
    }

    private static func subscriptions(
        of principal: Principal, at now: Timestamp, _ key: SealingKey, in database: Database
    ) throws -> [PushSubscription] {
        let (device, session) = principal.credential.columns
        let rows = try database.all(
            """
            SELECT id, deviceClientId, code, isVerified, expiresAt, types FROM pushSubscription
            WHERE user = ? AND (device = ? OR session = ?) AND (expiresAt IS NULL OR expiresAt > ?) ORDER BY id
            """, .int(principal.user.rawValue), .int(device), .int(session), .int(now.milliseconds)
        ) { row in
            (
                id: PushSubscriptionID(rawValue: row.int(0)), client: row.text(1), code: row.blob(2),
                isVerified: row.int(3) == 1, expires: row.optionalInt(4), types: row.optionalText(5)
            )
        }
        return rows.compactMap { row in
            // One that was sealed with a lost key is as good as gone, and will be.
            guard let code = try? key.open(row.code, for: .code(principal.user)) else { return nil }
            return PushSubscription(
                id: row.id, deviceClientID: row.client,
                verificationCode: row.isVerified ? String(decoding: code, as: UTF8.self) : nil,
                expiresAt: row.expires.map(Timestamp.init(milliseconds:)), types: PushTypes.read(row.types))
        }
    }

    /// Creates a push subscription; its verification is sent at once.
    ///
    /// - Throws: `invalidProperty`; `overLimit` for one too many; `tooSoon` for too many within an hour; `noPermission` for
    ///   who has no credential that it could belong to.
    public func createPushSubscription(
        _ new: NewPushSubscription, for principal: Principal
    ) async throws(MailStoreError) -> PushSubscription {
        guard principal.credential != .commandLine else {
            throw MailStoreError(.noPermission, "A push subscription belongs to a device or to a browser's session.")
        }
        let (limits, now, key) = (options.limits.push, options.clock(), key)
        try PushRules.check(new, options.addressPolicies.member.forPush)
        let expires = try PushRules.expiry(new.expiresAt, of: principal, at: now, limits)
        let sealed = try SealedPush(new, of: principal.user, key)
        guard pushCreations.note(principal.user, at: now, most: limits.creationsPerHour) else {
            throw MailStoreError(
                .tooSoon, "\(limits.creationsPerHour) push subscriptions an hour are all that a user may create.")
        }
        let created = try await database.write { database in
            try Self.requireRoom(for: principal, limits, at: now, in: database)
            let (device, session) = principal.credential.columns
            try database.run(
                """
                INSERT INTO pushSubscription
                    (user, device, session, deviceClientId, url, keys, code, createdAt, expiresAt, types, verifyAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, .int(principal.user.rawValue), .int(device), .int(session), .text(new.deviceClientID),
                .blob(sealed.url), sealed.keys.map { .blob($0) } ?? .null, .blob(sealed.code), .int(now.milliseconds),
                .int(expires?.milliseconds), .text(PushTypes.write(new.types)), .int(now.milliseconds))
            let id = PushSubscriptionID(rawValue: database.lastInsertedRowID)
            return try Self.subscriptions(of: principal, at: now, key, in: database).first { $0.id == id }
        }
        guard let created else { throw MailStoreError.notFound("push subscription") }
        pushFeed.send(created.id)
        return created
    }

    /// The credential is looked at in the transaction: a subscription must not outlive it.
    private static func requireRoom(
        for principal: Principal, _ limits: Limits.Push, at now: Timestamp, in database: Database
    ) throws {
        let (device, session) = principal.credential.columns
        let isThere = try database.first(
            "SELECT EXISTS (SELECT 1 FROM device WHERE id = ?) OR EXISTS (SELECT 1 FROM session WHERE id = ?)",
            .int(device), .int(session)
        ) { $0.int(0) }
        guard isThere == 1 else { throw MailStoreError.notFound("credential") }
        let counts = try database.first(
            "SELECT count(*), count(*) FILTER (WHERE device = ? OR session = ?) FROM pushSubscription WHERE user = ?",
            .int(device), .int(session), .int(principal.user.rawValue)
        ) { ($0.int(0), $0.int(1)) }
        guard let counts, counts.0 < limits.perUser, counts.1 < limits.perDevice else {
            throw MailStoreError(
                .overLimit,
                "\(limits.perDevice) push subscriptions of a device and \(limits.perUser) of a user are all that there may be."
            )
        }
    }

    /// Changes a push subscription: a right code makes it a verified one.
    ///
    /// - Throws: `notFound` for one of another credential too; `invalidProperty`, for a wrong code among others.
    public func updatePushSubscription(
        _ id: PushSubscriptionID, _ change: PushSubscriptionChange, for principal: Principal
    ) async throws(MailStoreError) -> PushSubscription {
        let (limits, now, key) = (options.limits.push, options.clock(), key)
        try PushRules.check(types: change.types)
        let expires = try PushRules.expiry(change.expiresAt, of: principal, at: now, limits)
        let updated = try await database.write { database in
            guard
                let old = try Self.subscriptions(of: principal, at: now, key, in: database).first(where: { $0.id == id }
                )
            else { throw MailStoreError.notFound("push subscription \(id)") }
            let isVerified = try Self.isVerified(old, change.verificationCode, of: principal.user, key, in: database)
            try database.run(
                """
                UPDATE pushSubscription SET expiresAt = ?, types = ?, isVerified = ?,
                    told = iif(isVerified, told, ?), verifyAt = iif(?, NULL, verifyAt) WHERE id = ?
                """, .int(expires?.milliseconds), .text(PushTypes.write(change.types)), .int(isVerified ? 1 : 0),
                .text(change.told), .int(isVerified ? 1 : 0), .int(id.rawValue))
            return try Self.subscriptions(of: principal, at: now, key, in: database).first { $0.id == id }
        }
        guard let updated else { throw MailStoreError.notFound("push subscription \(id)") }
        pushFeed.send(id)
        return updated
    }

    private static func isVerified(
        _ old: PushSubscription, _ given: String?, of user: UserID, _ key: SealingKey, in database: Database
    ) throws -> Bool {
        guard let given else { return old.isVerified }
        let sealed = try database.first("SELECT code FROM pushSubscription WHERE id = ?", .int(old.id.rawValue)) {
            $0.blob(0)
        }
        let code = try key.open(sealed ?? [], for: .code(user))
        guard Secret(bytes: code).isEqualInConstantTime(to: Secret(given)) else {
            throw MailStoreError(.invalidProperty("verificationCode"), "This is not the code that was sent.")
        }
        return true
    }

    /// Removes a push subscription. What had been told of it is forgotten.
    ///
    /// - Throws: `notFound` for one of another credential too.
    public func destroyPushSubscription(
        _ id: PushSubscriptionID, for principal: Principal
    ) async throws(MailStoreError) {
        let now = options.clock()
        try await database.write { database -> Void in
            let (device, session) = principal.credential.columns
            let count = try database.run(
                """
                DELETE FROM pushSubscription
                WHERE id = ? AND user = ? AND (device = ? OR session = ?) AND (expiresAt IS NULL OR expiresAt > ?)
                """, .int(id.rawValue), .int(principal.user.rawValue), .int(device), .int(session),
                .int(now.milliseconds))
            guard count == 1 else { throw MailStoreError.notFound("push subscription \(id)") }
        }
        pushFeed.send(id)
    }
}

extension Principal.Credential {
    /// What rows that belong to a credential say in the columns `device` and `session`.
    var columns: (device: Int64?, session: Int64?) {
        switch self {
        case .device(let id): (id.rawValue, nil)
        case .session(let id): (nil, id.rawValue)
        case .commandLine: (nil, nil)
        }
    }
}

/// The names of types in one column.
enum PushTypes {
    static func write(_ types: [String]?) -> String? { types?.joined(separator: ",") }
    static func read(_ text: String?) -> [String]? { text?.split(separator: ",").map(String.init) }
}

/// What a new subscription holds, sealed; and the code that proves that its owner reads what is sent there.
private struct SealedPush {
    let url: [UInt8]
    let keys: [UInt8]?
    let code: [UInt8]

    init(_ new: NewPushSubscription, of user: UserID, _ key: SealingKey) throws(MailStoreError) {
        url = try key.seal(Array(new.url.utf8), for: .url(user))
        if let keys = new.keys {
            self.keys = try key.seal(keys.publicKey + keys.secret, for: .keys(user))
        } else {
            keys = nil
        }
        let random = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        code = try key.seal(Array(Base64URL.encode(random).utf8), for: .code(user))
    }
}
