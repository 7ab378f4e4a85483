import HTTPServer
import JSON
import MailModel
import MailStore
import Synchronization
import Testing

@testable import Daemon

struct SetupLinkTests {
    private let folder: ServerFolder

    init() throws { folder = try ServerFolder() }

    /// Collects what a daemon says, for whoever waits for it.
    private final class Words: Sendable {
        private let words = AsyncStream.makeStream(of: String.self)
        func say(_ text: String) { words.continuation.yield(text) }
        func end() { words.continuation.finish() }
        func first() async -> String? { await words.stream.first { _ in true } }
    }

    private func token(_ link: String, _ base: String) throws -> Secret {
        let start = base + "/#/setup/"
        try #require(link.hasPrefix(start), "\(link)")
        return Secret(link.dropFirst(start.count).prefix { $0 != " " && $0 != ")" })
    }

    private func setUp(_ store: MailStore, _ token: Secret) async throws -> Bool {
        let result = try await store.setUp(
            token: token, userName: "ada", password: Secret("correct horse"), from: "127.0.0.1", userAgent: "")
        if case .signedIn = result { return true }
        return false
    }

    @Test func aDaemonWithoutUsersSaysWhereToSetUp() async throws {
        let words = Words()
        try await folder.serving(say: words.say) { store, addresses in
            let said = try #require(await words.first())
            #expect(said.hasPrefix("No user yet: set up at ") && said.hasSuffix(" (valid for an hour)"))
            let base = "http://\(try #require(addresses.http.first))"
            #expect(try await setUp(store, token(String(said.dropFirst(23)), base)))
        }
    }

    @Test func aCommandGetsAnotherLinkFromTheDaemonWhileThereIsNoUser() async throws {
        let words = Words()
        let runner = folder.runner
        try await folder.serving(say: words.say) { store, addresses in
            let base = "http://\(try #require(addresses.http.first))"
            let first = try token(String(try #require(await words.first()).dropFirst(23)), base)
            let (shown, performer) = try await runner.run("setup.link", .init())
            #expect(performer == .daemon && shown["expiresAt"] != nil)
            let second = try token(try #require(shown["url"]?.string), base)
            #expect(CommandRequest.setupLink.present(shown).contains("/#/setup/"))
            let isOldGood = try await setUp(store, first)
            let isNewGood = try await setUp(store, second)
            #expect(!isOldGood && isNewGood)
            let late = await error { try await runner.run("setup.link", .init()) }
            #expect(late.status == .data && late.message.contains("There are users already"))
        }
    }

    @Test func aDaemonWithUsersSaysNothing() async throws {
        let words = Words()
        let user = JSONValue.object(["name": "ada", "password": "correct horse"]).object ?? JSONObject()
        _ = try await folder.runner.run("user.add", user)
        try await folder.serving(say: words.say) { _, _ in }
        words.end()
        #expect(await words.first() == nil)
    }

    @Test func withoutADaemonThereIsNoLink() async throws {
        let none = await error { try await folder.runner.run("setup.link", .init()) }
        #expect(none.status == .unavailable && none.message.contains("restante serve"))
    }

    @Test func theLinkLeadsToWhereBrowsersReachTheServer() throws {
        func text(_ ports: [Int], _ change: (inout Settings) -> Void) -> String? {
            var settings = Settings(dataDirectory: "/nowhere")
            change(&settings)
            let page = PageAddress()
            page.settle(settings, ports: ports)
            return page.text
        }
        #expect(text([8080]) { _ in } == "http://127.0.0.1:8080")
        #expect(text([8080]) { $0.publicURL = "https://mail.example.org/x/" } == "https://mail.example.org/x")
        #expect(text([80]) { $0.http.listen = .init(host: "0.0.0.0", port: 80) } == "http://127.0.0.1:80")
        #expect(text([80, 443]) { $0.https.listen = .init(host: "mail.home", port: 0) } == "https://mail.home:443")
        #expect(text([8080, 443]) { $0.https.listen = .init(host: "::", port: 443) } == "http://127.0.0.1:8080")
        let alone = text([443]) {
            $0.http.listen = .off
            $0.https.listen = .init(host: "::", port: 443)
        }
        #expect(alone == "https://[::1]:443")
        #expect(text([]) { $0.http.listen = .off } == nil)
    }
}
