import Testing

@testable import Discovery

@Suite struct AutoconfigFileTests {
    private func read(_ servers: String) throws -> [Suggestion]? { try file(servers)?.pop3 }

    private func file(_ servers: String) throws -> AutoconfigFile? {
        let file = """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- a provider's file -->
            <clientConfig version="1.1"><emailProvider id="example.org"><domain>example.org</domain>
            \(servers)</emailProvider></clientConfig>

            """
        return AutoconfigFile(
            Array(file.utf8), for: try #require(MailAddress("Ada.L@Example.org")), from: .autoconfig)
    }

    private func server(
        type: String = "pop3", host: String = "pop.example.org", port: String = "995", socket: String = "SSL",
        user: String = "%EMAILADDRESS%", ways: [String] = ["password-cleartext"]
    ) -> String {
        """
        <incomingServer type="\(type)"><hostname>\(host)</hostname><port>\(port)</port><socketType>\(socket)</socketType>
        <username>\(user)</username>\(ways.map { "<authentication>\($0)</authentication>" }.joined())</incomingServer>
        """
    }

    @Test func takesTheProtectedPOP3ServersInTheirOrder() throws {
        let found = try read(
            server(type: "imap") + server(port: "110", socket: "STARTTLS", user: "%EMAILLOCALPART%")
                + server(socket: "plain") + server(host: "pop.%EMAILDOMAIN%"))
        #expect(
            found == [
                Suggestion(
                    host: "pop.example.org", port: 110, security: .starttls, username: "Ada.L", source: .autoconfig),
                Suggestion(
                    host: "pop.example.org", port: 995, security: .tls, username: "Ada.L@example.org",
                    source: .autoconfig),
            ])
    }

    @Test func knowsWhoTakesOnlyOAuth() throws {
        #expect(try read(server(ways: ["OAuth2"]))?.first?.wantsOAuth == true)
        #expect(try read(server(ways: ["OAuth2", "password-cleartext"]))?.first?.wantsOAuth == false)
    }

    @Test func takesTheFirstProtectedServerForSending() throws {
        func outgoing(_ socket: String, port: String, ways: [String] = ["password-cleartext"]) -> String {
            server(type: "smtp", host: "smtp.example.org", port: port, socket: socket, ways: ways)
                .replacing("incomingServer", with: "outgoingServer")
        }
        let found = try file(
            server() + outgoing("plain", port: "25") + outgoing("SSL", port: "2465", ways: ["client-IP-address"])
                + outgoing("STARTTLS", port: "587") + outgoing("SSL", port: "465"))?.submission
        #expect(
            found
                == Suggestion(
                    host: "smtp.example.org", port: 587, security: .starttls, username: "Ada.L@example.org",
                    source: .autoconfig))
        #expect(try file(outgoing("SSL", port: "465", ways: ["OAuth2"]))?.submission?.wantsOAuth == true)
        #expect(try file(server() + outgoing("plain", port: "25"))?.submission == nil)
        #expect(try file(server(type: "smtp"))?.submission == nil)
    }

    @Test func leavesOutServersThatMakeNoSense() throws {
        for odd in [
            server(port: "0"), server(port: "65536"), server(port: "x"), server(host: ""), server(host: "a b"),
            server(host: "-x.example.org"), server(socket: ""), server(user: "a&#10;b"),
            "<incomingServer type='pop3'/>",
        ] {
            #expect(try read(odd) == [])
        }
        #expect(try read(String(repeating: server(), count: 30))?.count == AutoconfigFile.mostServers)
    }

    @Test func readsReferencesCommentsAndCDATA() throws {
        let element = try #require(
            XMLReader.parse(Array("<a x='&lt;&#x41;&#66;'><!-- c --><b>1 &amp; <![CDATA[<2>]]></b><c/></a>".utf8)))
        #expect(element.attributes == ["x": "<AB"])
        #expect(element.first("b")?.text == "1 & <2>")
        #expect(element.children.map(\.name) == ["b", "c"])
    }

    @Test(arguments: [
        "", "x", "<", "<a", "<a>", "<a></b>", "<a/><b/>", "<a x=1/>", "<a x='1' x='2'/>", "<a>&nope;</a>",
        "<a>&#0;</a>",
        "<a>&#xD800;</a>", "<a>&amp</a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<!DOCTYPE a><a/>", "<a b='<'/>",
        "<a><![CDATA[x</a>", "<a><!-- x</a>", "<1/>", "<?xml", "<a></a", "<html><body>no</body>",
    ])
    func refusesWhatIsNotWellFormed(_ text: String) { #expect(XMLReader.parse(Array(text.utf8)) == nil) }

    @Test func limitsHoldAtTheLimitAndOneOver() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)).utf8)
        }
        #expect(XMLReader.parse(nested(XMLReader.depth)) != nil)
        #expect(XMLReader.parse(nested(XMLReader.depth + 1)) == nil)
        func many(_ count: Int) -> [UInt8] { Array(("<a>" + String(repeating: "<b/>", count: count) + "</a>").utf8) }
        #expect(XMLReader.parse(many(XMLReader.elements - 1)) != nil)
        #expect(XMLReader.parse(many(XMLReader.elements)) == nil)
        #expect(XMLReader.parse([0x3C, 0x61, 0x2F, 0x3E, 0xFF]) == nil)
    }

    @Test func everyCutOfAFileIsRefused() throws {
        let whole = Array("<clientConfig><emailProvider id='x'>\(server())</emailProvider></clientConfig>".utf8)
        #expect(XMLReader.parse(whole) != nil)
        for count in 0..<whole.count { #expect(XMLReader.parse(Array(whole[..<count])) == nil) }
    }

    @Test(arguments: ["ada@example.org", "Ada@EXAMPLE.org.", "a.b+c@mail.xn--bcher-kva.example"])
    func readsAddresses(_ text: String) { #expect(MailAddress(text) != nil) }

    @Test(arguments: [
        "", "ada", "@example.org", "ada@", "ada@org", "ada@exa mple.org", "ada@-x.org", "ada@x..org",
        "ada@bücher.example",
        "a b@example.org", "ada@../../etc/passwd.org", "ada@example.org/x",
    ])
    func refusesWhatIsNoAddress(_ text: String) { #expect(MailAddress(text) == nil) }
}
