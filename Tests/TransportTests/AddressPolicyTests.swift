import MailModel
import NIOCore
import TestSupport
import Testing
import Transport

/// Names are resolved once, and what was checked is what is connected to.
@Suite struct CheckedConnectionTests {
    private func target(_ host: String, _ port: Int, _ policy: AddressPolicy) -> ConnectionTarget {
        ConnectionTarget(
            host: host, port: port, start: .plain, connectTimeout: .seconds(20), policy: policy)
    }

    @Test func aNameThatPointsAtLoopbackIsRefusedAndNothingConnects() async throws {
        let resolver = ScriptedResolver(["pop.example.org": [["127.0.0.1", "::1"]]])
        let connector = Connector(resolver: resolver)
        try await withServer(serve: echo) { listener in
            let policy = AddressPolicy.restricted(ports: [listener.port...listener.port])
            let error = await #expect(throws: TransportError.self) {
                try await connector.withConnection(to: target("pop.example.org", listener.port, policy)) { _ in }
            }
            #expect(error?.code == .addressNotAllowed)
            #expect(error?.message.contains("outgoing.allowedNetworks") == true)
        }
    }

    @Test func aNameThatChangesAfterTheCheckChangesNothing() async throws {
        // The first answer is allowed and is where the connection goes; a second question would get another.
        let resolver = ScriptedResolver(["pop.example.org": [["127.0.0.1"], ["192.0.2.1"]]])
        let connector = Connector(resolver: resolver)
        let network = try #require(IPNetwork("127.0.0.1"))
        try await withServer(serve: echo) { listener in
            let policy = AddressPolicy.restricted(networks: [network], ports: [listener.port...listener.port])
            try await connector.withConnection(to: target("pop.example.org", listener.port, policy)) { connection in
                #expect(connection.peerAddress == "127.0.0.1")
            }
        }
        #expect(resolver.questions == ["pop.example.org"])
    }

    @Test func ofSeveralAddressesOnlyTheAllowedOnesAreTried() async throws {
        let resolver = ScriptedResolver(["pop.example.org": [["10.11.12.13", "127.0.0.1", "fe80::1"]]])
        let connector = Connector(resolver: resolver)
        let network = try #require(IPNetwork("127.0.0.0/8"))
        try await withServer(serve: echo) { listener in
            let policy = AddressPolicy.restricted(networks: [network], ports: [listener.port...listener.port])
            try await connector.withConnection(to: target("pop.example.org", listener.port, policy)) { connection in
                #expect(connection.peerAddress == "127.0.0.1")
            }
        }
    }

    @Test func anotherPortIsRefusedBeforeAnybodyIsAsked() async throws {
        let resolver = ScriptedResolver([:])
        let error = await #expect(throws: TransportError.self) {
            try await Connector(resolver: resolver).withConnection(
                to: target("pop.example.org", 25, .restricted())
            ) { _ in }
        }
        #expect(error?.code == .addressNotAllowed)
        #expect(resolver.questions.isEmpty)
    }

    @Test func theCertificateMustStillBeForTheName() async throws {
        let certificates = try TestCertificates()
        let resolver = ScriptedResolver(["localhost": [["127.0.0.1"]], "pop.example.org": [["127.0.0.1"]]])
        let connector = Connector(trust: .file(certificates.authority), resolver: resolver)
        let pair = try certificates.valid()
        try await withServer(
            start: .secure, certificate: CertificateFiles(chain: pair.chain, key: pair.key), serve: echo
        ) {
            listener in
            var target = ConnectionTarget(host: "localhost", port: listener.port, start: .secure)
            try await connector.withConnection(to: target) { #expect($0.isSecure) }
            target.host = "pop.example.org"
            let error = await #expect(throws: TransportError.self) {
                try await connector.withConnection(to: target) { _ in }
            }
            #expect(error?.code == .certificateWrongName)
        }
    }

    @Test func aNameThatNobodyAnswersForIsUnknownInTime() async throws {
        struct Silent: HostResolver {
            func addresses(of host: String) async throws(TransportError) -> [IPAddress] {
                await untilCancelled()
                return []
            }
        }
        var target = target("pop.example.org", 995, .unrestricted)
        target.connectTimeout = .milliseconds(20)
        let slow = target
        let error = await #expect(throws: TransportError.self) {
            try await Connector(resolver: Silent()).withConnection(to: slow) { _ in }
        }
        #expect(error?.code == .unknownHost)
    }

    @Test func theSystemKnowsLocalhost() async throws {
        let addresses = try await SystemResolver().addresses(of: "localhost")
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { !$0.isGlobal })
        #expect(try await SystemResolver().addresses(of: "192.0.2.7").map(\.description) == ["192.0.2.7"])
    }
}
