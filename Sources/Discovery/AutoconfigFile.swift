/// The servers of a file in Mozilla's autoconfig format, version 1.1.
struct AutoconfigFile {
    /// Protected POP3 servers in the order of the file.
    let pop3: [Suggestion]
    /// The first protected server that takes mail from those who sign in.
    let submission: Suggestion?

    /// Servers that one file may name.
    static let mostServers = 20

    /// Nil when it is no such file.
    init?(_ octets: [UInt8], for address: MailAddress, from source: Suggestion.Source) {
        guard let root = XMLReader.parse(octets), root.name == "clientConfig",
            let provider = root.first("emailProvider")
        else { return nil }
        func servers(_ element: String, _ type: String) -> ArraySlice<XMLReader.Element> {
            provider.all(element).filter { $0.attributes["type"] == type }.prefix(Self.mostServers)
        }
        pop3 = servers("incomingServer", "pop3").compactMap { Self.suggestion($0, address, source) }
        submission =
            servers("outgoingServer", "smtp").filter(Self.takesSignIns).lazy
            .compactMap { Self.suggestion($0, address, source) }.first
    }

    /// Not where nobody signs in: such servers take mail from within a provider's own network.
    private static func takesSignIns(_ server: XMLReader.Element) -> Bool {
        let ways = ways(server)
        return ways.isEmpty || !ways.allSatisfy(["none", "client-IP-address"].contains)
    }

    private static func ways(_ server: XMLReader.Element) -> [String] {
        server.all("authentication").map { $0.text.trimmedSpace }
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
        return Suggestion(
            host: host, port: port, security: security, username: username, source: source,
            wantsOAuth: ways(server) == ["OAuth2"])
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
