import JSON
import MailModel
import MailStore

/// A maildrop as a client wants it, checked as far as that can be done without writing: of Maildrop/set, and of a test
/// before it.
struct MaildropDraft {
    /// What a draft is checked against.
    struct Place {
        let createdIDs: CreatedIDs
        /// The mailbox that mail goes to when none is named.
        let inbox: MailboxID
        /// Where this user's maildrops may be.
        let policy: AddressPolicy
    }

    static let serverSet = ["id", "hasPassword", "signInProvider"]

    let settings: MaildropSettings
    let password: PasswordChange
    let sendingPassword: Secret?

    /// A new one.
    init(creating record: JSONObject, _ place: Place) throws {
        let values = MaildropValues(object: record, createdIDs: place.createdIDs, inbox: place.inbox)
        try values.refuseUnknown()
        for name in Self.serverSet where record[name] != nil {
            throw SetError.invalid(name, "Only the server sets \(name).")
        }
        settings = try values.settings()
        try settings.check(against: place.policy)
        try settings.submission?.check(against: place.policy)
        sendingPassword = try values.submissionPassword()
        password = try values.password()
        try Self.check(settings, sendingPassword)
    }

    /// One that is there, patched.
    init(_ patch: PatchObject, of maildrop: Maildrop, _ place: Place) throws {
        let current = try maildrop.json()
        var patched = try patch.applied(to: current)
        for name in Self.serverSet where patched[name] ?? .null != current[name] ?? .null {
            throw SetError.invalid(name, "Only the server sets \(name).")
        }
        // A patch's null removes the member; these know a null of their own.
        for name in ["markSeenOlderThan", "password", "submission"]
        where patch.properties.contains(name) && patched[name] == nil {
            patched[name] = .null
        }
        let values = MaildropValues(object: patched, createdIDs: place.createdIDs, inbox: place.inbox)
        try values.refuseUnknown()
        settings = try values.settings()
        if settings.host != maildrop.settings.host || settings.port != maildrop.settings.port {
            try settings.check(against: place.policy)
        }
        password = try values.password()
        try MaildropSecretRule.check(settings, password, of: maildrop)
        sendingPassword = try values.submissionPassword()
        if settings.submission != maildrop.settings.submission {
            try settings.submission?.check(against: place.policy)
        }
        try MaildropSecretRule.check(sending: settings, password, sendingPassword: sendingPassword, of: maildrop)
        try Self.check(settings, sendingPassword)
    }

    /// What would fail after the maildrop was written.
    private static func check(_ settings: MaildropSettings, _ password: Secret?) throws {
        guard let password else { return }
        guard settings.submission?.credential == .own else {
            throw SetError.invalid("submission", "submission: a password goes with a user name of its own.")
        }
        do { try MaildropRules.password(password) } catch {
            throw SetError.invalid("submission", "submission: \(error.message)")
        }
    }
}
