import JMAP
import JSON
import MailModel
import MailStore

extension Verb {
    static let store: [Verb] = [
        Verb(name: "status") { context, _ in
            let users = try await context.store.users()
            let outgoing = try await outgoing(of: users, context)
            return .object([
                "dataDirectory": .string(context.store.path), "isServing": .bool(context.isServing),
                "users": .integer(users.count), "diskOctets": .integer(DiskUse.octets(in: context.store.path)),
                "setAside": .array(context.store.setAside.map { .string($0) }),
                "outgoing": .object([
                    "waiting": .integer(outgoing.waiting), "inDoubt": .integer(outgoing.inDoubt),
                ]),
                "maildrops": .array(try await list(of: users, context)),
            ])
        },
        Verb(name: "check.store") { context, _ in
            let report = try await context.store.check()
            return .object([
                "findings": .array(
                    report.findings.map {
                        .object(["place": .string($0.place), "description": .string($0.description)])
                    }),
                "notices": .array(report.notices.map { .string($0) }),
                "counts": .object(
                    report.counts.sorted { $0.key < $1.key }.reduce(into: JSONObject()) {
                        $0[$1.key] = .integer($1.value)
                    }),
            ])
        },
        Verb(name: "check.maildrops") { context, _ in
            var rows: [JSONValue] = []
            for user in try await context.store.users() {
                let account = try await context.store.account(
                    user.account, for: context.store.principal(forCommandLine: user))
                for maildrop in try await account.read({ try $0.maildrops() }) where maildrop.settings.enabled {
                    let findings = try await context.polling.test(maildrop.id, account.id)
                    rows.append(
                        .object([
                            "user": .string(user.name), "name": .string(maildrop.settings.name),
                            "findings": .array(findings.map(describe)),
                        ]))
                }
            }
            return .array(rows)
        },
        Verb(name: "call") { context, arguments in
            let user = try await context.user(arguments)
            return try await JMAPCall(
                method: arguments.text("method"), arguments: arguments.object["arguments"] ?? .null
            ).run(as: context.store.principal(forCommandLine: user), context)
        },
    ]
}

extension Verb {
    /// What everybody's messages on their way come to.
    private static func outgoing(of users: [User], _ context: VerbContext) async throws -> OutgoingCount {
        var sum = OutgoingCount()
        for user in users {
            let account = try await context.store.account(
                user.account, for: context.store.principal(forCommandLine: user))
            let count = try await account.read { try $0.outgoing() }
            sum.waiting += count.waiting
            sum.inDoubt += count.inDoubt
        }
        return sum
    }
}

/// One JMAP method call from the shell: the account's id is filled in when it is left out.
struct JMAPCall: Sendable {
    let method: String
    let arguments: JSONValue

    /// The method's answer: `[name, arguments]`.
    func run(as principal: Principal, _ context: VerbContext) async throws -> JSONValue {
        guard var arguments = arguments.object else {
            throw CommandError(.usage, "The arguments must be a JSON object, such as '{\"ids\": null}'.")
        }
        if method != "Core/echo", arguments["accountId"] == nil { arguments["accountId"] = .text(principal.account) }
        let request = JSONValue.object([
            "using": .array(Capability.allCases.map { .string($0.rawValue) }),
            "methodCalls": .array([.array([.string(method), .object(arguments), .string("0")])]),
        ])
        let server = JMAPServer(store: context.store, limits: context.settings.limits.jmap, clock: context.clock)
        let answer: [UInt8]
        do {
            answer = try await server.respond(to: request.line, principal: principal)
        } catch {
            throw CommandError(.data, "The call is not valid: \(error).")
        }
        let response = try JSONParser.parse(answer, limits: .ours(answer))
        guard let invocation = response["methodResponses"]?.array?.first?.array, invocation.count >= 2 else {
            throw CommandError(.software, "The call gave no answer.")
        }
        return .array(Array(invocation.prefix(2)))
    }
}
