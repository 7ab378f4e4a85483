import JMAP
public import JSON
import Logging
import MailModel
import MailStore
import TestSupport
import Testing
import WebAuthn

/// A store in a scratch folder with two users, and the server over it.
struct World {
    let store: MailStore
    let server: JMAPServer
    let alice: Client
    let bob: Client

    /// 2026-03-01T12:00:00Z, on every clock of the test.
    static let now = Timestamp(seconds: 1_772_366_400)

    /// Opens a world, runs `body`, and proves afterwards that the store is consistent.
    ///
    /// `octets`: how many octets of messages an account may hold; nil: as many as there are.
    static func with(
        limits: Limits.JMAP = .init(), octets: Int? = nil, _ body: (World) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder("jmap")
        var options = MailStoreOptions(
            directory: folder.path("data"), key: .given(Secret(String(repeating: "7e", count: 32))),
            clock: { World.now })
        options.scrypt = ScryptCost(logRounds: 2)
        options.limits.account.octets = octets
        let store = try await MailStore.open(options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let server = JMAPServer(store: store, limits: limits, remoteImages: ProxiedImages(), clock: { World.now })
        let alice = try await client("alice", store, server)
        let bob = try await client("bob", store, server)
        try await body(World(store: store, server: server, alice: alice, bob: bob))
        let report = try await store.check()
        #expect(report.findings.map { "\($0)" } == [])
        await store.close()
    }

    private static func client(_ name: String, _ store: MailStore, _ server: JMAPServer) async throws -> Client {
        let user = try await store.createUser(name: name, password: Secret("a long password"))
        return Client(store: store, server: server, principal: store.principal(forCommandLine: user))
    }
}

/// One user's side of a conversation. In what it sends, `$A` stands for its account's id.
struct Client {
    let store: MailStore
    let server: JMAPServer
    let principal: Principal
    /// Where its page is; nil for a client that is no page.
    var relyingParty: RelyingParty?

    var accountID: String { principal.account.description }

    /// Sends a whole Request object.
    func request(_ text: String) async throws -> JSONValue {
        let body = Array(text.replacing("$A", with: accountID).utf8)
        return try JSONParser.parse(
            try await server.respond(to: body, principal: principal, relyingParty: relyingParty),
            limits: .init(octets: 100_000_000, depth: 512, values: 10_000_000))
    }

    private static let ours =
        #""https://restante.example/ns/jmap/maildrop","https://restante.example/ns/jmap/admin","#
        + #""https://restante.example/ns/jmap/view","https://restante.example/ns/jmap/rules""#

    /// Sends method calls under every capability and returns `methodResponses`.
    func calls(_ calls: String) async throws -> JSONValue {
        let using =
            #"["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail","urn:ietf:params:jmap:submission","#
            + #""urn:ietf:params:jmap:blob","urn:ietf:params:jmap:quota",\#(Self.ours)]"#
        let response = try await request(#"{"using":\#(using),"methodCalls":\#(calls)}"#)
        return response["methodResponses"]
    }

    /// Calls one method with `arguments` beside the account's id, and returns its answer's arguments, of an error too.
    @discardableResult
    func call(_ method: String, _ arguments: String = "{}") async throws -> JSONValue {
        let inner = arguments.dropFirst().dropLast()
        let answers = try await calls(#"[["\#(method)",{"accountId":"$A"\#(inner.isEmpty ? "" : ",")\#(inner)},"c"]]"#)
        #expect(answers.array?.count == 1)
        #expect(answers[0][0] == .string(method) || answers[0][0] == "error")
        return answers[0][1]
    }

    /// The type of the error that a call is answered with; nil when it succeeds.
    func error(_ method: String, _ arguments: String = "{}") async throws -> String? {
        let inner = arguments.dropFirst().dropLast()
        let answers = try await calls(#"[["\#(method)",{"accountId":"$A"\#(inner.isEmpty ? "" : ",")\#(inner)},"c"]]"#)
        return answers[0][0] == "error" ? answers[0][1]["type"].string : nil
    }

    /// The id of the mailbox with a role.
    func mailbox(_ role: String) async throws -> String {
        try await call("Mailbox/query", #"{"filter":{"role":"\#(role)"}}"#)["ids"][0].string ?? "none"
    }

    /// Stores a message as a poll does, and returns its email's id.
    @discardableResult
    func deliver(
        _ message: String, to roles: [MailboxRole] = [.inbox], keywords: Set<Keyword> = [],
        at receivedAt: Timestamp = World.now, from maildrop: String? = nil
    ) async throws -> String {
        let account = try await store.account(principal.account, for: principal)
        let prepared = try await account.prepare(.octets(Array(message.replacing("\n", with: "\r\n").utf8)))
        let mailboxes = try await account.read { reader in
            try roles.compactMap { try reader.mailbox(withRole: $0)?.id }
        }
        let ids = try await account.ingest(
            [
                Arrival(prepared, mailboxIDs: Set(mailboxes), keywords: keywords, receivedAt: receivedAt)
            ], from: maildrop.flatMap { MaildropID($0) })
        return try #require(ids.first).description
    }

    /// Stores `count` short messages, a minute apart, and returns their ids, the oldest first.
    @discardableResult
    func deliverMany(_ count: Int, from start: Int = 0) async throws -> [String] {
        var ids: [String] = []
        for number in start..<start + count {
            ids.append(
                try await deliver(Sample.plain(number), at: World.now.adding(seconds: Int64(number) * 60)))
        }
        return ids
    }

    /// Uploads octets and returns the blob's id.
    func upload(_ octets: [UInt8], type: String = "application/octet-stream") async throws -> String {
        let upload = try await server.beginUpload(accountID: accountID, principal: principal)
        try octets.withUnsafeBytes { try upload.append($0) }
        return try JSONParser.parse(await upload.finish(type: type))["blobId"].string ?? "none"
    }

    func upload(_ message: String) async throws -> String {
        try await upload(Array(message.replacing("\n", with: "\r\n").utf8), type: "message/rfc822")
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    public init(stringLiteral text: String) { self = .string(text) }
    public init(integerLiteral number: Int64) { self = .integer(number) }
    public init(booleanLiteral flag: Bool) { self = .bool(flag) }

    /// The member or item, or null when there is none: a test then fails where it compares.
    subscript(key: String) -> JSONValue { object?[key] ?? .null }
    subscript(index: Int) -> JSONValue {
        guard let array, array.indices.contains(index) else { return .null }
        return array[index]
    }

    var strings: [String] { (array ?? []).compactMap(\.string) }
    var keys: [String] { (object?.members ?? []).map(\.key) }
}

func json(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }
