import GRDB
package import MailModel

/// For the service that pushes.
extension MailStore {
    /// Push subscriptions that were created, changed or destroyed, told right after the commit. Those that go with their
    /// device, session or user are told as revocations.
    package func pushSubscriptionChanges() -> AsyncStream<PushSubscriptionID> { pushFeed.listen() }

    /// Every push subscription that somebody's credential still stands for.
    package func pushTargets() async throws(MailStoreError) -> [PushTarget] {
        let (now, deferred) = (options.clock(), deferred)
        return try await database.read { database in
            try database.all(Self.targets + " ORDER BY pushSubscription.id", .int(now.milliseconds)) {
                PushTarget($0, deferred)
            }
        }
    }

    /// Nil when it is gone, has expired, or its user is being removed.
    package func pushTarget(_ id: PushSubscriptionID) async throws(MailStoreError) -> PushTarget? {
        let (now, deferred) = (options.clock(), deferred)
        return try await database.read { database in
            try database.first(
                Self.targets + " AND pushSubscription.id = ?", .int(now.milliseconds), .int(id.rawValue)
            ) { PushTarget($0, deferred) }
        }
    }

    private static let targets = """
        SELECT pushSubscription.id, user.id, user.name, user.role, account.id, device, session, isVerified, verifyAt,
            tries, expiresAt, types, told
        FROM pushSubscription JOIN user ON user.id = pushSubscription.user JOIN account ON account.user = user.id
        WHERE account.removing = 0 AND user.disabledAt IS NULL AND (expiresAt IS NULL OR expiresAt > ?)
        """

    /// Where a push goes. Asked right before each, so that nothing goes to what is gone.
    ///
    /// - Throws: `badKey` when it was sealed with a key that is lost.
    package func pushAddress(
        of id: PushSubscriptionID, in stage: PushStage
    ) async throws(MailStoreError) -> PushAddress? {
        guard let current = try await pushTarget(id), current.stage == stage, try await isCurrent(current.principal)
        else { return nil }
        let sealed = try await database.read { database in
            try database.first("SELECT url, keys, code FROM pushSubscription WHERE id = ?", .int(id.rawValue)) {
                (url: $0.blob(0), keys: $0.isNull(1) ? nil : $0.blob(1), code: $0.blob(2))
            }
        }
        guard let sealed else { return nil }
        let user = current.principal.user
        let keys = try sealed.keys.map { octets throws(MailStoreError) in try key.open(octets, for: .keys(user)) }
        return PushAddress(
            url: String(decoding: try key.open(sealed.url, for: .url(user)), as: UTF8.self),
            keys: keys.flatMap { PushKeys(publicKey: Array($0.prefix(65)), secret: Array($0.dropFirst(65))) },
            verificationCode: String(decoding: try key.open(sealed.code, for: .code(user)), as: UTF8.self))
    }

    /// Notes that the verification is about to be sent, before it is: one that may have been sent is not sent again.
    ///
    /// - Returns: whether it is still to be sent.
    package func beginVerification(_ id: PushSubscriptionID) async throws(MailStoreError) -> Bool {
        try await database.write { database in
            try database.run(
                """
                UPDATE pushSubscription SET verifyAt = NULL, tries = tries + 1
                WHERE id = ? AND isVerified = 0 AND verifyAt IS NOT NULL
                """, .int(id.rawValue)) == 1
        }
    }

    /// The verification was certainly not delivered: it is sent later.
    package func postponeVerification(_ id: PushSubscriptionID, until time: Timestamp) async throws(MailStoreError) {
        try await database.write { database -> Void in
            try database.run(
                "UPDATE pushSubscription SET verifyAt = ? WHERE id = ? AND isVerified = 0", .int(time.milliseconds),
                .int(id.rawValue))
        }
    }

    /// Notes what was pushed last. Written with other things, within a minute or when the store closes: what is lost of it
    /// costs one push more.
    package func notePushed(_ id: PushSubscriptionID, told: String) {
        writeLater(deferred.note(at: options.clock()) { $0.told[id] = told })
    }

    /// Removes a subscription that nothing can be pushed to.
    package func removePushSubscription(_ id: PushSubscriptionID) async throws(MailStoreError) {
        try await database.write { database -> Void in
            try database.run("DELETE FROM pushSubscription WHERE id = ?", .int(id.rawValue))
        }
        pushFeed.send(id)
    }

    /// Removes the subscriptions that have expired, and those whose verification nobody answered in time.
    package func removeExpiredPushSubscriptions() async throws(MailStoreError) {
        let now = options.clock()
        let unanswered = now.adding(.zero - PushRules.verificationLife)
        let condition = "expiresAt <= ? OR isVerified = 0 AND createdAt <= ?"
        let (first, second) = (SQLValue.int(now.milliseconds), SQLValue.int(unanswered.milliseconds))
        let isAny = try await database.read { database in
            try database.first("SELECT EXISTS (SELECT 1 FROM pushSubscription WHERE \(condition))", first, second) {
                $0.int(0)
            }
        }
        guard isAny == 1 else { return }
        let removed = try await database.write { database in
            try database.all("DELETE FROM pushSubscription WHERE \(condition) RETURNING id", first, second) {
                PushSubscriptionID(rawValue: $0.int(0))
            }
        }
        for id in removed { pushFeed.send(id) }
    }
}

extension PushTarget {
    /// Whether more than its code may be sent to it.
    package var stage: PushStage { isVerified ? .verified : .unverified }

    fileprivate init(_ row: borrowing SQLRow, _ deferred: DeferredWrites) {
        id = PushSubscriptionID(rawValue: row.int(0))
        let credential: Principal.Credential =
            row.isNull(5)
            ? .session(SessionID(rawValue: row.int(6))) : .device(DeviceID(rawValue: row.int(5)))
        principal = Principal(
            user: UserID(rawValue: row.int(1)), userName: row.text(2), role: UserRole(rawValue: row.text(3)) ?? .member,
            account: AccountID(rawValue: row.int(4)), credential: credential)
        isVerified = row.int(7) == 1
        verifyAt = row.optionalInt(8).map(Timestamp.init(milliseconds:))
        tries = Int(row.int(9))
        expiresAt = row.optionalInt(10).map(Timestamp.init(milliseconds:))
        types = PushTypes.read(row.optionalText(11))
        told = deferred.told(id) ?? row.optionalText(12)
    }
}
