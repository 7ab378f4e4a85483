import GRDB
public import MailModel

/// What becomes of a maildrop's password when its settings change.
public enum PasswordChange: Sendable {
    case keep
    case set(Secret)
    case remove
}

extension MaildropSettings {
    /// What stands in the column of the interval, also of a maildrop that has none.
    var storedInterval: Int64 { pollInterval?.components.seconds ?? 300 }
}

extension AccountWriter {
    /// Adds a maildrop. One that was removed and had the same sign-in passes on its record: what it fetched is not fetched
    /// again. Under the same user name at another host the record is taken over with a new numbering, so that messages
    /// are recognised by fingerprint and not by unique-ids that may mean something else there.
    ///
    /// - Throws: `invalidProperty`; `alreadyExists` for a name or a sign-in that is in use; `overLimit`.
    public func createMaildrop(_ settings: MaildropSettings, password: Secret? = nil) throws -> MaildropID {
        guard try reader.maildrops().count < MaildropRules.count else {
            throw MailStoreError(.overLimit, "An account may have \(MaildropRules.count) maildrops: remove one first.")
        }
        let settings = try checked(settings)
        let record = try record(for: settings)
        try db.run(
            """
            INSERT INTO maildrop (record, name, host, port, security, username, certificatePin, mailbox, pollInterval,
                markSeenOlderThan, retention, enabled, createdAt, signIn, isAdaptive)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'keep', ?, ?, ?, ?)
            """, .int(record), .text(settings.name), .text(settings.host), .int(settings.port),
            .text(settings.security.rawValue), .text(settings.username),
            settings.certificatePin.map { .blob($0) } ?? .null, .int(settings.mailbox.rawValue),
            .int(settings.storedInterval),
            .int(settings.markSeenOlderThan.map(\.components.seconds)), .int(settings.enabled ? 1 : 0),
            .int(core.options.clock().milliseconds), .text(settings.signIn.rawValue),
            .int(settings.pollInterval == nil ? 1 : 0))
        let id = MaildropID(rawValue: db.lastInsertedRowID)
        try setRetention(settings, of: id.rawValue)
        try setSubmission(settings.submission, of: id)
        if let password { try setPassword(password, of: id) }
        _ = try note(.created, .maildrop, id.rawValue)
        try addIdentity(of: settings)
        return id
    }

    /// Removes a maildrop and its password. Its mail stays, and so does the record of what was fetched.
    ///
    /// - Throws: `notFound`.
    public func destroyMaildrop(_ id: MaildropID) throws {
        let count = try db.run(
            "UPDATE maildrop SET removedAt = ?, sealedPassword = NULL WHERE id = ? AND removedAt IS NULL",
            .int(core.options.clock().milliseconds), .int(id.rawValue))
        guard count == 1 else { throw MailStoreError.notFound("maildrop \(id)") }
        try forgetServer(of: id)
        try forgetGrant(of: id)
        try setSubmission(nil, of: id)
        try noteRules(of: id)
        _ = try note(.destroyed, .maildrop, id.rawValue)
    }

    func setPassword(_ password: Secret, of id: MaildropID) throws {
        try MaildropRules.password(password)
        let sealed = try core.options.key.seal(password, account: core.id, maildrop: id)
        try db.run("UPDATE maildrop SET sealedPassword = ? WHERE id = ?", .blob(sealed), .int(id.rawValue))
        try forgetGrant(of: id)
    }

    private func checked(_ settings: MaildropSettings) throws -> MaildropSettings {
        let settings = try accepted(settings)
        for other in try reader.maildrops() {
            if let error = Self.clash(of: settings, with: other.settings) { throw error }
        }
        return settings
    }

    /// The settings as they are kept, if nothing is wrong with them by themselves.
    func accepted(_ settings: MaildropSettings) throws -> MaildropSettings {
        let settings = try MaildropRules.checked(settings)
        guard try !reader.mailboxes([settings.mailbox]).isEmpty else {
            throw MaildropRules.invalid("mailboxId", "There is no mailbox \(settings.mailbox) for its mail to go to.")
        }
        return settings
    }

    /// Why a maildrop can't be beside another one.
    private static func clash(of settings: MaildropSettings, with other: MaildropSettings) -> MailStoreError? {
        nameClash(settings.name, other.name) ?? signInClash(of: settings, with: other)
    }

    static func nameClash(_ name: String, _ other: String) -> MailStoreError? {
        name == other ? MailStoreError(.alreadyExists, "There is a maildrop \"\(name)\" already.") : nil
    }

    static func signInClash(of settings: MaildropSettings, with other: MaildropSettings) -> MailStoreError? {
        guard other.host == settings.host, other.username == settings.username else { return nil }
        return MailStoreError(
            .alreadyExists, "\(settings.username) at \(settings.host) is polled already, as \"\(other.name)\".")
    }

    /// A maildrop is about to have another sign-in: leaves a removed row behind, without its secrets, that knows whose record
    /// the old one's is.
    func keepRecord(of id: MaildropID) throws {
        try db.run(
            """
            INSERT INTO maildrop (record, name, host, port, security, username, certificatePin, mailbox, pollInterval,
                markSeenOlderThan, retention, enabled, createdAt, removedAt, signIn)
            SELECT record, name, host, port, security, username, certificatePin, mailbox, pollInterval,
                markSeenOlderThan, retention, 0, createdAt, ?, signIn FROM maildrop WHERE id = ?
            """, .int(core.options.clock().milliseconds), .int(id.rawValue))
    }

    /// The record for a sign-in: a removed maildrop's, or a new one.
    func record(for settings: MaildropSettings) throws -> Int64 {
        let free = try db.first(
            """
            SELECT record FROM maildrop WHERE username = ?1 AND removedAt IS NOT NULL
                AND record NOT IN (SELECT record FROM maildrop WHERE removedAt IS NULL)
            ORDER BY host = ?2 DESC, removedAt DESC, id DESC
            """, .text(settings.username), .text(settings.host)
        ) { $0.int(0) }
        if let free {
            // The current numbering is of the host that had the record last.
            let host = try db.first(
                "SELECT host FROM maildrop WHERE record = ? ORDER BY removedAt DESC, id DESC", .int(free)
            ) { $0.text(0) }
            if host != settings.host { try beginNumbering(ofRecord: free) }
            return free
        }
        try db.run("INSERT INTO maildropRecord (numbering) VALUES (1)")
        let record = db.lastInsertedRowID
        try db.run(
            "INSERT INTO maildropNumbering VALUES (?, 1, ?)", .int(record), .int(core.options.clock().milliseconds))
        return record
    }

    /// Begins a new generation of unique-ids: nothing is known by unique-id any more, everything still by fingerprint.
    @discardableResult
    package func beginNumbering(of maildrop: MaildropID) throws -> Int {
        try setListingProbe(nil, of: maildrop)
        return try beginNumbering(ofRecord: try reader.record(of: maildrop).id)
    }

    @discardableResult
    private func beginNumbering(ofRecord record: Int64) throws -> Int {
        try db.run("UPDATE maildropRecord SET numbering = numbering + 1 WHERE id = ?", .int(record))
        try db.run(
            "INSERT INTO maildropNumbering SELECT id, numbering, ? FROM maildropRecord WHERE id = ?",
            .int(core.options.clock().milliseconds), .int(record))
        return try db.first("SELECT numbering FROM maildropRecord WHERE id = ?", .int(record)) { Int($0.int(0)) } ?? 1
    }
}
