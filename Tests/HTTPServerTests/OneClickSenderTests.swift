import JMAP
import MailModel
import OutboundHTTP
import Synchronization
import TestSupport
import Testing
import Transport

@testable import HTTPServer

/// RFC 8058 §3.2: the request by which a list is left.
@Suite struct OneClickSenderTests {
    private static let account = AccountID(rawValue: 1)
    private static let now = Timestamp(seconds: 1_772_366_400)

    /// A sender that trusts the tests' authority and may connect to the ports of this machine.
    private static func sender(_ certificates: TestCertificates, port: Int) throws -> OneClickSender {
        let network = try #require(IPNetwork("127.0.0.0/8"))
        return OneClickSender(
            fetcher: OutboundHTTP(connector: Connector(trust: .file(certificates.authority))),
            policy: .restricted(networks: [network], ports: [port...port]), time: .seconds(600), clock: { now })
    }

    @Test func aListIsToldWithoutAWordOfWhoLeaves() async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedHTTPServer(certificate: try certificates.valid()) { _ in
            .init(200, headers: [("Set-Cookie", "a=b")], "Goodbye")
        }
        let sender = try Self.sender(certificates, port: server.port)
        for _ in 0..<2 {
            let outcome = await sender.unsubscribe(
                at: "https://localhost:\(server.port)/u/opaque?x=1#y", for: Self.account)
            #expect(outcome == .unsubscribed)
        }
        #expect(server.requests.count == 2)
        for request in server.requests {
            #expect(request.method == "POST" && request.target == "/u/opaque?x=1")
            #expect(request.body == "List-Unsubscribe=One-Click")
            #expect(
                Set(request.headers.keys) == [
                    "host", "user-agent", "accept-encoding", "connection", "content-type", "content-length",
                ])
            #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func noRedirectIsFollowed(status: Int) async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedHTTPServer(certificate: try certificates.valid()) { _ in
            .init(status, headers: [("Location", "/there")], "")
        }
        let sender = try Self.sender(certificates, port: server.port)
        let outcome = await sender.unsubscribe(at: "https://localhost:\(server.port)/", for: Self.account)
        guard case .failed(_, let told) = outcome, told == status else {
            Issue.record("\(outcome)")
            return
        }
        #expect(server.requests.count == 1)
    }

    @Test func aRefusalIsGivenWithItsStatus() async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedHTTPServer(certificate: try certificates.valid()) { _ in .init(404, "who?") }
        let sender = try Self.sender(certificates, port: server.port)
        let outcome = await sender.unsubscribe(at: "https://localhost:\(server.port)/", for: Self.account)
        #expect(outcome == .failed("localhost refused, with status 404.", status: 404))
    }

    @Test func aServerThatCannotProveWhoItIsHearsNothing() async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedHTTPServer(certificate: try certificates.valid()) { _ in .init("fine") }
        let network = try #require(IPNetwork("127.0.0.0/8"))
        let sender = OneClickSender(
            fetcher: OutboundHTTP(), policy: .restricted(networks: [network], ports: [server.port...server.port]),
            time: .seconds(600), clock: { Self.now })
        let outcome = await sender.unsubscribe(at: "https://localhost:\(server.port)/", for: Self.account)
        guard case .failed(_, let told) = outcome, told == nil else {
            Issue.record("\(outcome)")
            return
        }
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/u", "https://192.168.1.1/",
        "https://169.254.169.254/",
        "https://example.org:8443/", "https://localhost/", "http://example.org/", "https://a:b@example.org/",
        "https:///",
    ])
    func thePublicWebOnlyIsSentTo(address: String) async throws {
        let resolver = ScriptedResolver(["localhost": [["127.0.0.1"]], "example.org": [["192.0.2.1"]]])
        let sender = OneClickSender(
            fetcher: OutboundHTTP(connector: Connector(resolver: resolver)), clock: { Self.now })
        #expect(await sender.unsubscribe(at: address, for: Self.account) == .addressNotAllowed)
    }

    @Test(arguments: [
        ("https://News.Example.org:443/u", "news.example.org"), ("https://a.example/#x", "a.example"),
        ("http://a.example/", nil), ("https://a b/", nil), ("https://u:p@a.example/", nil), ("mailto:a@b", nil),
    ])
    func theHostIsTheAddresss(address: String, host: String?) {
        let sender = OneClickSender(fetcher: OutboundHTTP(), clock: { Self.now })
        #expect(sender.host(of: address) == host)
    }

    /// Counts what it is asked, and answers without a network.
    private final class Counter: HTTPFetcher {
        private let count = Mutex(0)
        var requests: Int { count.withLock { $0 } }

        func send(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
            count.withLock { $0 += 1 }
            return OutboundResponse(status: 204, body: [])
        }
    }

    @Test func anAccountLeavesSoManyListsInAnHour() async throws {
        let counter = Counter()
        let time = Mutex(Self.now)
        let sender = OneClickSender(fetcher: counter, clock: { time.withLock { $0 } })
        func unsubscribe(_ account: AccountID = Self.account) async -> OneClickOutcome {
            await sender.unsubscribe(at: "https://example.org/", for: account)
        }
        for _ in 0..<OneClickSender.mostInAnHour { #expect(await unsubscribe() == .unsubscribed) }
        #expect(await unsubscribe() == .tooMany)
        #expect(counter.requests == OneClickSender.mostInAnHour)
        #expect(await unsubscribe(AccountID(rawValue: 2)) == .unsubscribed)
        time.withLock { $0 = $0.adding(seconds: 3600) }
        #expect(await unsubscribe() == .unsubscribed)
    }
}
