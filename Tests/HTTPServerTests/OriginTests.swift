import HTTPTypes
import Testing

@testable import HTTPServer

@Suite struct OriginTests {
    private func origin(
        peer: String, fields: HTTPFields = [:], trusted: [String] = [], publicURL: String? = nil,
        authority: String? = "mail.example:8080", scheme: String = "http"
    ) throws -> Origin {
        Origin(
            peer: NetworkAddress(peer), authority: authority, fields: fields,
            facts: Origin.Facts(
                publicURL: try publicURL.map { try #require(BaseURL($0)) },
                proxies: try #require(TrustedProxies(trusted)),
                scheme: scheme))
    }

    private let forwarded: HTTPFields = [
        .forwardedFor: "198.51.100.9, 203.0.113.7", .forwardedProto: "https", .forwardedHost: "mail.example.org",
    ]

    @Test func aStrangersWordOnItsOriginIsNotTaken() throws {
        let origin = try origin(peer: "192.0.2.1", fields: forwarded)
        #expect(origin.client == NetworkAddress("192.0.2.1"))
        #expect(origin.base?.description == "http://mail.example:8080")
        #expect(origin.isForwarded)
    }

    @Test func aTrustedProxyNamesClientAndAddress() throws {
        let origin = try origin(peer: "10.0.0.1", fields: forwarded, trusted: ["10.0.0.0/8"])
        #expect(origin.client == NetworkAddress("203.0.113.7"))
        #expect(origin.base?.description == "https://mail.example.org")
    }

    @Test func aChainOfTrustedProxiesIsFollowedToTheFirstStranger() throws {
        let fields: HTTPFields = [.forwardedFor: "198.51.100.9, 203.0.113.7, 10.1.1.1"]
        let origin = try origin(peer: "10.0.0.1", fields: fields, trusted: ["10.0.0.0/8"])
        #expect(origin.client == NetworkAddress("203.0.113.7"))
    }

    @Test func garbageInTheChainEndsIt() throws {
        let fields: HTTPFields = [.forwardedFor: "203.0.113.7, unknown"]
        #expect(
            try origin(peer: "10.0.0.1", fields: fields, trusted: ["10.0.0.1"]).client == NetworkAddress("10.0.0.1"))
    }

    @Test func thePublicURLWinsOverEverything() throws {
        let origin = try origin(
            peer: "10.0.0.1", fields: forwarded, trusted: ["10.0.0.1"], publicURL: "https://example.net/mail/")
        #expect(origin.base?.description == "https://example.net/mail")
    }

    @Test func aHostThatCouldNotStandInAURLGivesNone() throws {
        #expect(try origin(peer: "192.0.2.1", authority: "evil\"host").base == nil)
        #expect(try origin(peer: "192.0.2.1", authority: nil).base == nil)
    }

    @Test func networksContainTheirAddressesAndNoOthers() throws {
        let proxies = try #require(TrustedProxies(["192.0.2.128/25", "2001:db8::/33", "::1"]))
        let inside = ["192.0.2.128", "192.0.2.255", "::ffff:192.0.2.200", "2001:db8:7fff::1", "::1"]
        let outside = ["192.0.2.127", "2001:db8:8000::1", "::2", "127.0.0.1"]
        for text in inside { #expect(proxies.contains(try #require(NetworkAddress(text))), "\(text)") }
        for text in outside { #expect(!proxies.contains(try #require(NetworkAddress(text))), "\(text)") }
        #expect(TrustedProxies(["192.0.2.0/33"]) == nil)
        #expect(TrustedProxies(["example.org"]) == nil)
        #expect(TrustedProxies(["192.0.2.0/-1"]) == nil)
    }

    @Test func proxiesMayAddPortsAndBrackets() throws {
        let fields: HTTPFields = [.forwardedFor: "[2001:db8::7]:4711 "]
        #expect(
            try origin(peer: "10.0.0.1", fields: fields, trusted: ["10.0.0.1"]).client == NetworkAddress("2001:db8::7"))
        let four: HTTPFields = [.forwardedFor: "203.0.113.7:4711"]
        #expect(
            try origin(peer: "10.0.0.1", fields: four, trusted: ["10.0.0.1"]).client == NetworkAddress("203.0.113.7"))
    }
}
