/// The POP3 servers of a file in Mozilla's autoconfig format, version 1.1.
enum AutoconfigFile {
    /// Servers that one file may name.
    static let mostServers = 20

    /// Protected POP3 servers in the order of the file; nil when it is no such file.
    static func suggestions(
        in octets: [UInt8], for address: MailAddress, from source: Suggestion.Source
    ) -> [Suggestion]? {
        guard let root = XMLReader.parse(octets), root.name == "clientConfig",
            let provider = root.first("emailProvider")
        else { return nil }
        return provider.all("incomingServer").filter { $0.attributes["type"] == "pop3" }.prefix(mostServers)
            .compactMap { suggestion($0, address, source) }
    }

    private static func suggestion(
        _ server: XMLReader.Element, _ address: MailAddress, _ source: Suggestion.Source
    ) -> Suggestion? {
        guard let security = security(server), let port = text(server, "port").flatMap({ Int($0) }),
            (1...65_535).contains(port),
            let host = text(server, "hostname").flatMap({ MailAddress.domain(filled($0, address)) })
        else { return nil }
        let username = text(server, "username").map { filled($0, address) } ?? address.description
        guard (1...255).contains(username.utf8.count), username.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return nil
        }
        let ways = server.all("authentication").map { $0.text.trimmedSpace }
        return Suggestion(
            host: host, port: port, security: security, username: username, source: source,
            wantsOAuth: ways == ["OAuth2"])
    }

    private static func security(_ server: XMLReader.Element) -> Suggestion.Security? {
        switch text(server, "socketType")?.uppercased() {
        case "SSL": .tls
        case "STARTTLS": .starttls
        default: nil
        }
    }

    private static func text(_ server: XMLReader.Element, _ name: String) -> String? {
        server.first(name)?.text.trimmedSpace
    }

    private static func filled(_ text: String, _ address: MailAddress) -> String {
        text.replacing("%EMAILADDRESS%", with: address.description)
            .replacing("%EMAILLOCALPART%", with: address.local)
            .replacing("%EMAILDOMAIN%", with: address.domain)
    }
}

extension String {
    var trimmedSpace: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
