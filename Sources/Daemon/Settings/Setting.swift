import MailModel

/// One key of the configuration. The table of them is all there is to know: the file's reader, the environment's names,
/// the sample and the error for an unknown key follow from it.
public struct Setting: Sendable {
    /// As in the file, with a dot for each level: `http.listen`.
    public let key: String
    /// What it does, for the sample file: whole sentences.
    public let summary: String
    /// What a value looks like, to end the sentence "It takes …".
    let expectation: String
    /// Whether the environment may name a file with the value in place of the value, as `…_FILE`.
    let isSecret: Bool
    /// The value's text in a configuration file.
    let text: @Sendable (Settings) -> String
    /// Sets the value; false when the texts are not of its type.
    let assign: @Sendable (_ texts: [String], _ settings: inout Settings) -> Bool

    init<Value: SettingValue>(
        _ key: String, _ path: any WritableKeyPath<Settings, Value> & Sendable, _ summary: String,
        isSecret: Bool = false
    ) {
        self.key = key
        self.summary = summary
        self.isSecret = isSecret
        expectation = Value.expectation
        text = { $0[keyPath: path].settingText }
        assign = { texts, settings in
            guard let value = Value(settingTexts: texts) else { return false }
            settings[keyPath: path] = value
            return true
        }
    }

    /// `http.listen` is `RESTANTE_HTTP_LISTEN`, `tls.privateKey` is `RESTANTE_TLS_PRIVATE_KEY`.
    public var environmentName: String {
        var name = "RESTANTE_"
        var previous: Character = "_"
        for character in key {
            if character == "." {
                name.append("_")
            } else {
                if character.isUppercase, !previous.isUppercase, previous != "." { name.append("_") }
                name.append(contentsOf: character.uppercased())
            }
            previous = character
        }
        return name
    }
}

extension Setting {
    /// Where the environment names a file that holds a secret.
    var environmentFileName: String? { isSecret ? environmentName + "_FILE" : nil }

    /// Every setting, in the order of the sample file.
    public static let all: [Setting] = general + listeners + work + limits

    private static let general: [Setting] = [
        Setting(
            "dataDirectory", \.dataDirectory,
            """
            The folder that holds all mail and state. It is made when it is missing.
            """),
        Setting(
            "keyFile", \.keyFile,
            """
            The file with the key that seals maildrop passwords, readable by its owner alone. Empty: the data \
            directory's path with .key added. Keep it out of backups of the data directory.
            """),
        Setting(
            "publicURL", \.publicURL,
            """
            How clients reach this server from outside, for example https://mail.example.org. Empty: what the client \
            connected to, or what a trusted proxy says.
            """),
        Setting(
            "trustedProxies", \.trustedProxies,
            """
            Reverse proxies whose X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host headers are believed: \
            addresses or networks.
            """),
        Setting(
            "allowedOrigins", \.allowedOrigins,
            """
            Web pages of other origins whose scripts may call the API, for example https://webmail.example.org: they ask \
            their reader for a device's secret.
            """),
        Setting(
            "tls.certificate", \.tls.certificate,
            """
            The certificate chain for https, pop3s and POP3's STLS, as PEM. Read again when it changes.
            """),
        Setting("tls.privateKey", \.tls.privateKey, "The certificate's private key, as PEM."),
        Setting(
            "log.level", \.log.level, "How much is logged: trace, debug, info, notice, warning, error or critical."),
    ]

    private static let listeners: [Setting] = [
        Setting(
            "http.listen", \.http.listen,
            """
            JMAP over HTTP in the clear: for this machine, or for a reverse proxy on it.
            """),
        Setting(
            "http.insecure", \.http.insecure,
            """
            Allows http to listen beyond loopback, where device secrets can be read on the way.
            """),
        Setting(
            "http.webClient.folder", \.webClient.folder,
            """
            For whoever changes the web client: the folder that its files are read from, anew with each request. Empty: \
            the files in the program.
            """),
        Setting("https.listen", \.https.listen, "JMAP over HTTPS (HTTP/1.1 and h2). Needs tls.certificate."),
        Setting("pop3.listen", \.pop3.listen, "POP3 for old devices; offers STLS when there is a certificate."),
        Setting(
            "pop3.insecure", \.pop3.insecure,
            """
            Allows pop3 to listen beyond loopback without a certificate, and sign-in there in the clear.
            """),
        Setting("pop3s.listen", \.pop3s.listen, "POP3 under TLS; open only when there is a certificate."),
    ]

    private static let work: [Setting] =
        [
            Setting("polling.concurrency", \.polling.concurrency, "How many maildrops are polled at the same time.")
        ] + pace + sending + pushing + outgoing

    private static let outgoing: [Setting] = [
        Setting(
            "outgoing.allowedNetworks", \.outgoing.allowedNetworks,
            """
            Networks where maildrops of users who are no administrators may be, beside the public Internet: such as \
            192.168.1.0/24, or ::1. Administrators' maildrops may be anywhere.
            """),
        Setting(
            "outgoing.allowedPorts", \.outgoing.allowedPorts,
            """
            Ports that maildrops of users who are no administrators may have, beside 110 and 995: such as 1110, or \
            1024-65535.
            """),
        Setting(
            "outgoing.authorities", \.outgoing.authorities,
            """
            A PEM file of certificate authorities that the servers of others are checked against, in place of the \
            system's: for a provider or a household with an authority of its own.
            """),
        Setting(
            "oauth.google.clientID", \.oauth.google.clientID,
            """
            The OAuth client id that Google gave you, for maildrop add --oauth google (restante says how to get one).
            """),
        Setting(
            "oauth.google.clientSecret", \.oauth.google.clientSecret,
            """
            The secret that Google gives desktop apps with the id; it keeps nothing secret.
            """, isSecret: true),
        Setting(
            "oauth.microsoft.clientID", \.oauth.microsoft.clientID,
            """
            The application (client) id that Microsoft gave you, for maildrop add --oauth microsoft.
            """),
        Setting(
            "discovery.folder", \.discovery.folder,
            """
            A folder of files in Mozilla's autoconfig format, each named after its domain (example.org.xml), which \
            maildrop add and maildrop discover look into before they ask anybody. Empty: none.
            """),
        Setting(
            "discovery.database", \.discovery.database,
            """
            Where a central database has such a file for each domain, asked when the domain itself has none: for \
            example https://autoconfig.thunderbird.net/v1.1/. It learns the domain. Empty: nobody is asked.
            """),
    ]
}
