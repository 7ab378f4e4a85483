import JSON
import MailModel
import MailStore

/// Reads a maildrop's settings from JSON. What is not there has its default; what cannot be is an `invalidProperties`
/// error with a sentence that says what to write instead.
struct MaildropValues {
    let object: JSONObject
    let createdIDs: CreatedIDs
    /// The mailbox that mail goes to when none is named.
    let inbox: MailboxID

    /// Refuses members that no maildrop has.
    func refuseUnknown() throws {
        for member in object.members
        where member.key != "password" && MaildropProperty(rawValue: member.key) == nil {
            throw SetError.invalid(member.key, "Maildrops have no property \(member.key.quoted).")
        }
    }

    func settings() throws -> MaildropSettings {
        let security = try word("security", MaildropSecurity.self) ?? .tls
        var settings = MaildropSettings(
            name: try text("name"), host: try text("host"), port: try number("port").map { Int($0) },
            security: security, username: try text("username"),
            signIn: try word("signIn", MaildropSignIn.self) ?? .automatic, certificatePin: try certificatePin(),
            mailbox: try mailbox(), pollInterval: try number("pollInterval").map { .seconds($0) },
            markSeenOlderThan: try markSeenOlderThan(),
            retention: try value("retention").map { try Retention($0) } ?? .keep,
            vanished: try word("vanished", VanishedMail.self) ?? .keep, enabled: try flag("enabled") ?? true)
        settings.submission = try value("submission").map { try SubmissionValues($0).settings() }
        return settings
    }

    /// What the object says of the password: null takes it away.
    func password() throws -> PasswordChange {
        guard let value = object["password"] else { return .keep }
        if value.isNull { return .remove }
        guard let text = value.string else { throw SetError.invalid("password", "A password is a string.") }
        return .set(Secret(text))
    }

    /// The password of its own that the object gives for sending.
    func submissionPassword() throws -> Secret? {
        try value("submission").flatMap { try SubmissionValues($0).password }
    }

    private func value(_ name: String) -> JSONValue? { object[name].flatMap { $0.isNull ? nil : $0 } }

    private func text(_ name: String) throws -> String {
        guard let text = value(name)?.string else {
            throw SetError.invalid(name, "A maildrop has a \(name), a string.")
        }
        return text
    }

    private func number(_ name: String) throws -> Int64? {
        guard let value = value(name) else { return nil }
        guard let number = value.integer, number >= 0 else {
            throw SetError.invalid(name, "\(name) is a whole number from 0 on.")
        }
        return number
    }

    private func flag(_ name: String) throws -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.bool else { throw SetError.invalid(name, "\(name) is true or false.") }
        return flag
    }

    private func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Word.Type
    ) throws -> Word? {
        guard let value = value(name) else { return nil }
        guard let word = value.string.flatMap(Word.init(rawValue:)) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw SetError.invalid(name, "\(name) is one of: \(words).")
        }
        return word
    }

    private func certificatePin() throws -> [UInt8]? {
        guard let value = value("certificatePin") else { return nil }
        guard let pin = value.string.flatMap(Hexadecimal.octets), pin.count == 32 else {
            throw SetError.invalid(
                "certificatePin", "A certificate pin is the certificate's SHA-256: 64 hexadecimal digits.")
        }
        return pin
    }

    private func mailbox() throws -> MailboxID {
        guard let value = value("mailboxId") else { return inbox }
        guard let id = value.string.flatMap({ createdIDs.resolve($0) }).flatMap({ MailboxID($0) }) else {
            throw SetError.invalid("mailboxId", "mailboxId is not the id of a mailbox.")
        }
        return id
    }

    /// Seconds. Null, unlike nothing at all, means that all mail arrives unread.
    private func markSeenOlderThan() throws -> Duration? {
        guard let value = object["markSeenOlderThan"] else { return .seconds(14 * 86_400) }
        return value.isNull ? nil : try number("markSeenOlderThan").map { .seconds($0) }
    }
}
