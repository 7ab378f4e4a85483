import JMAP
import JSON
import Logging
import MailModel
import Synchronization
import TestSupport
import Testing

@testable import MailStore

/// Trap 16, and how long states are kept: RFC 8620 §5.2 speaks of 30 days.
@Suite struct PruningTrapTests {
    private static let start = Timestamp(seconds: 1_772_366_400)

    /// A store whose clock the test moves.
    private static func with(_ body: (Client, Account, Clock) async throws -> Void) async throws {
        let folder = try TemporaryFolder("prune")
        let clock = Clock()
        var options = MailStoreOptions(
            directory: folder.path("data"), key: .given(Secret(String(repeating: "7e", count: 32))),
            clock: { clock.now })
        options.scrypt = ScryptCost(logRounds: 2)
        let store = try await MailStore.open(options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let server = JMAPServer(store: store, clock: { clock.now })
        let user = try await store.createUser(name: "alice", password: Secret("a long password"))
        let client = Client(store: store, server: server, principal: store.principal(forCommandLine: user))
        try await body(client, try await store.account(user.account), clock)
        #expect(try await store.check().findings.map { "\($0)" } == [])
        await store.close()
    }

    private final class Clock: Sendable {
        private let time = Mutex(PruningTrapTests.start)
        var now: Timestamp { time.withLock { $0 } }
        func advance(days: Int64) { time.withLock { $0 = $0.adding(seconds: days * 86_400) } }
    }

    @Test func trap16StatesAreFollowedForThirtyDaysAndNotGuessedAtLater() async throws {
        try await Self.with { client, account, clock in
            let types = ["Email", "Mailbox", "Thread"]
            var old: [String: String] = [:]
            for type in types {
                old[type] = try await client.call("\(type)/get", #"{"ids":[]}"#)["state"].string ?? ""
            }
            let emails = try await client.deliverMany(3)
            var recent: [String: String] = [:]
            for type in types {
                recent[type] = try await client.call("\(type)/get", #"{"ids":[]}"#)["state"].string ?? ""
            }
            clock.advance(days: 29)
            try await account.core.prune()
            let kept = try await client.call("Email/changes", #"{"sinceState":"\#(old["Email"] ?? "")"}"#)
            #expect(kept["created"].strings == emails)
            clock.advance(days: 3)
            try await account.core.prune()
            for type in types {
                let arguments = #"{"sinceState":"\#(old[type] ?? "")"}"#
                #expect(try await client.error("\(type)/changes", arguments) == "cannotCalculateChanges", "\(type)")
                let newest = try await client.call("\(type)/changes", #"{"sinceState":"\#(recent[type] ?? "")"}"#)
                #expect(newest["created"].array?.isEmpty == true, "\(type)")
            }
            for type in ["Email", "Mailbox"] {
                let arguments = #"{"sinceQueryState":"\#(old[type] ?? "")"}"#
                #expect(
                    try await client.error("\(type)/queryChanges", arguments) == "cannotCalculateChanges", "\(type)")
            }
            let collapsed = #"{"sinceQueryState":"\#(recent["Email"] ?? "")","collapseThreads":true}"#
            #expect(try await client.error("Email/queryChanges", collapsed) == nil)
        }
    }
}
