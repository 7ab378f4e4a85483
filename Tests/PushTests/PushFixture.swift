import JMAP
public import JSON
import Logging
import MailModel
import MailStore
import OutboundHTTP
import Synchronization
import TestSupport
import Testing

@testable import Push

/// A store with two users, and the service that pushes, on a clock that the test moves.
final class PushFixture: Sendable {
    let folder: TemporaryFolder
    let clock = TestClock()
    let service = PushServiceDouble()
    private let policies: AddressPolicies
    private let opened: Mutex<MailStore?> = Mutex(nil)
    private let mailboxes = Mutex(0)

    /// A client program of a user: its credential, the address where it is pushed to, and its keys.
    struct Phone: Sendable {
        let principal: Principal
        let path: String
        let subscriber = PushSubscriber()
        var url: String { "https://push.example.net\(path)" }

        func read(_ request: OutboundRequest) throws -> JSONObject {
            let text = try #require(subscriber.decrypt(request.body))
            return try #require(try JSONParser.parse(Array(text.utf8)).object)
        }
    }

    init(policies: AddressPolicies = .init()) async throws {
        folder = try TemporaryFolder("push")
        self.policies = policies
        let store = try await open()
        for name in ["ada", "bob"] {
            try await store.createUser(name: name, password: Secret("correct horse battery"))
        }
    }

    var now: Timestamp { time() }

    /// Holds nothing of this fixture: a store that holds it does not keep the folder.
    private var time: @Sendable () -> Timestamp {
        { [clock] in Timestamp(seconds: 1_772_366_400).adding(clock.now.offset) }
    }
    var store: MailStore { get throws { try #require(opened.withLock { $0 }) } }

    @discardableResult
    func open() async throws -> MailStore {
        var options = MailStoreOptions(
            directory: folder.path("data"), key: .file(folder.path("key")),
            scrypt: ScryptCost(logRounds: 4, blockSize: 1), addressPolicies: policies, clock: time)
        options.limits.push.creationsPerHour = 1_000
        // Another test may be starting a program, which shares this process's files for a moment.
        var store = try await openUnlessHeld(options)
        while store == nil {
            await Task.yield()
            store = try await openUnlessHeld(options)
        }
        let opened = try #require(store)
        self.opened.withLock { $0 = opened }
        return opened
    }

    private func openUnlessHeld(_ options: MailStoreOptions) async throws -> MailStore? {
        let result: Result<MailStore, any Error>
        do {
            result = .success(try await MailStore.open(options, logger: Self.logger))
        } catch {
            result = .failure(error)
        }
        if case .failure(let error as MailStoreError) = result, error.code == .locked { return nil }
        return try result.get()
    }

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func close() async throws { await (try store).close() }

    /// Runs the service for as long as `body` takes, and then ends it as a cut does: what it has put off is lost.
    @discardableResult
    func pushing<Value: Sendable>(
        by fetcher: (any HTTPFetcher)? = nil, configured change: (inout PushOptions) -> Void = { _ in },
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        var options = PushOptions(clock: time, sleeper: clock, random: { 0 })
        options.settle = .zero
        options.interval = .zero
        change(&options)
        let store = try store
        let push = Push(
            store: store, jmap: JMAPServer(store: store, clock: time), fetcher: fetcher ?? service,
            options: options, logger: Self.logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await push.run() }
            let value = try await body()
            group.cancelAll()
            return value
        }
    }

    // MARK: Clients

    func phone(_ name: String, of user: String = "ada") async throws -> Phone {
        let store = try store
        let (_, secret) = try await store.createDevice(user: store.user(named: user).id, name: name)
        let principal = try #require(try await store.signIn(userName: user, deviceSecret: secret))
        return Phone(principal: principal, path: "/\(user)/\(name)")
    }

    func call(_ phone: Phone, _ method: String, _ arguments: String) async throws -> JSONObject {
        let jmap = JMAPServer(store: try store, clock: time)
        let request = #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["\#(method)",\#(arguments),"c"]]}"#
        let answer = try await jmap.respond(to: Array(request.utf8), principal: phone.principal)
        let response = try #require(try JSONParser.parse(answer).object?["methodResponses"]?.array?.first?.array)
        #expect(response[0] == .string(method))
        return try #require(response[1].object)
    }

    /// Creates a phone's subscription; its code is on the way, if the service runs.
    @discardableResult
    func subscribe(
        _ phone: Phone, url: String? = nil, types: String = "null", more: String = ""
    ) async throws -> String {
        let answer = try await call(
            phone, "PushSubscription/set",
            """
            {"create":{"k":{"deviceClientId":"\(phone.path)","url":"\(url ?? phone.url)",\
            "keys":\(phone.subscriber.keys),"types":\(types)\(more)}}}
            """)
        return try #require(answer["created"]?.object?["k"]?.object?["id"]?.string, "\(answer)")
    }

    func verify(_ phone: Phone, _ id: String, with code: String) async throws -> JSONObject {
        try await call(
            phone, "PushSubscription/set", #"{"update":{"\#(id)":{"verificationCode":"\#(code)"}}}"#)
    }

    /// Subscribes and shows the code that came.
    @discardableResult
    func subscribeVerified(_ phone: Phone, types: String = "null", more: String = "") async throws -> String {
        let id = try await subscribe(phone, types: types, more: more)
        let message = try phone.read(try await service.next(to: phone.path))
        #expect(message["@type"] == "PushVerification" && message["pushSubscriptionId"] == .string(id))
        let code = try #require(message["verificationCode"]?.string)
        let answer = try await verify(phone, id, with: code)
        #expect(answer["updated"]?.object?[id] == .null, "\(answer)")
        return id
    }

    // MARK: Changes

    /// Changes the states of Mailbox in a user's account.
    func change(_ user: String = "ada") async throws {
        let number = mailboxes.withLock { number in
            number += 1
            return number
        }
        let store = try store
        let account = try await store.account(store.user(named: user).account)
        _ = try await account.write { try $0.createMailbox(NewMailbox(name: "Mailbox \(number)")) }
    }

    /// Waits until everything that was committed has been looked at: somebody else's change comes out at the other end.
    func settle(by canary: Phone) async throws {
        try await change("bob")
        _ = try await service.next(to: canary.path)
    }

    /// What a phone was told last, as far as that was noted.
    func told(_ phone: Phone) async throws -> String? {
        try await targets().first { $0.principal == phone.principal }?.told
    }

    func targets() async throws -> [PushTarget] { try await (try store).pushTargets() }
}

extension JSONObject {
    /// The types that a StateChange names, of the one account it names.
    func changedTypes(of principal: Principal) -> Set<String> {
        guard self["@type"] == "StateChange", let changed = self["changed"]?.object, changed.members.count == 1 else {
            return []
        }
        return Set(changed[principal.account.description]?.object?.members.map(\.key) ?? [])
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self = .string(text) }
}
