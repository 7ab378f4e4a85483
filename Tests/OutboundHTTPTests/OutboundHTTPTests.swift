import MailModel
import TestSupport
import Testing
import Transport

@testable import OutboundHTTP

@Suite struct OutboundHTTPTests {
    private func get(
        _ url: String, policy: AddressPolicy = .unrestricted, change: (inout OutboundRequest) -> Void = { _ in }
    ) throws -> OutboundRequest {
        var request = OutboundRequest(.get, try #require(OutboundURL(url)), policy: policy, timeout: .seconds(20))
        change(&request)
        return request
    }

    @Test func sendsAFormAndReadsTheAnswer() async throws {
        let server = try await ScriptedHTTPServer { _ in .init(201, headers: [("X-Kind", "seen")], "made") }
        var request = OutboundRequest(
            .post, try #require(OutboundURL("http://127.0.0.1:\(server.port)/token?x=1")), policy: .unrestricted)
        request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
        request.body = Array("a=b".utf8)
        let response = try await OutboundHTTP().send(request)
        #expect(response.status == 201)
        #expect(response.header("x-kind") == "seen")
        #expect(response.body == Array("made".utf8))
        let seen = try #require(server.requests.first)
        #expect((seen.method, seen.target, seen.body) == ("POST", "/token?x=1", "a=b"))
        #expect(seen.headers["content-type"] == "application/x-www-form-urlencoded")
    }

    @Test func connectsToTheCheckedAddressAndChecksTheNameInTheCertificate() async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedHTTPServer(certificate: try certificates.valid()) { _ in .init("fine") }
        let resolver = ScriptedResolver([
            "localhost": [["127.0.0.1"], ["192.0.2.1"]], "other.example.org": [["127.0.0.1"]],
        ])
        let http = OutboundHTTP(
            connector: Connector(trust: .file(certificates.authority), resolver: resolver))
        let response = try await http.send(try get("https://localhost:\(server.port)/"))
        #expect(response.body == Array("fine".utf8))
        #expect(server.requests.first?.headers["host"] == "localhost:\(server.port)")
        #expect(resolver.questions == ["localhost"])
        let error = await #expect(throws: OutboundHTTPError.self) {
            try await http.send(try get("https://other.example.org:\(server.port)/"))
        }
        #expect(error?.code == .certificate)
        #expect(server.requests.count == 1)
    }

    @Test func refusesAddressesAndPortsThatThePolicyDoes() async throws {
        let server = try await ScriptedHTTPServer { _ in .init("secret") }
        let resolver = ScriptedResolver(["inside.example.org": [["127.0.0.1"]]])
        let policy = AddressPolicy.restricted(ports: [server.port...server.port])
        for url in ["http://inside.example.org:\(server.port)/", "http://127.0.0.1:\(server.port)/"] {
            let error = await #expect(throws: OutboundHTTPError.self) {
                try await OutboundHTTP(connector: Connector(resolver: resolver)).send(try get(url, policy: policy))
            }
            #expect(error?.code == .addressNotAllowed)
        }
        let error = await #expect(throws: OutboundHTTPError.self) {
            try await OutboundHTTP().send(try get("https://example.org:22/", policy: .restricted().forHTTPS))
        }
        #expect(error?.code == .addressNotAllowed)
        #expect(server.requests.isEmpty)
    }

    @Test func followsRedirectsOnlyToHTTPSAndChecksEach() async throws {
        let certificates = try TestCertificates()
        let server = try await ScriptedHTTPServer(certificate: try certificates.valid()) { request in
            switch request.target {
            case "/once": .init(302, headers: [("Location", "/there")], "")
            case "/inside": .init(301, headers: [("Location", "https://10.0.0.1/")], "")
            case "/plain": .init(302, headers: [("Location", "http://localhost/")], "")
            case "/loop": .init(302, headers: [("Location", "/loop")], "")
            default: .init("there")
            }
        }
        let http = OutboundHTTP(connector: Connector(trust: .file(certificates.authority)))
        let network = try #require(IPNetwork("127.0.0.0/8"))
        let policy = AddressPolicy.restricted(networks: [network], ports: [server.port...server.port]).forHTTPS
        func fetch(_ path: String) async throws -> OutboundResponse {
            try await http.send(
                try get("https://localhost:\(server.port)\(path)", policy: policy) { $0.redirects = 3 })
        }
        #expect(try await fetch("/once").body == Array("there".utf8))
        for (path, code) in [
            ("/inside", OutboundHTTPError.Code.addressNotAllowed), ("/plain", .redirect), ("/loop", .redirect),
        ] {
            let error = await #expect(throws: OutboundHTTPError.self) { try await fetch(path) }
            #expect(error?.code == code, "\(path)")
        }
        #expect(server.requests.filter { $0.target == "/loop" }.count == 4)
    }

    @Test func anAnswerAtTheLimitPassesAndOneOctetMoreDoesNot() async throws {
        let server = try await ScriptedHTTPServer { request in
            .init(String(repeating: "x", count: request.target == "/at" ? 1000 : 1001))
        }
        func fetch(_ path: String) async throws -> OutboundResponse {
            try await OutboundHTTP().send(
                try get("http://127.0.0.1:\(server.port)\(path)") { $0.largestAnswer = 1000 })
        }
        #expect(try await fetch("/at").body.count == 1000)
        let error = await #expect(throws: OutboundHTTPError.self) { try await fetch("/over") }
        #expect(error?.code == .tooLarge)
    }

    @Test func aSilentServerEndsInTime() async throws {
        let server = try await ScriptedHTTPServer { _ in
            await untilCancelled()
            return .init("late")
        }
        let error = await #expect(throws: OutboundHTTPError.self) {
            try await OutboundHTTP().send(
                try get("http://127.0.0.1:\(server.port)/") { $0.timeout = .milliseconds(100) })
        }
        #expect(error?.code == .timeout)
    }

    @Test func nobodyThereIsUnreachable() async throws {
        let port = try FreePort.any()
        let error = await #expect(throws: OutboundHTTPError.self) {
            try await OutboundHTTP().send(try get("http://127.0.0.1:\(port)/"))
        }
        #expect(error?.code == .unreachable)
    }

    @Test(arguments: [
        "", "ftp://example.org/", "https://user@example.org/", "https://u:p@example.org/", "https:///x", "/x",
        "https://example.org/#fragment", "https://example.org:0/", "https://example.org:65536/", "javascript:alert(1)",
    ])
    func refusesWhatIsNoPlainURL(_ text: String) { #expect(OutboundURL(text) == nil) }

    @Test(arguments: [
        ("https://bücher.example/ä?ö", "xn--bcher-kva.example"), ("https://BÜCHER.example/", "xn--bcher-kva.example"),
        ("https://例え.テスト/", "xn--r8jz45g.xn--zckzah"), ("https://faß.example/", "xn--fa-hia.example"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"), ("https://exa\u{AD}mple.org/", "example.org"),
        ("https://１２７.０.０.１/", "127.0.0.1"), ("https://①②⑦.0。0．1/", "127.0.0.1"), ("https://ⓛocalhost/", "localhost"),
    ])
    func hostsAreWrittenAsBrowsersWriteThem(text: String, host: String) throws {
        let url = try #require(OutboundURL(text))
        #expect(url.host == host && url.origin == "https://" + host)
        #expect(url.target.utf8.allSatisfy { $0 < 0x80 })
        #expect(url.isLoopback == ["127.0.0.1", "localhost"].contains(host))
    }

    @Test(arguments: [
        "https://ex／ample.org/", "https://evil＃.org/", "https://a＠b.org/", "https://b%C3%BCcher.example/",
        "https://%31%32%37.0.0.1/", "https://xn--a.example/", "https://[fe80::1%25eth0]/", "https://\u{200D}a.example/",
    ])
    func aHostThatIsNoNameIsRefused(text: String) { #expect(OutboundURL(text) == nil) }

    @Test func whatMapsToAnAddressOfThisNetworkIsRefusedAsOne() async throws {
        for url in ["http://１２７.０.０.１/", "http://①⓪.⓪.⓪.①/", "http://１６９．２５４．１６９．２５４/"] {
            let error = await #expect(throws: OutboundHTTPError.self) {
                try await OutboundHTTP().send(try get(url, policy: .publicWeb))
            }
            #expect(error?.code == .addressNotAllowed, "\(url)")
        }
    }

    @Test func codesFormsBothWays() {
        let parameters = [(name: "a b", value: "ü&=+%"), (name: "c", value: "")]
        let text = FormCoding.encode(parameters)
        #expect(text == "a%20b=%C3%BC%26%3D%2B%25&c=")
        #expect(FormCoding.decode(text).map(\.value) == parameters.map(\.value))
        #expect(FormCoding.decode("a+b=%zz&x=1&=").map(\.name) == ["x", ""])
    }
}
