public import MailModel

extension AccountReader {
    func withSubmission(_ maildrop: Maildrop) throws -> Maildrop {
        var maildrop = maildrop
        let found = try db.first(
            """
            SELECT host, port, security, credential, username, certificatePin, sealedPassword IS NOT NULL
            FROM maildropSubmission WHERE maildrop = ?
            """, .int(maildrop.id.rawValue)
        ) { row in
            (
                settings: SubmissionSettings(
                    host: row.text(0), port: Int(row.int(1)), security: MaildropSecurity(rawValue: row.text(2)) ?? .tls,
                    credential: .init(rawValue: row.text(3)) ?? .same, username: row.optionalText(4),
                    certificatePin: row.isNull(5) ? nil : row.blob(5)), hasPassword: row.int(6) != 0
            )
        }
        maildrop.settings.submission = found?.settings
        maildrop.hasSubmissionPassword = found?.hasPassword ?? false
        return maildrop
    }

    /// The maildrop that mail from an address is sent with: the one whose address it is, else one at the same domain, else
    /// the only one there is with a server to send with.
    public func sendingMaildrop(for address: String) throws -> Maildrop? {
        let able = try maildrops().filter { $0.settings.submission != nil }
        let address = address.lowercased()
        let domain = address.drop { $0 != "@" }
        return able.first { $0.settings.address?.lowercased() == address }
            ?? able.first { !domain.isEmpty && $0.settings.address?.lowercased().hasSuffix(domain) == true }
            ?? (able.count == 1 ? able.first : nil)
    }

    /// The password of its own that a maildrop's submission server wants; nil when none was given.
    ///
    /// - Throws: `badKey` when it was sealed with another key.
    package func submissionPassword(of maildrop: MaildropID) throws -> Secret? {
        let sealed = try db.first(
            "SELECT sealedPassword FROM maildropSubmission WHERE maildrop = ? AND sealedPassword IS NOT NULL",
            .int(maildrop.rawValue)
        ) { $0.blob(0) }
        return try sealed.map {
            try core.options.key.open($0, account: core.id, maildrop: maildrop, as: .submissionPassword)
        }
    }
}

extension AccountWriter {
    /// Seals the password that a maildrop's submission server wants, where that has a credential of its own.
    ///
    /// - Throws: `invalidProperty("submission")`; `badKey`.
    public func setSubmissionPassword(_ password: Secret, of id: MaildropID) throws {
        do { try MaildropRules.password(password) } catch {
            throw MaildropRules.invalid("submission", error.message)
        }
        let sealed = try core.options.key.seal(password, account: core.id, maildrop: id, as: .submissionPassword)
        let count = try db.run(
            "UPDATE maildropSubmission SET sealedPassword = ? WHERE maildrop = ? AND credential = 'own'", .blob(sealed),
            .int(id.rawValue))
        guard count == 1 else { throw MaildropRules.submissionHasNoPassword }
        try hurrySubmissions(of: id)
        _ = try note(.updated, .maildrop, id.rawValue)
    }

    /// Other settings may help what failed with the old ones: it is tried again at once.
    func hurrySubmissions(of id: MaildropID) throws {
        try db.run(
            "UPDATE submission SET nextTryAt = ?1 WHERE maildrop = ?2 AND nextTryAt > ?1 AND attempts > 0",
            .int(now.milliseconds), .int(id.rawValue))
    }

    /// A password that was given for another server is not shown to this one.
    func setSubmission(_ settings: SubmissionSettings?, of id: MaildropID) throws {
        guard let settings else {
            try db.run("DELETE FROM maildropSubmission WHERE maildrop = ?", .int(id.rawValue))
            return
        }
        try db.run(
            """
            INSERT INTO maildropSubmission VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL, ?7)
            ON CONFLICT DO UPDATE SET host = ?2, port = ?3, security = ?4, credential = ?5, username = ?6,
                sealedPassword = NULL, certificatePin = ?7
            """, .int(id.rawValue), .text(settings.host), .int(settings.port), .text(settings.security.rawValue),
            .text(settings.credential.rawValue), .text(settings.username),
            settings.certificatePin.map { .blob($0) } ?? .null)
    }
}
