import MailModel
import OutboundHTTP
import TestSupport
import Testing
import Transport

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

    @Test func codesFormsBothWays() {
        let parameters = [(name: "a b", value: "ü&=+%"), (name: "c", value: "")]
        let text = FormCoding.encode(parameters)
        #expect(text == "a%20b=%C3%BC%26%3D%2B%25&c=")
        #expect(FormCoding.decode(text).map(\.value) == parameters.map(\.value))
        #expect(FormCoding.decode("a+b=%zz&x=1&=").map(\.name) == ["x", ""])
    }
}
