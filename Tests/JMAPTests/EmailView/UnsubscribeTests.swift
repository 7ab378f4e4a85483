import JMAP
import JSON
import MailModel
import Synchronization
import Testing

/// docs/jmap-view.md: EmailView/unsubscribe and what says whether it is possible.
@Suite struct UnsubscribeTests {
    /// Answers as its address says, and remembers what it was asked.
    private final class Unsubscriber: OneClickUnsubscriber {
        private let log = Mutex<[String]>([])
        var addresses: [String] { log.withLock { $0.sorted() } }

        func host(of address: String) -> String? {
            address.contains("none") ? nil : address.dropFirst(8).prefix { $0 != "/" }.lowercased()
        }

        func unsubscribe(at address: String, for account: AccountID) async -> OneClickOutcome {
            log.withLock { $0.append(address) }
            if address.hasSuffix("/inside") { return .addressNotAllowed }
            if address.hasSuffix("/often") { return .tooMany }
            if address.hasSuffix("/gone") { return .failed("gone", status: 410) }
            if address.hasSuffix("/silent") { return .failed("silent", status: nil) }
            return .unsubscribed
        }
    }

    private static func message(_ address: String = "https://news.example.org/ok", isSigned: Bool = true) -> String {
        "From: a@example.org\nSubject: s\nList-Unsubscribe: <\(address)>\n"
            + "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
            + (isSigned ? "DKIM-Signature: v=1; h=from:list-unsubscribe:list-unsubscribe-post\n" : "") + "\nHello\n"
    }

    private func with(_ body: (Client, Unsubscriber, World) async throws -> Void) async throws {
        try await World.with { world async throws in
            let unsubscriber = Unsubscriber()
            let server = JMAPServer(store: world.store, unsubscriber: unsubscriber, clock: { World.now })
            try await body(
                Client(store: world.store, server: server, principal: world.alice.principal), unsubscriber, world)
        }
    }

    private func unsubscribe(_ client: Client, _ id: String) async throws -> JSONValue {
        try await client.call("EmailView/unsubscribe", #"{"ids":["\#(id)"]}"#)
    }

    @Test func theHostIsToldToWhomItIsPossible() async throws {
        try await with { alice, unsubscriber, _ async throws in
            for (message, host) in [
                (Self.message(), "news.example.org"), (Self.message(isSigned: false), .null),
                (Self.message("https://none.example/"), .null), (Sample.plain(1), .null),
            ] as [(String, JSONValue)] {
                let id = try await alice.deliver(message)
                let all = try await alice.call("EmailView/get", #"{"ids":["\#(id)"]}"#)["list"][0]
                #expect(all["oneClickHost"] == host && all["html"] == .null)
                let some = try await alice.call(
                    "EmailView/get", #"{"ids":["\#(id)"],"properties":["oneClickHost"]}"#)["list"][0]
                #expect(some.keys == ["id", "oneClickHost"] && some["oneClickHost"] == host)
            }
            #expect(unsubscriber.addresses.isEmpty)
        }
    }

    @Test func theListIsToldAndTheEmailIsMarked() async throws {
        try await with { alice, unsubscriber, _ async throws in
            let id = try await alice.deliver(Self.message(), keywords: [.seen])
            let state = try await alice.call("Email/get", #"{"ids":[]}"#)["state"].string ?? ""
            let answer = try await unsubscribe(alice, id)
            #expect(answer["unsubscribed"] == (try json(#"{"\#(id)":{"host":"news.example.org"}}"#)))
            #expect(answer["notUnsubscribed"] == .null && answer["accountId"] == .string(alice.accountID))
            #expect(unsubscriber.addresses == ["https://news.example.org/ok"])
            let email = try await alice.call("Email/get", #"{"ids":["\#(id)"],"properties":["keywords"]}"#)["list"][0]
            #expect(email["keywords"] == (try json(#"{"$seen":true,"$unsubscribed":true}"#)))
            let changes = try await alice.call("Email/changes", #"{"sinceState":"\#(state)"}"#)
            #expect(changes["updated"].strings == [id])
        }
    }

    @Test(arguments: [
        ("https://news.example.org/inside", "addressNotAllowed"), ("https://news.example.org/often", "rateLimit"),
        ("https://none.example/", "oneClickNotOffered"),
    ])
    func whatDidNotWorkIsSaid(address: String, type: String) async throws {
        try await with { alice, _, _ async throws in
            let id = try await alice.deliver(Self.message(address))
            let answer = try await unsubscribe(alice, id)
            #expect(answer["notUnsubscribed"][id]["type"] == .string(type) && answer["unsubscribed"] == .null)
            #expect(answer["notUnsubscribed"][id].keys == ["type", "description"])
            let email = try await alice.call("Email/get", #"{"ids":["\#(id)"],"properties":["keywords"]}"#)["list"][0]
            #expect(email["keywords"].keys.isEmpty)
        }
    }

    @Test func aServersRefusalIsGivenWithItsStatus() async throws {
        try await with { alice, _, _ async throws in
            let gone = try await alice.deliver(Self.message("https://news.example.org/gone"))
            let silent = try await alice.deliver(Self.message("https://news.example.org/silent"))
            let errors = try await alice.call(
                "EmailView/unsubscribe", #"{"ids":["\#(gone)","\#(silent)"]}"#)["notUnsubscribed"]
            #expect(errors[gone] == (try json(#"{"type":"unsubscribeFailed","description":"gone","status":410}"#)))
            #expect(errors[silent] == (try json(#"{"type":"unsubscribeFailed","description":"silent","status":null}"#)))
        }
    }

    @Test func emailsOfOneAddressAreOneRequest() async throws {
        try await with { alice, unsubscriber, _ async throws in
            let (one, other) = (try await alice.deliver(Self.message()), try await alice.deliver(Self.message()))
            let answer = try await alice.call("EmailView/unsubscribe", #"{"ids":["\#(one)","\#(other)","\#(one)"]}"#)
            #expect(Set(answer["unsubscribed"].keys) == [one, other])
            #expect(unsubscriber.addresses == ["https://news.example.org/ok"])
        }
    }

    @Test func othersEmailsAreNotFound() async throws {
        try await with { alice, unsubscriber, world async throws in
            let id = try await world.bob.deliver(Self.message())
            for id in [id, "e999", "x"] {
                #expect(try await unsubscribe(alice, id)["notUnsubscribed"][id]["type"] == "notFound")
            }
            #expect(unsubscriber.addresses.isEmpty)
        }
    }

    @Test func aCallTakesTenEmails() async throws {
        try await with { alice, _, _ async throws in
            let ids = (1...11).map { "\"e\(900 + $0)\"" }
            let ten = #"{"ids":[\#(ids.prefix(10).joined(separator: ","))]}"#
            #expect(try await alice.error("EmailView/unsubscribe", ten) == nil)
            let eleven = #"{"ids":[\#(ids.joined(separator: ","))]}"#
            #expect(try await alice.error("EmailView/unsubscribe", eleven) == "requestTooLarge")
            for wrong in ["{}", #"{"ids":null}"#, #"{"ids":"e1"}"#, #"{"ids":[],"x":1}"#] {
                #expect(try await alice.error("EmailView/unsubscribe", wrong) == "invalidArguments", "\(wrong)")
            }
        }
    }

    @Test func whereNobodySendsNothingIsOffered() async throws {
        try await World.with { world async throws in
            let id = try await world.alice.deliver(Self.message())
            let view = try await world.alice.call("EmailView/get", #"{"ids":["\#(id)"]}"#)["list"][0]
            #expect(view["oneClickHost"] == .null)
            #expect(try await unsubscribe(world.alice, id)["notUnsubscribed"][id]["type"] == "oneClickNotOffered")
        }
    }
}
