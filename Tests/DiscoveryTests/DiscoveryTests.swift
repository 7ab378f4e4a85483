import MailModel
import OutboundHTTP
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Discovery

/// Everything that is asked is scripted: files by URL, records by name, servers by place.
private final class Net: HTTPFetcher, ServiceResolver, ServerProbe {
    let files: [String: String]
    let services: [String: [SRVRecord]]
    let servers: Set<String>
    private let asked = Mutex<[String]>([])

    init(files: [String: String] = [:], services: [String: [SRVRecord]] = [:], servers: Set<String> = []) {
        self.files = files
        self.services = services
        self.servers = servers
    }

    var questions: [String] { asked.withLock { $0 } }

    func send(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
        let url = request.url.description
        asked.withLock { $0.append(url) }
        guard let file = files[url] else { return OutboundResponse(status: 404, body: []) }
        return OutboundResponse(status: 200, body: Array(file.utf8))
    }

    func records(of name: String) async throws(TransportError) -> [SRVRecord] {
        asked.withLock { $0.append(name) }
        return services[name] ?? []
    }

    func complaint(about suggestion: Suggestion, policy: AddressPolicy) async -> String? {
        let place = "\(suggestion.host):\(suggestion.port)"
        asked.withLock { $0.append(place) }
        return servers.contains(place) ? nil : "Nobody there."
    }

    static func file(_ host: String) -> String {
        """
        <clientConfig><emailProvider id="x"><incomingServer type="pop3"><hostname>\(host)</hostname><port>995</port>
        <socketType>SSL</socketType><username>%EMAILLOCALPART%</username></incomingServer></emailProvider></clientConfig>
        """
    }
}

@Suite struct DiscoveryTests {
    private static let own = "https://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=ada%40example.org"
    private static let wellKnown = "https://example.org/.well-known/autoconfig/mail/config-v1.1.xml"

    private func find(
        _ net: Net, database: String? = nil, folder: [String: String] = [:]
    ) async throws -> DiscoveryReport {
        await Discovery(
            http: net, services: net, probe: net, policy: .restricted(), database: database.flatMap { OutboundURL($0) },
            localFile: { folder[$0].map { Array($0.utf8) } }
        ).find(try #require(MailAddress("ada@example.org")))
    }

    private func srv(_ target: String, priority: Int = 0, weight: Int = 0, port: Int = 995) -> SRVRecord {
        SRVRecord(priority: priority, weight: weight, port: port, target: target)
    }

    @Test func aFileInTheFolderIsEnough() async throws {
        let net = Net(servers: ["pop.local.example:995"])
        let report = try await find(net, folder: ["example.org": Net.file("pop.local.example")])
        #expect(report.chosen?.source == .folder)
        #expect(report.chosen?.username == "ada")
        #expect(net.questions == ["pop.local.example:995"])
    }

    @Test func theDomainsOwnFileGoesBeforeItsRecords() async throws {
        let net = Net(
            files: [Self.own: Net.file("pop.provider.example")],
            services: ["_pop3s._tcp.example.org": [srv("pop.example.org")]],
            servers: ["pop.provider.example:995", "pop.example.org:995"])
        let report = try await find(net)
        #expect(report.chosen?.host == "pop.provider.example")
        #expect(net.questions == [Self.own, "pop.provider.example:995"])
    }

    @Test func theWellKnownPlaceIsAskedWhenTheFirstHasNoFile() async throws {
        let net = Net(files: [Self.wellKnown: Net.file("pop.example.org")], servers: ["pop.example.org:995"])
        let report = try await find(net)
        #expect(report.chosen?.source == .autoconfig)
        #expect(report.steps.first?.outcome.contains("404") == true)
    }

    @Test func recordsAreTakenByPriorityAndTLSFirst() async throws {
        let net = Net(
            services: [
                "_pop3s._tcp.example.org": [
                    srv("two.example.org", priority: 20, weight: 1),
                    srv("one.example.org", priority: 10, weight: 5, port: 1995),
                    srv("heavy.example.org", priority: 10, weight: 50),
                ], "_pop3._tcp.example.org": [srv("old.example.org", port: 110)],
            ], servers: ["two.example.org:995", "old.example.org:110"])
        let report = try await find(net)
        #expect(report.suggestions.map(\.host) == ["heavy", "one", "two", "old"].map { $0 + ".example.org" })
        #expect(report.suggestions.map(\.security) == [.tls, .tls, .tls, .starttls])
        #expect(report.chosen?.host == "two.example.org")
        #expect(report.chosen?.username == "ada@example.org")
    }

    @Test func aServerOutsideTheDomainThatOnlyDNSNamesIsShownAndNotTaken() async throws {
        let net = Net(
            services: ["_pop3s._tcp.example.org": [srv("pop.evil.example")]], servers: ["pop.evil.example:995"])
        let report = try await find(net)
        #expect(report.chosen == nil)
        #expect(report.steps.contains { $0.outcome.contains("--host pop.evil.example") })
        #expect(!net.questions.contains("pop.evil.example:995"))
        #expect(!Discovery.isWithin("evilexample.org", "example.org"))
    }

    @Test func aRecordThatSaysThereIsNoServiceIsNoServer() async throws {
        let net = Net(
            services: ["_pop3s._tcp.example.org": [srv("", port: 0)]], servers: ["mail.example.org:995"])
        #expect(try await find(net).chosen?.source == .guess)
    }

    @Test func theDatabaseIsAskedOnlyWhenThereIsOneAndOnlyForTheDomain() async throws {
        let url = "https://db.example.net/v1.1/example.org"
        let net = Net(files: [url: Net.file("pop.provider.example")], servers: ["pop.provider.example:995"])
        #expect(try await find(net).chosen == nil)
        #expect(!net.questions.contains(url))
        #expect(try await find(net, database: "https://db.example.net/v1.1/").chosen?.source == .database)
        #expect(try await find(net, database: "https://db.example.net/v1.1").chosen?.source == .database)
    }

    @Test func guessesTryTLSBeforeSTARTTLS() async throws {
        let net = Net(servers: ["mail.example.org:995", "pop.example.org:110"])
        #expect(try await find(net).chosen?.host == "mail.example.org")
        let old = Net(servers: ["pop.example.org:110"])
        #expect(try await find(old).chosen?.security == .starttls)
        let nothing = try await find(Net())
        #expect(nothing.chosen == nil)
        #expect(nothing.steps.filter { $0.source == .guess }.count == 8)
    }

    @Test func theFileOfTheChosenServerSaysWhereToSend() async throws {
        let outgoing = Net.file("smtp.provider.example").replacing(
            "incomingServer type=\"pop3\"", with: "outgoingServer type=\"smtp\""
        )
        .replacing("</incomingServer>", with: "</outgoingServer>").replacing("995", with: "465")
        .replacing("<clientConfig><emailProvider id=\"x\">", with: "")
        .replacing("</emailProvider></clientConfig>", with: "")
        let both = Net.file("pop.provider.example").replacing("</emailProvider>", with: outgoing + "</emailProvider>")
        let net = Net(
            files: [Self.own: both], services: ["_submissions._tcp.example.org": [srv("smtp.example.org", port: 465)]],
            servers: ["pop.provider.example:995"])
        let submission = try #require(try await find(net).submission)
        #expect(submission.host == "smtp.provider.example" && submission.port == 465 && submission.username == "ada")
        // Nobody was asked but the file and the server of mail.
        #expect(net.questions == [Self.own, "pop.provider.example:995"])
        // A server that is not chosen has no word on it.
        let silent = Net(files: [Self.own: both], servers: ["pop.example.org:995"])
        #expect(try await find(silent).chosen?.source == .guess)
        #expect(try await find(silent).submission == nil)
    }

    @Test func theDomainsRecordsSayWhereToSendWhenThereIsNoFile() async throws {
        func net(_ services: [String: [SRVRecord]]) -> Net {
            var all = services
            all["_pop3s._tcp.example.org"] = [srv("pop.example.org")]
            return Net(services: all, servers: ["pop.example.org:995"])
        }
        let (secure, plain) = ("_submissions._tcp.example.org", "_submission._tcp.example.org")
        let both = try await find(
            net([secure: [srv("smtp.example.org", port: 465)], plain: [srv("old.example.org", port: 587)]]))
        #expect(both.submission?.host == "smtp.example.org" && both.submission?.security == .tls)
        let old = try await find(net([plain: [srv("old.example.org", port: 587)]]))
        #expect(old.submission?.host == "old.example.org" && old.submission?.security == .starttls)
        let outside = try await find(net([secure: [srv("smtp.evil.example", port: 465)]]))
        #expect(outside.chosen != nil && outside.submission == nil)
        #expect(try await find(net([secure: [srv("", port: 0)]])).submission == nil)
    }

    @Test func aFileThatIsNoneIsSaidSoAndTheSearchGoesOn() async throws {
        let net = Net(files: [Self.own: "<html>", Self.wellKnown: "<a>"], servers: ["pop.example.org:995"])
        let report = try await find(net)
        #expect(report.steps.prefix(2).allSatisfy { $0.outcome.contains("no autoconfig file") })
        #expect(report.chosen?.source == .guess)
    }
}

@Suite struct PortProbeTests {
    private func complaint(
        _ server: ScriptedPOP3Server, _ certificates: TestCertificates, _ security: Suggestion.Security,
        host: String = "localhost", policy: AddressPolicy = .unrestricted
    ) async -> String? {
        let connector = Connector(
            trust: .file(certificates.authority),
            resolver: ScriptedResolver(["localhost": [["127.0.0.1"]], "pop.example.org": [["127.0.0.1"]]]))
        return await PortProbe(connector: connector, timeout: .seconds(20)).complaint(
            about: Suggestion(host: host, port: server.port, security: security, username: "a", source: .guess),
            policy: policy)
    }

    @Test func takesServersThatProveTheirName() async throws {
        let certificates = try TestCertificates()
        let secure = try await ScriptedPOP3Server(.numbered(1), start: .secure, certificate: try certificates.valid())
        #expect(await complaint(secure, certificates, .tls) == nil)
        #expect(await complaint(secure, certificates, .tls, host: "pop.example.org")?.contains("certificate") == true)
        #expect(await complaint(secure, certificates, .tls, policy: .restricted()) != nil)
        let upgrading = try await ScriptedPOP3Server(.numbered(1), certificate: try certificates.valid())
        #expect(await complaint(upgrading, certificates, .starttls) == nil)
        #expect(upgrading.record.commands.allSatisfy { $0 == "STLS" || $0 == "QUIT" })
    }

    @Test func refusesServersWithoutProtectionAndOtherServices() async throws {
        let certificates = try TestCertificates()
        let plain = try await ScriptedPOP3Server(.numbered(1))
        #expect(await complaint(plain, certificates, .starttls)?.contains("STLS") == true)
        let other = try await ScriptedPOP3Server(.numbered(1)) { command, _ in
            command == "GREETING" ? .line("220 ESMTP secret banner") : nil
        }
        let said = await complaint(other, certificates, .starttls)
        #expect(said?.contains("does not speak POP3") == true)
        #expect(said?.contains("banner") == false)
    }
}
