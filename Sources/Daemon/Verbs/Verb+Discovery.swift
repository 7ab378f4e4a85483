import Discovery
import Foundation
import JSON
import MailModel
import MailStore
import OutboundHTTP
import Transport

extension Verb {
    static let discovery: [Verb] = [
        Verb(name: "maildrop.discover") { context, arguments in
            let user = try await context.user(arguments)
            let address = try VerbContext.address(try arguments.text("address"))
            return describe(await context.discovery(for: user).find(address))
        }
    ]

    static func describe(_ report: DiscoveryReport) -> JSONValue {
        .object([
            "steps": .array(
                report.steps.map { step in
                    .object([
                        "source": .string(step.source.rawValue), "place": .string(step.place),
                        "outcome": .string(step.outcome),
                    ])
                }),
            "suggestions": .array(report.suggestions.map(describe)), "chosen": report.chosen.map(describe),
            "submission": report.submission.map(describe),
        ])
    }

    private static func describe(_ suggestion: Suggestion) -> JSONValue {
        .object([
            "host": .string(suggestion.host), "port": .integer(suggestion.port),
            "security": .string(suggestion.security.rawValue), "username": .string(suggestion.username),
            "source": .string(suggestion.source.rawValue), "wantsOAuth": .bool(suggestion.wantsOAuth),
        ])
    }
}

extension VerbContext {
    /// Looks for settings on behalf of a user: where their maildrops may be.
    func discovery(for user: User) -> Discovery {
        let folder = settings.discovery.folder
        return Discovery(
            http: settings.fetcher, services: DNSServiceResolver(), probe: PortProbe(connector: settings.connector),
            policy: store.addressPolicies[user.role],
            database: settings.discovery.database.isEmpty ? nil : OutboundURL(settings.discovery.database),
            localFile: { domain in
                // A domain has no solidus in it: this stays within the folder.
                folder.isEmpty ? nil : FileManager.default.contents(atPath: folder + "/\(domain).xml").map(Array.init)
            })
    }

    /// What `maildrop.add` is to go on with when it was given no host: its arguments, completed from the address.
    func discovered(
        _ arguments: Arguments, for user: User
    ) async throws(CommandError) -> (arguments: Arguments, report: JSONValue)? {
        guard try arguments.optionalText("host") == nil else {
            // A name that is an address is the user name as well.
            let name = try arguments.text("name")
            guard try arguments.optionalText("username") == nil, name.contains("@") else { return nil }
            var completed = arguments.object
            completed["username"] = .string(name)
            return (Arguments(object: completed), .null)
        }
        let name = try arguments.text("name")
        let given = try arguments.optionalText("username").flatMap { $0.contains("@") ? $0 : nil }
        let report = await discovery(for: user).find(try Self.address(given ?? name))
        guard let chosen = report.chosen else { throw Self.nothingFound(report) }
        if chosen.wantsOAuth, try arguments.grant() == nil {
            throw CommandError(
                .configuration,
                "\(chosen.host) takes no password, only an OAuth sign-in: use --oauth google, microsoft or a FILE.")
        }
        var completed = arguments.object
        completed["host"] = .string(chosen.host)
        if completed["port"] == nil { completed["port"] = .integer(chosen.port) }
        if completed["security"] == nil { completed["security"] = .string(chosen.security.rawValue) }
        if completed["username"] == nil { completed["username"] = .string(chosen.username) }
        return (Arguments(object: completed), Verb.describe(report))
    }

    static func address(_ text: String) throws(CommandError) -> MailAddress {
        guard let address = MailAddress(text) else {
            throw CommandError(
                .usage,
                "\(text) is no mail address to find a server from (another alphabet's domain in its xn-- form): give"
                    + " --host.")
        }
        return address
    }

    private static func nothingFound(_ report: DiscoveryReport) -> CommandError {
        let steps = report.steps.map { "  \($0.place): \($0.outcome)" }.joined(separator: "\n")
        return CommandError(
            .unavailable, "No POP3 server was found for that address: give its name with --host. Looked at:\n\(steps)")
    }
}
