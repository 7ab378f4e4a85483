import Foundation

extension Settings {
    /// Takes the solidi off the end of the data directory's path, to which names are added.
    mutating func tidy() {
        while dataDirectory.count > 1, dataDirectory.hasSuffix("/") { dataDirectory.removeLast() }
    }

    /// A key beside the mail it protects would be in every copy of it.
    private func refuseKeyAmongData() throws(SettingsError) {
        let data = URL(fileURLWithPath: dataDirectory, isDirectory: true).standardizedFileURL.path
        let key = URL(fileURLWithPath: keyPath, isDirectory: false).standardizedFileURL.path
        guard key != data, !key.hasPrefix(data.hasSuffix("/") ? data : data + "/") else {
            throw SettingsError(
                """
                keyFile is \(keyPath), inside dataDirectory: whoever copies the mail would copy the key of its passwords \
                as well. Put it elsewhere.
                """)
        }
    }

    /// Refuses what can't work together, and what would send secrets in the clear without being asked to.
    func validate() throws(SettingsError) {
        guard dataDirectory.hasPrefix("/") else {
            throw SettingsError("dataDirectory must be an absolute path, and \(dataDirectory) is none.")
        }
        try refuseKeyAmongData()
        guard tls.certificate.isEmpty == tls.privateKey.isEmpty else {
            throw SettingsError("tls.certificate and tls.privateKey go together: one of them is missing.")
        }
        guard https.listen.isOff || tls.isConfigured else {
            throw SettingsError("https.listen needs a certificate: set tls.certificate and tls.privateKey.")
        }
        guard publicURL.isEmpty || publicURL.hasPrefix("https://") || publicURL.hasPrefix("http://") else {
            throw SettingsError("publicURL must begin with https:// or http://, and \(publicURL) does not.")
        }
        _ = try makeAddressPolicies()
        try checkAuthorities()
        _ = try makeHostRules()
        guard polling.longestInterval <= .seconds(30 * 86_400) else {
            throw SettingsError("polling.longestInterval must be 30 days at most.")
        }
        guard polling.shortestInterval <= polling.longestInterval else {
            throw SettingsError("polling.shortestInterval must not be longer than polling.longestInterval.")
        }
        guard discovery.database.isEmpty || discovery.database.hasPrefix("https://") else {
            throw SettingsError("discovery.database must begin with https://, and \(discovery.database) does not.")
        }
        guard push.contact.isEmpty || push.contact.hasPrefix("mailto:") || push.contact.hasPrefix("https://") else {
            throw SettingsError("push.contact must begin with mailto: or https://, and \(push.contact) does not.")
        }
        try refuseInTheClear("http", http, isProtected: false)
        try refuseInTheClear("pop3", pop3, isProtected: tls.isConfigured)
    }

    private func refuseInTheClear(
        _ name: String, _ listener: PlainListener, isProtected: Bool
    ) throws(SettingsError) {
        guard listener.listen.isOff || listener.listen.isLoopback || isProtected || listener.insecure else {
            throw SettingsError(
                """
                \(name).listen is \(listener.listen): beyond this machine it would carry secrets in the clear. \
                Put a certificate in tls.certificate and use \(name == "http" ? "https.listen" : "pop3s.listen"), listen \
                on 127.0.0.1 behind a reverse proxy, or write \(name).insecure: true.
                """)
        }
    }
}
