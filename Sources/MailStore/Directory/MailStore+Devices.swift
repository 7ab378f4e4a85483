import Foundation
import GRDB
public import MailModel

extension MailStore {
    /// Devices that a user may have.
    static let devicesPerUser = 200

    /// Creates a device and its secret, which is shown this once and stored only as a hash.
    ///
    /// - Throws: `alreadyExists` for a name that the user gave to another device.
    public func createDevice(user: UserID, name: String) async throws(MailStoreError) -> (Device, Secret) {
        let name = try NameRules.label(name, of: "device")
        let secret = DeviceSecret.text(DeviceSecret.random())
        let hash = DeviceSecret.hash(secret)
        let now = options.clock()
        let device = try await database.write { database in
            let isThere = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM account WHERE user = ? AND removing = 0)",
                arguments: [user.rawValue])
            guard isThere == true else { throw MailStoreError.notFound("user \(user)") }
            let isTaken = try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM device WHERE user = ? AND name = ?)",
                arguments: [user.rawValue, name])
            guard isTaken == false else {
                throw MailStoreError(
                    .alreadyExists, "There is a device \"\(name)\" already: revoke it or choose another name.")
            }
            let count = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM device WHERE user = ?", arguments: [user.rawValue])
            guard count ?? 0 < Self.devicesPerUser else {
                throw MailStoreError(
                    .overLimit, "A user has at most \(Self.devicesPerUser) devices: revoke one that is not used.")
            }
            try database.execute(
                sql: "INSERT INTO device (user, name, secretHash, createdAt) VALUES (?, ?, ?, ?)",
                arguments: [user.rawValue, name, Data(hash), now.milliseconds])
            return Device(
                id: DeviceID(rawValue: database.lastInsertedRowID), user: user, name: name, createdAt: now,
                lastSeenAt: nil)
        }
        await tell([.device(.created, device.id)], about: user)
        return (device, secret)
    }

    /// A user's devices, the oldest first.
    public func devices(of user: UserID) async throws(MailStoreError) -> [Device] {
        let deferred = deferred
        return try await database.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT id, name, createdAt, lastSeenAt FROM device WHERE user = ? ORDER BY id",
                arguments: [user.rawValue])
            return rows.map { row in
                let id = DeviceID(rawValue: row[0])
                let written = (row[3] as Int64?).map(Timestamp.init(milliseconds:))
                return Device(
                    id: id, user: user, name: row[1], createdAt: Timestamp(milliseconds: row[2]),
                    lastSeenAt: [written, deferred.lastSeen(.device(id))].compactMap { $0 }.max())
            }
        }
    }

    /// Ends a device's credential: once this returns it signs in nowhere, and what it had opened has been told to end.
    ///
    /// - Throws: `notFound` when the user has no such device.
    public func revokeDevice(_ device: DeviceID, of user: UserID) async throws(MailStoreError) {
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM device WHERE id = ? AND user = ?", arguments: [device.rawValue, user.rawValue])
            guard database.changesCount == 1 else { throw MailStoreError.notFound("device \(device)") }
        }
        deferred.forget(.device(device))
        revocationFeed.send(.device(device))
        await tell([.device(.destroyed, device)], about: user)
    }

    /// The principal whose device secret this is; nil when there is none, or when it is not `userName`'s. One look-up by
    /// hash, whatever the answer; in memory, when the secret was shown since restante.db was last written.
    public func signIn(userName: String?, deviceSecret: Secret) async throws(MailStoreError) -> Principal? {
        let hash = DeviceSecret.hash(deviceSecret)
        let found = try await device(withHash: hash)
        guard let (principal, stored) = found, Secret(bytes: stored).isEqualInConstantTime(to: Secret(bytes: hash)),
            userName == nil
                || Secret(userName?.lowercased() ?? "").isEqualInConstantTime(to: Secret(principal.userName)),
            let device = principal.device
        else { return nil }
        let now = options.clock()
        presence.seen(principal.account, at: now)
        writeLater(deferred.noteSeen(.device(device), at: now))
        return principal
    }

    private func device(withHash hash: [UInt8]) async throws(MailStoreError) -> (Principal, [UInt8])? {
        let stamp = database.stamp
        if let known = shownSecrets.principal(withHash: hash, at: stamp) { return (known, hash) }
        let found = try await database.read { database -> (Principal, [UInt8])? in
            let statement = try database.cachedStatement(
                sql: """
                    SELECT user.id, user.name, user.role, account.id, device.id, device.secretHash
                    FROM device JOIN user ON user.id = device.user JOIN account ON account.user = user.id
                    WHERE device.secretHash = ? AND account.removing = 0 AND user.disabledAt IS NULL
                    """)
            guard let row = try Row.fetchOne(statement, arguments: [Data(hash)]) else { return nil }
            let principal = Principal(
                user: UserID(rawValue: row[0]), userName: row[1], role: UserRole(rawValue: row[2]) ?? .member,
                account: AccountID(rawValue: row[3]), device: DeviceID(rawValue: row[4]))
            return (principal, Array(row[5] as Data))
        }
        if let found { shownSecrets.note(found.0, hash: hash, readAt: stamp) }
        return found
    }

    /// The same behind the throttle that all ways in share. `address` is the peer's, or the one a trusted proxy names.
    public func signIn(
        userName: String?, deviceSecret: Secret, from address: String
    ) async throws(MailStoreError) -> SignInResult {
        let now = options.clock()
        if case .refused(let wait) = guardian.verdict(address: address, at: now) { return .refused(retryAfter: wait) }
        guard let principal = try await signIn(userName: userName, deviceSecret: deviceSecret) else {
            let user = NameRules.printable(userName ?? "").lowercased()
            return .failed(delay: guardian.failed(address: address, user: user, at: now))
        }
        guardian.succeeded(user: principal.userName)
        return .signedIn(principal)
    }
}
