import GRDB
public import MailModel

/// What becomes of a maildrop's password when its settings change.
public enum PasswordChange: Sendable {
    case keep
    case set(Secret)
    case remove
}

/// What stands in the column of a maildrop that has no interval.
private let adaptiveInterval: Int64 = 300

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
        let settings = try checked(settings, besides: nil)
        let record = try record(for: settings)
        try db.run(
            """
            INSERT INTO maildrop (record, name, host, port, security, username, certificatePin, mailbox, pollInterval,
                markSeenOlderThan, retention, enabled, createdAt, signIn, isAdaptive)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'keep', ?, ?, ?, ?)
            """, .int(record), .text(settings.name), .text(settings.host), .int(settings.port),
            .text(settings.security.rawValue), .text(settings.username),
            settings.certificatePin.map { .blob($0) } ?? .null, .int(settings.mailbox.rawValue),
            .int(settings.pollInterval?.components.seconds ?? adaptiveInterval),
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

    /// Replaces a maildrop's settings. Another host begins a new numbering; another user name is another sign-in, with the
    /// record of that one. The record of the old one is kept for whoever comes back to it.
    ///
    /// - Throws: `notFound`, `invalidProperty`, `alreadyExists`.
    public func updateMaildrop(
        _ id: MaildropID, _ settings: MaildropSettings, password: PasswordChange = .keep
    ) throws {
        guard let old = try reader.maildrop(id) else { throw MailStoreError.notFound("maildrop \(id)") }
        let settings = try checked(settings, besides: id)
        if settings.username != old.settings.username {
            try keepRecord(of: id)
            try db.run(
                "UPDATE maildrop SET record = ? WHERE id = ?", .int(try record(for: settings)), .int(id.rawValue))
        } else if settings.host != old.settings.host {
            _ = try beginNumbering(of: id)
        }
        try db.run(
            """
            UPDATE maildrop SET name = ?, host = ?, port = ?, security = ?, username = ?, certificatePin = ?, mailbox = ?,
                pollInterval = ?, markSeenOlderThan = ?, enabled = ?, signIn = ?, isAdaptive = ? WHERE id = ?
            """, .text(settings.name), .text(settings.host), .int(settings.port),
            .text(settings.security.rawValue), .text(settings.username),
            settings.certificatePin.map { .blob($0) } ?? .null, .int(settings.mailbox.rawValue),
            .int(settings.pollInterval?.components.seconds ?? adaptiveInterval),
            .int(settings.markSeenOlderThan.map(\.components.seconds)), .int(settings.enabled ? 1 : 0),
            .text(settings.signIn.rawValue), .int(settings.pollInterval == nil ? 1 : 0), .int(id.rawValue))
        if settings.isOtherServer(than: old.settings) { try forgetServer(of: id) }
        if settings.retention != old.settings.retention || settings.vanished != old.settings.vanished {
            try setRetention(settings, of: id.rawValue)
        }
        if settings.submission != old.settings.submission { try setSubmission(settings.submission, of: id) }
        if settings.host != old.settings.host || settings.username != old.settings.username {
            try setListingProbe(nil, of: id)
        }
        switch password {
        case .keep: break
        case .set(let secret):
            try setPassword(secret, of: id)
            try forgetServer(of: id)
        case .remove:
            try db.run("UPDATE maildrop SET sealedPassword = NULL WHERE id = ?", .int(id.rawValue))
            try forgetServer(of: id)
        }
        try hurrySubmissions(of: id)
        _ = try note(.updated, .maildrop, id.rawValue)
        if settings.address != old.settings.address { try addIdentity(of: settings) }
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
        _ = try note(.destroyed, .maildrop, id.rawValue)
    }

    private func setPassword(_ password: Secret, of id: MaildropID) throws {
        try MaildropRules.password(password)
        let sealed = try core.options.key.seal(password, account: core.id, maildrop: id)
        try db.run("UPDATE maildrop SET sealedPassword = ? WHERE id = ?", .blob(sealed), .int(id.rawValue))
        try forgetGrant(of: id)
    }

    private func checked(_ settings: MaildropSettings, besides id: MaildropID?) throws -> MaildropSettings {
        let settings = try MaildropRules.checked(settings)
        guard try !reader.mailboxes([settings.mailbox]).isEmpty else {
            throw MaildropRules.invalid("mailboxId", "There is no mailbox \(settings.mailbox) for its mail to go to.")
        }
        for other in try reader.maildrops() where other.id != id {
            if other.settings.name == settings.name {
                throw MailStoreError(.alreadyExists, "There is a maildrop \"\(settings.name)\" already.")
            }
            if other.settings.host == settings.host, other.settings.username == settings.username {
                throw MailStoreError(
                    .alreadyExists,
                    "\(settings.username) at \(settings.host) is polled already, as \"\(other.settings.name)\".")
            }
        }
        return settings
    }

    /// A maildrop is about to have another sign-in: leaves a removed row behind, without its secrets, that knows whose record
    /// the old one's is.
    private func keepRecord(of id: MaildropID) throws {
        try db.run(
            """
            INSERT INTO maildrop (record, name, host, port, security, username, certificatePin, mailbox, pollInterval,
                markSeenOlderThan, retention, enabled, createdAt, removedAt, signIn)
            SELECT record, name, host, port, security, username, certificatePin, mailbox, pollInterval,
                markSeenOlderThan, retention, 0, createdAt, ?, signIn FROM maildrop WHERE id = ?
            """, .int(core.options.clock().milliseconds), .int(id.rawValue))
    }

    /// The record for a sign-in: a removed maildrop's, or a new one.
    private func record(for settings: MaildropSettings) throws -> Int64 {
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
