import GRDB
public import MailModel

/// A maildrop as it is to be.
public struct MaildropUpdate: Sendable {
    public var settings: MaildropSettings
    public var password: PasswordChange
    /// One of its own for sending; nil: as it is.
    public var submissionPassword: Secret?

    public init(
        _ settings: MaildropSettings, password: PasswordChange = .keep, submissionPassword: Secret? = nil
    ) {
        self.settings = settings
        self.password = password
        self.submissionPassword = submissionPassword
    }
}

extension AccountWriter {
    /// Replaces a maildrop's settings. Another host begins a new numbering; another user name is another sign-in, with the
    /// record of that one. The record of the old one is kept for whoever comes back to it.
    ///
    /// - Throws: `notFound`, `invalidProperty`, `alreadyExists`.
    public func updateMaildrop(
        _ id: MaildropID, _ settings: MaildropSettings, password: PasswordChange = .keep
    ) throws {
        if let error = try updateMaildrops([id: MaildropUpdate(settings, password: password)])[id] { throw error }
    }

    /// The same for several at once, which may swap their names: only how they are in the end must be right. Sign-ins are
    /// not swapped, as what was fetched with each belongs to it.
    ///
    /// - Returns: why some stay as they are: `notFound`, `invalidProperty`, `alreadyExists`.
    public func updateMaildrops(_ updates: [MaildropID: MaildropUpdate]) throws -> [MaildropID: MailStoreError] {
        let all = try reader.maildrops()
        let old = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
        var refused: [MaildropID: MailStoreError] = [:]
        var wanted: [MaildropID: MaildropUpdate] = [:]
        for (id, update) in updates {
            do {
                guard old[id] != nil else { throw MailStoreError.notFound("maildrop \(id)") }
                wanted[id] = try accepted(update)
            } catch let error as MailStoreError { refused[id] = error }
        }
        refuseClashes(among: &wanted, all, &refused)
        // Names are unique at every step for SQLite: those that move are parked first.
        for (id, update) in wanted where old[id]?.settings.name != update.settings.name {
            try db.run("UPDATE maildrop SET name = char(0) || id WHERE id = ?", .int(id.rawValue))
        }
        for id in wanted.keys.sorted() {
            if let update = wanted[id], let old = old[id] { try replace(old, with: update) }
        }
        return refused
    }

    private func accepted(_ update: MaildropUpdate) throws -> MaildropUpdate {
        var update = update
        update.settings = try accepted(update.settings)
        if case .set(let password) = update.password { try MaildropRules.password(password) }
        if let password = update.submissionPassword {
            try MaildropRules.submissionPassword(password, of: update.settings)
        }
        return update
    }

    /// Takes out what would stand in another's way, until the rest is right.
    private func refuseClashes(
        among wanted: inout [MaildropID: MaildropUpdate], _ all: [Maildrop],
        _ refused: inout [MaildropID: MailStoreError]
    ) {
        var isSettled = false
        while !isSettled {
            isSettled = true
            for maildrop in all.reversed() {
                guard let settings = wanted[maildrop.id]?.settings,
                    let error = clash(of: maildrop, becoming: settings, all, wanted)
                else { continue }
                (wanted[maildrop.id], refused[maildrop.id], isSettled) = (nil, error, false)
            }
        }
    }

    /// What keeps its name or its sign-in is in nobody's way.
    private func clash(
        of maildrop: Maildrop, becoming settings: MaildropSettings, _ all: [Maildrop],
        _ wanted: [MaildropID: MaildropUpdate]
    ) -> MailStoreError? {
        let isRenamed = settings.name != maildrop.settings.name
        let isMoved = (settings.host, settings.username) != (maildrop.settings.host, maildrop.settings.username)
        for other in all where other.id != maildrop.id {
            let next = wanted[other.id]?.settings ?? other.settings
            if isRenamed, let error = Self.nameClash(settings.name, next.name) { return error }
            guard isMoved else { continue }
            for taken in [other.settings, next] {
                if let error = Self.signInClash(of: settings, with: taken) { return error }
            }
        }
        return nil
    }

    private func replace(_ old: Maildrop, with update: MaildropUpdate) throws {
        let (id, settings) = (old.id, update.settings)
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
            .int(settings.storedInterval),
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
        switch update.password {
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
        if let password = update.submissionPassword { try setSubmissionPassword(password, of: id) }
    }
}

extension MaildropRules {
    /// - Throws: `invalidProperty("submission")`.
    static func submissionPassword(_ secret: Secret, of settings: MaildropSettings) throws(MailStoreError) {
        do { try password(secret) } catch { throw invalid("submission", error.message) }
        guard settings.submission?.credential == .own else { throw submissionHasNoPassword }
    }

    static var submissionHasNoPassword: MailStoreError {
        invalid(
            "submission", "A password for sending goes with a submission server that has the credential \"own\".")
    }
}
