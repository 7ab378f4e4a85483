import Crypto
import Foundation
import JMAP
import JSON
import MailModel
import MailStore
import OutboundHTTP
import TestSupport
import Testing
import Transport

@testable import Push

/// The whole way: over TLS to a push service on this machine, whose certificate and address are looked at.
@Suite struct WholeWayTests {
    private static func policies(_ port: Int) throws -> AddressPolicies {
        AddressPolicies(member: .restricted(networks: [try #require(IPNetwork("127.0.0.0/8"))], ports: [port...port]))
    }

    @Test func aPushIsSignedEncryptedAndRead() async throws {
        let certificates = try TestCertificates()
        let (arrivals, arrive) = AsyncStream.makeStream(of: ScriptedHTTPServer.Request.self)
        let server = try await ScriptedHTTPServer(certificate: try certificates.valid()) { request in
            arrive.yield(request)
            return .init(201, headers: [("Location", String(repeating: "x", count: 30_000))], "")
        }
        let fixture = try await PushFixture(policies: try Self.policies(server.port))
        let phone = try await fixture.phone("phone")
        let fetcher = OutboundHTTP(connector: Connector(trust: .file(certificates.authority)))
        try await fixture.pushing(
            by: fetcher,
            configured: {
                $0.contact = "mailto:post@example.org"
            }
        ) {
            var iterator = arrivals.makeAsyncIterator()
            let url = "https://localhost:\(server.port)/push?device=1"
            let id = try await fixture.subscribe(phone, url: url)
            let first = try #require(await iterator.next())
            #expect(first.method == "POST" && first.target == "/push?device=1")
            let text = try #require(phone.subscriber.decrypt(first.octets))
            let code = try #require(try JSONParser.parse(Array(text.utf8)).object?["verificationCode"]?.string)
            _ = try await fixture.verify(phone, id, with: code)
            try await fixture.change()
            let second = try #require(await iterator.next())
            let change = try #require(phone.subscriber.decrypt(second.octets))
            #expect(change.contains(#""@type":"StateChange""#) && change.contains(#""Mailbox":"#))
            try Self.expectIdentity(second, "https://localhost:\(server.port)", try fixture.store)
        }
        try await fixture.close()
    }

    /// As a push service checks it (RFC 8292 §4.2): with the key that the session shows to clients.
    private static func expectIdentity(
        _ request: ScriptedHTTPServer.Request, _ origin: String, _ store: MailStore
    ) throws {
        let value = try #require(request.headers["authorization"])
        let fields = value.split(separator: " ")
        let token = try #require(fields.dropFirst().first?.dropFirst(2).dropLast().split(separator: "."))
        try #require(token.count == 3)
        let key = try P256.Signing.PublicKey(x963Representation: store.applicationServerPublicKey)
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: try #require(Base64URL.decode(token[2])))
        #expect(key.isValidSignature(signature, for: Data("\(token[0]).\(token[1])".utf8)))
        #expect(fields.last == "k=\(Base64URL.encode(store.applicationServerPublicKey))")
        let octets = try #require(Base64URL.decode(token[1]))
        let claims = try #require(try JSONParser.parse(octets).object)
        #expect(claims["aud"] == .string(origin) && claims["sub"] == "mailto:post@example.org")
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let certificates = try TestCertificates()
        let inside = try await ScriptedHTTPServer(certificate: try certificates.valid()) { _ in .init(201, "") }
        let (arrivals, arrive) = AsyncStream.makeStream(of: Void.self)
        let server = try await ScriptedHTTPServer(certificate: try certificates.valid()) { _ in
            arrive.yield()
            return .init(307, headers: [("Location", "https://localhost:\(inside.port)/")], "")
        }
        let fixture = try await PushFixture(policies: try Self.policies(server.port))
        let phone = try await fixture.phone("phone")
        let fetcher = OutboundHTTP(connector: Connector(trust: .file(certificates.authority)))
        try await fixture.pushing(by: fetcher) {
            var iterator = arrivals.makeAsyncIterator()
            try await fixture.subscribe(phone, url: "https://localhost:\(server.port)/")
            _ = await iterator.next()
            // The pause before the next try: this one is over.
            await fixture.clock.waitForSleepers(2)
        }
        #expect(inside.requests.isEmpty && server.requests.count == 1)
        try await fixture.close()
    }

    @Test func aNameThatLeadsInsideIsNotConnectedTo() async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedHTTPServer(certificate: try certificates.valid()) { _ in .init(201, "") }
        // Its port is allowed, its address is not.
        let policies = AddressPolicies(member: .restricted(ports: [server.port...server.port]))
        let fixture = try await PushFixture(policies: policies)
        let (phone, canary) = (try await fixture.phone("phone"), try await fixture.phone("canary", of: "bob"))
        let fetcher = OutboundHTTP(
            connector: Connector(
                trust: .file(certificates.authority), resolver: ScriptedResolver(["localhost": [["127.0.0.1"]]])))
        let service = fixture.service
        try await fixture.pushing(by: Either(real: fetcher, double: service)) {
            try await fixture.subscribe(phone, url: "https://localhost:\(server.port)/")
            try await fixture.subscribeVerified(canary)
            while try await fixture.targets().count > 1 { await Task.yield() }
        }
        #expect(server.requests.isEmpty)
        #expect(try await fixture.targets().map(\.principal) == [canary.principal])
        try await fixture.close()
    }

    private struct Either: HTTPFetcher {
        let real: OutboundHTTP
        let double: PushServiceDouble

        func send(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
            request.url.host == "localhost" ? try await real.send(request) : try await double.send(request)
        }
    }
}
