import MailSync

extension Settings {
    /// What the configuration says of mail hosts.
    func makeHostRules() throws(SettingsError) -> HostRules {
        var rules = HostRules(signIns: polling.signInsPerHost, window: polling.signInWindow)
        for text in polling.hosts { rules.rules.append(try Self.hostRule(text)) }
        return rules
    }

    /// How much one session fetches.
    var backFill: BackFill {
        let fetch = polling.firstFetch
        return BackFill(
            first: fetch.newest, messages: fetch.messages, octets: fetch.octets, shortest: fetch.shortestSession)
    }

    /// Reads `pop.example.net 5m 60/1h`.
    private static func hostRule(_ text: String) throws(SettingsError) -> HostRule {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard let pattern = words.first, words.count > 1 else { throw unreadable(text) }
        var rule = HostRule(pattern: String(pattern))
        for word in words.dropFirst() {
            let parts = word.split(separator: "/", omittingEmptySubsequences: false)
            if parts.count == 2, let signIns = Int(settingTexts: [String(parts[0])]),
                let window = Duration(settingTexts: [String(parts[1])])
            {
                (rule.signIns, rule.window) = (signIns, window)
            } else if parts.count == 1, let pause = Duration(settingTexts: [String(word)]) {
                rule.pause = pause
            } else {
                throw unreadable(text)
            }
        }
        return rule
    }

    private static func unreadable(_ text: String) -> SettingsError {
        SettingsError(
            """
            polling.hosts takes a host with a time between sign-ins, a number of sign-ins within a time, or both, such \
            as "pop.example.net 5m 60/1h", and not "\(text)".
            """)
    }
}
