public import MailModel
public import OutboundHTTP
public import Transport

/// What was looked at for an address, and what came of it.
public struct DiscoveryReport: Sendable, Equatable {
    /// One thing that was looked at.
    public struct Step: Sendable, Equatable {
        public var source: Suggestion.Source
        /// What was asked: a file, a URL, a name, or a server and port.
        public var place: String
        /// What came of it.
        public var outcome: String
    }

    public var steps: [Step] = []
    /// Servers that were found, the best first, whether they answer or not.
    public var suggestions: [Suggestion] = []
    /// The best one that answered and proved who it is.
    public var chosen: Suggestion?
    /// The submission server that goes with `chosen`, by the word of the same source or of the domain's records. It was not
    /// tried: whoever takes it tries it with the sign-in.
    public var submission: Suggestion?

    /// What files said of submission servers.
    var outgoing: [Suggestion.Source: Suggestion] = [:]
}

/// Finds the settings of a POP3 server from an address.
///
/// What the domain itself says goes first, over HTTPS, which nobody on the way can change; then its SRV records; then
/// names that are often right. Nothing is believed before a server has answered at that place with a certificate for its
/// name. A server outside the domain that only DNS names is shown and not chosen: nothing proves that the domain meant it,
/// and the password would be sent there (RFC 6186 §6).
public struct Discovery: Sendable {
    /// Octets of an autoconfig file.
    static let largestFile = 256 * 1024
    /// Servers that are tried.
    static let mostTries = 12

    let http: any HTTPFetcher
    let services: any ServiceResolver
    let probe: any ServerProbe
    /// Reads the autoconfig file of a domain from this machine's folder; nil when there is none.
    let localFile: @Sendable (_ domain: String) -> [UInt8]?
    /// Where a central database has a file for each domain; nil: none is asked.
    let database: OutboundURL?
    let policy: AddressPolicy

    public init(
        http: any HTTPFetcher, services: any ServiceResolver, probe: any ServerProbe, policy: AddressPolicy,
        database: OutboundURL? = nil, localFile: @escaping @Sendable (_ domain: String) -> [UInt8]? = { _ in nil }
    ) {
        self.http = http
        self.services = services
        self.probe = probe
        self.policy = policy
        self.database = database
        self.localFile = localFile
    }

    /// Looks until something answers; what is wrong on the way is in the report.
    public func find(_ address: MailAddress) async -> DiscoveryReport {
        var report = DiscoveryReport()
        readFolder(address, &report)
        if await choose(from: report.suggestions, address, &report) { return report }
        let lookups: [(Discovery) -> (MailAddress, inout DiscoveryReport) async -> [Suggestion]] = [
            Discovery.askDomain, Discovery.askServices, Discovery.askDatabase, Discovery.guess,
        ]
        for lookup in lookups {
            let found = await lookup(self)(address, &report).filter { !report.suggestions.contains($0) }
            report.suggestions += found
            if await choose(from: found, address, &report) { return report }
        }
        return report
    }

    /// Takes the first that answers.
    private func choose(
        from suggestions: [Suggestion], _ address: MailAddress, _ report: inout DiscoveryReport
    ) async -> Bool {
        for suggestion in suggestions.prefix(Self.mostTries) {
            let place = "\(suggestion.host):\(suggestion.port), \(suggestion.security.rawValue)"
            if suggestion.source == .srv, !Self.isWithin(suggestion.host, address.domain) {
                report.steps.append(
                    .init(
                        source: .srv, place: place,
                        outcome: "Outside \(address.domain), and DNS alone says so: if you know it is right, give it"
                            + " with --host \(suggestion.host)."))
                continue
            }
            if let complaint = await probe.complaint(about: suggestion, policy: policy) {
                report.steps.append(.init(source: suggestion.source, place: place, outcome: complaint))
                continue
            }
            report.steps.append(
                .init(source: suggestion.source, place: place, outcome: "A POP3 server that proves its name."))
            report.chosen = suggestion
            report.submission =
                switch suggestion.source {
                case .folder, .autoconfig, .database: report.outgoing[suggestion.source]
                case .srv, .guess: await askSubmission(address, &report)
                }
            return true
        }
        return false
    }

    static func isWithin(_ host: String, _ domain: String) -> Bool { host == domain || host.hasSuffix("." + domain) }
}

// Where to look.
extension Discovery {
    private func readFolder(_ address: MailAddress, _ report: inout DiscoveryReport) {
        guard let octets = localFile(address.domain) else { return }
        let place = "\(address.domain).xml"
        report.suggestions += read(octets, address, .folder, place, &report)
    }

    private func askDomain(_ address: MailAddress, _ report: inout DiscoveryReport) async -> [Suggestion] {
        let domain = address.domain
        let urls = [
            OutboundURL("https://autoconfig.\(domain)/mail/config-v1.1.xml").flatMap {
                $0.adding([(name: "emailaddress", value: address.description)])
            }, OutboundURL("https://\(domain)/.well-known/autoconfig/mail/config-v1.1.xml"),
        ]
        for url in urls.compactMap({ $0 }) {
            let found = await fetch(url, address, .autoconfig, &report)
            if !found.isEmpty { return found }
        }
        return []
    }

    private func askDatabase(_ address: MailAddress, _ report: inout DiscoveryReport) async -> [Suggestion] {
        guard let database else { return [] }
        let base = database.description
        // Only the domain is told, never who asks.
        guard let url = OutboundURL(base + (base.hasSuffix("/") ? "" : "/") + address.domain) else { return [] }
        return await fetch(url, address, .database, &report)
    }

    private func fetch(
        _ url: OutboundURL, _ address: MailAddress, _ source: Suggestion.Source, _ report: inout DiscoveryReport
    ) async -> [Suggestion] {
        let place = "https://\(url.host)"
        var request = OutboundRequest(
            .get, url, policy: policy.forHTTPS, largestAnswer: Self.largestFile, timeout: .seconds(15), redirects: 3)
        request.headers = [("Accept", "application/xml, text/xml")]
        do throws(OutboundHTTPError) {
            let response = try await http.send(request)
            guard response.status == 200 else {
                report.steps.append(
                    .init(source: source, place: place, outcome: "No file there (HTTP status \(response.status))."))
                return []
            }
            return read(response.body, address, source, place, &report)
        } catch {
            report.steps.append(.init(source: source, place: place, outcome: error.message))
            return []
        }
    }

    private func read(
        _ octets: [UInt8], _ address: MailAddress, _ source: Suggestion.Source, _ place: String,
        _ report: inout DiscoveryReport
    ) -> [Suggestion] {
        guard let file = AutoconfigFile(octets, for: address, from: source) else {
            report.steps.append(.init(source: source, place: place, outcome: "What is there is no autoconfig file."))
            return []
        }
        let found = file.pop3
        report.outgoing[source] = file.submission
        let outcome = found.isEmpty ? "It names no POP3 server under TLS." : "It names \(found.count) POP3 servers."
        report.steps.append(.init(source: source, place: place, outcome: outcome))
        return found
    }

    private func askServices(_ address: MailAddress, _ report: inout DiscoveryReport) async -> [Suggestion] {
        await ask("_pop3s", .tls, address, &report) + ask("_pop3", .starttls, address, &report)
    }

    /// RFC 8314 §5.1 and RFC 6186 §3.1; a server outside the domain is not offered, as nothing but DNS says so.
    private func askSubmission(_ address: MailAddress, _ report: inout DiscoveryReport) async -> Suggestion? {
        for (label, security) in [("_submissions", Suggestion.Security.tls), ("_submission", .starttls)] {
            let found = await ask(label, security, address, &report)
            if let server = found.first(where: { Self.isWithin($0.host, address.domain) }) { return server }
        }
        return nil
    }

    /// The servers of one kind of record.
    private func ask(
        _ label: String, _ security: Suggestion.Security, _ address: MailAddress, _ report: inout DiscoveryReport
    ) async -> [Suggestion] {
        let name = "\(label)._tcp.\(address.domain)"
        do throws(TransportError) {
            let records = try await services.records(of: name).sorted(by: Self.comesFirst)
            // RFC 6186 §3.4: a target of "." says that there is no such service.
            let usable = records.filter { (1...65_535).contains($0.port) && MailAddress.domain($0.target) != nil }
            let outcome = usable.isEmpty ? "There is no such record." : usable.map(\.target).joined(separator: ", ")
            report.steps.append(.init(source: .srv, place: name, outcome: outcome))
            return usable.map {
                Suggestion(
                    host: $0.target, port: $0.port, security: security, username: address.description, source: .srv)
            }
        } catch {
            report.steps.append(.init(source: .srv, place: name, outcome: error.message))
            return []
        }
    }

    /// By priority; within one, the heavier ones first: one client has no load to share (RFC 2782).
    private static func comesFirst(_ one: SRVRecord, _ other: SRVRecord) -> Bool {
        (one.priority, -one.weight, one.target) < (other.priority, -other.weight, other.target)
    }

    private func guess(_ address: MailAddress, _ report: inout DiscoveryReport) async -> [Suggestion] {
        let hosts = ["pop.", "pop3.", "mail.", ""].map { $0 + address.domain }
        return [Suggestion.Security.tls, .starttls].flatMap { security in
            hosts.map { host in
                Suggestion(
                    host: host, port: security == .tls ? 995 : 110, security: security, username: address.description,
                    source: .guess)
            }
        }
    }
}
