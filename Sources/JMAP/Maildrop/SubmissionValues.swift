import JSON
import MailModel
import MailStore

/// A maildrop's `submission` as clients write it: `{host, port, security, signIn, username, certificatePin}`, what is left
/// out having its default, and `password`, which is never read back.
struct SubmissionValues {
    private static let members = ["host", "port", "security", "signIn", "username", "certificatePin", "hasPassword"]

    private let object: JSONObject
    /// Nil: it is not said.
    let password: Secret?

    init(_ value: JSONValue) throws {
        guard let object = value.object else { throw Self.invalid("it is null or an object.") }
        for member in object.members where member.key != "password" && !Self.members.contains(member.key) {
            throw Self.invalid("it has no member \(member.key.quoted).")
        }
        self.object = object
        switch object["password"] {
        case nil, .null?: password = nil
        case .string(let text)?: password = Secret(text)
        default: throw Self.invalid("a password is a string.")
        }
    }

    func settings() throws -> SubmissionSettings {
        guard let host = try text("host") else { throw Self.invalid("it has a host, a string.") }
        let username = try text("username")
        return SubmissionSettings(
            host: host, port: try port(), security: try word("security", MaildropSecurity.self) ?? .tls,
            credential: try word("signIn", SubmissionSettings.Credential.self) ?? (username == nil ? .same : .own),
            username: username, certificatePin: try certificatePin())
    }

    private func text(_ name: String) throws -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.string else { throw Self.invalid("\(name) is a string.") }
        return text
    }

    private func port() throws -> Int? {
        guard let value = object["port"], !value.isNull else { return nil }
        guard let number = value.integer.flatMap({ Int(exactly: $0) }) else {
            throw Self.invalid("port is a whole number.")
        }
        return number
    }

    private func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, _ type: Word.Type) throws -> Word?
    {
        guard let text = try text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw Self.invalid("\(name) is one of: \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return word
    }

    private func certificatePin() throws -> [UInt8]? {
        guard let text = try text("certificatePin") else { return nil }
        guard let pin = Hexadecimal.octets(text), pin.count == 32 else {
            throw Self.invalid("a certificate pin is the certificate's SHA-256: 64 hexadecimal digits.")
        }
        return pin
    }

    private static func invalid(_ sentence: String) -> SetError { .invalid("submission", "submission: \(sentence)") }
}

extension Maildrop {
    func writeSubmission(_ writer: inout JSONWriter) {
        guard let submission = settings.submission else { return writer.null() }
        writer.beginObject()
        writer.key("host")
        writer.value(submission.host)
        writer.key("port")
        writer.value(submission.port)
        writer.key("security")
        writer.value(submission.security.rawValue)
        writer.key("signIn")
        writer.value(submission.credential.rawValue)
        writer.key("username")
        writer.value(optional: submission.username)
        writer.key("hasPassword")
        writer.value(hasSubmissionPassword)
        writer.key("certificatePin")
        writer.value(optional: submission.certificatePin.map(Hexadecimal.text))
        writer.endObject()
    }
}

extension MaildropSecretRule {
    /// The same for the server that mail is sent with: what would be shown to it must have been said together with it.
    static func check(
        sending settings: MaildropSettings, _ password: PasswordChange, sendingPassword: Secret?, of maildrop: Maildrop?
    ) throws {
        guard let submission = try MaildropRules.checked(settings).submission,
            submission.isOtherServer(than: maildrop?.settings.submission)
        else { return }
        switch submission.credential {
        case .nothing: return
        case .own:
            if sendingPassword == nil, maildrop?.hasSubmissionPassword == true {
                throw SetError.invalid(
                    "submission",
                    "The password for sending was given for another server: send it again, as submission/password.")
            }
        case .same:
            if case .set = password { return }
            guard let maildrop else { return }
            if let provider = maildrop.signInProvider {
                throw SetError.invalid(
                    "submission",
                    """
                    This maildrop signs in at \(provider): where that is shown to is changed with restante maildrop set \
                    on the server.
                    """)
            }
            if maildrop.hasPassword {
                throw SetError.invalid(
                    "submission",
                    "The maildrop's password was not given for this server: send it again, as password, together with it."
                )
            }
        }
    }
}
