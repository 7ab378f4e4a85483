import JSON
import MailModel
import MailStore

extension Verb {
    /// What `maildrop.add` and `maildrop.set` say of the server that mail is sent with: `smtpHost`, empty to take it away,
    /// `smtpPort`, `smtpSecurity`, `smtpSignIn`, `smtpUsername` and `smtpCertificatePin`.
    static func applySending(_ arguments: Arguments, to settings: inout MaildropSettings) throws {
        let host = try arguments.optionalText("smtpHost")
        if host == "" {
            settings.submission = nil
            return
        }
        let names = [
            "smtpPort", "smtpSecurity", "smtpSignIn", "smtpUsername", "smtpCertificatePin", "smtpPassword",
        ]
        guard var submission = settings.submission ?? host.map({ SubmissionSettings(host: $0) }) else {
            guard let name = names.first(where: { arguments.object[$0]?.isNull == false }) else { return }
            throw CommandError(.usage, "\(name) needs smtpHost: the maildrop has no server to send with yet.")
        }
        if let host { submission.host = host }
        if let word = try arguments.optionalText("smtpSecurity") {
            submission.security = try parse(word, "smtpSecurity")
            submission.port = SubmissionSettings.defaultPort(submission.security)
        }
        if let port = try arguments.integer("smtpPort") { submission.port = port }
        if let username = try arguments.optionalText("smtpUsername") {
            submission.username = username
            submission.credential = .own
        }
        if let word = try arguments.optionalText("smtpSignIn") {
            submission.credential = try parse(word, "smtpSignIn")
            if submission.credential != .own {
                submission.username = nil
            } else if submission.username == nil {
                submission.username = settings.username
            }
        }
        if let pin = try arguments.optionalText("smtpCertificatePin") {
            submission.certificatePin = pin.isEmpty ? nil : try CertificatePin.parse(pin)
        }
        settings.submission = submission
    }

    private static func parse<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ name: String
    ) throws(CommandError) -> Word {
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError(.usage, "\(name) is one of \(words), not \(text).")
        }
        return word
    }

    static func describeSending(_ maildrop: Maildrop) -> JSONValue {
        guard let submission = maildrop.settings.submission else { return .null }
        let whose =
            switch submission.credential {
            case .same: "the maildrop's sign-in"
            case .own: "the user name \(submission.username ?? "")"
            case .nothing: "no sign-in"
            }
        return .object([
            "host": .string(submission.host), "port": .integer(submission.port),
            "security": .string(submission.security.rawValue), "signIn": .string(submission.credential.rawValue),
            "username": .text(submission.username), "hasPassword": .bool(maildrop.hasSubmissionPassword),
            "certificatePin": submission.certificatePin.map { .string(CertificatePin.text($0)) },
            "description": .string(
                "\(submission.host) port \(submission.port), \(submission.security.rawValue), \(whose)"),
        ])
    }
}
