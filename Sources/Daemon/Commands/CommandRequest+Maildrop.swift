import JSON

/// What `maildrop add` and `maildrop set` may say; nil: as it is, or the default.
public struct MaildropOptions: Sendable {
    public var host: String?
    public var port: Int?
    public var security: String?
    public var username: String?
    /// `automatic`, `password` or `apop`.
    public var signIn: String?
    /// 64 hexadecimal digits; empty takes the pin away.
    public var pin: String?
    /// A mailbox's name, role or id.
    public var mailbox: String?
    /// Such as `5m`; `auto`: as often as mail comes.
    public var interval: String?
    /// Such as `14d`.
    public var markSeenOlderThan: String?
    public var isEnabled: Bool?
    /// `never`, `stored` or days such as `30d`.
    public var delete: String?
    public var deleteDestroyed: Bool?
    public var keepUnread: Bool?
    /// Octets; 0 takes the condition away.
    public var largerThan: Int?
    /// `keep` or `trash`.
    public var vanished: String?
    public var newName: String?
    public var sending = SendingOptions()

    public init() {}

    /// Where a maildrop's user sends from; nil: as it is.
    public struct SendingOptions: Sendable {
        /// Empty takes the server away.
        public var host: String?
        public var port: Int?
        public var security: String?
        /// `same`, `own` or `none`.
        public var signIn: String?
        public var username: String?
        /// 64 hexadecimal digits; empty takes the pin away.
        public var pin: String?

        public init() {}
    }

    func arguments(name: String, user: String?) throws(CommandError) -> KeyValuePairs<String, JSONValue?> {
        [
            "name": .string(name), "user": .text(user), "host": .text(host), "port": port.map { .integer($0) },
            "security": .text(security), "username": .text(username), "signIn": .text(signIn),
            "certificatePin": .text(pin),
            "mailbox": .text(mailbox),
            "pollInterval": .seconds(interval == "auto" ? .zero : try Self.duration(interval, "--interval")),
            "markSeenOlderThan": .seconds(try Self.duration(markSeenOlderThan, "--mark-seen-older-than")),
            "enabled": isEnabled.map { .bool($0) }, "newName": .text(newName), "delete": .text(delete),
            "deleteDestroyed": deleteDestroyed.map { .bool($0) }, "keepUnread": keepUnread.map { .bool($0) },
            "largerThan": largerThan.map { .integer($0) }, "vanished": .text(vanished),
            "smtpHost": .text(sending.host), "smtpPort": sending.port.map { .integer($0) },
            "smtpSecurity": .text(sending.security), "smtpSignIn": .text(sending.signIn),
            "smtpUsername": .text(sending.username), "smtpCertificatePin": .text(sending.pin),
        ]
    }

    /// A number alone is seconds.
    private static func duration(_ text: String?, _ option: String) throws(CommandError) -> Duration? {
        guard let text else { return nil }
        if let seconds = Int(text), seconds >= 0 { return .seconds(seconds) }
        guard let duration = Duration(settingTexts: [text]) else {
            throw CommandError(.usage, "\(option) takes \(Duration.expectation), not \(text).")
        }
        return duration
    }
}

extension CommandRequest {
    public static func addMaildrop(
        _ name: String, _ options: MaildropOptions, user: String?, password: PasswordSource?, oauth: OAuthSource? = nil,
        sendingPassword: PasswordSource? = nil
    ) throws -> Self {
        var request = Self("maildrop.add", try options.arguments(name: name, user: user)) {
            Present.discovered($0)
                + """
                Added the maildrop \($0["name"]?.string ?? ""). Try it: restante maildrop test \
                '\($0["name"]?.string ?? "")'. The daemon polls it when it is due.
                """
        }
        request.password = password
        request.oauth = oauth
        request.sendingPassword = sendingPassword
        return request
    }

    public static func discover(_ address: String, user: String?) -> Self {
        var request = Self(
            "maildrop.discover", ["address": .string(address), "user": .text(user)], present: Present.discovery)
        request.status = { $0["chosen"] == nil ? .unavailable : nil }
        return request
    }

    public static func setMaildrop(
        _ name: String, _ options: MaildropOptions, user: String?, password: PasswordSource?, oauth: OAuthSource? = nil,
        sendingPassword: PasswordSource? = nil
    ) throws -> Self {
        var request = Self("maildrop.set", try options.arguments(name: name, user: user)) {
            "Changed the maildrop \($0["name"]?.string ?? "")."
        }
        request.password = password
        request.oauth = oauth
        request.sendingPassword = sendingPassword
        return request
    }

    public static func previewMaildrop(_ name: String, _ options: MaildropOptions, user: String?) throws -> Self {
        Self("maildrop.preview", try options.arguments(name: name, user: user), present: Present.maildrop)
    }

    public static func listMaildrops(user: String?) -> Self {
        Self("maildrop.list", ["user": .text(user)], present: Present.maildrops)
    }

    public static func showMaildrop(_ name: String, user: String?) -> Self {
        Self("maildrop.show", ["name": .string(name), "user": .text(user)], present: Present.maildrop)
    }

    public static func removeMaildrop(_ name: String, user: String?) -> Self {
        Self("maildrop.remove", ["name": .string(name), "user": .text(user)]) {
            "Removed the maildrop \($0["name"]?.string ?? ""). Its mail stays here, and at the provider."
        }
    }

    public static func testMaildrop(_ name: String, user: String?) -> Self {
        var request = Self(
            "maildrop.test", ["name": .string(name), "user": .text(user)], present: Present.findings)
        request.status = { Present.hasFailure($0) ? .unavailable : nil }
        return request
    }

    public static func pollMaildrop(_ name: String, user: String?) -> Self {
        var request = Self("maildrop.poll", ["name": .string(name), "user": .text(user)], present: Present.poll)
        request.status = { result in
            guard let type = result["error", "type"]?.string else { return nil }
            return type == "authenticationFailed" ? .noPermission : .unavailable
        }
        return request
    }
}
