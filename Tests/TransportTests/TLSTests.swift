import NIOCore
import TestSupport
import Testing
import Transport

@Suite struct TLSTests {
    let certificates: TestCertificates
    let trusting: Connector

    init() throws {
        certificates = try TestCertificates()
        trusting = Connector(trust: .file(certificates.authority))
    }

    private func files(_ pair: TestCertificates.Pair) throws -> CertificateFiles {
        try CertificateFiles(chain: pair.chain, key: pair.key)
    }

    /// The failure of a secure connection to a server that shows `pair`.
    private func failure(_ pair: TestCertificates.Pair, pin: [UInt8]? = nil) async throws -> TransportError? {
        try await withServer(start: .secure, certificate: try files(pair), serve: echo) { listener in
            await #expect(throws: TransportError.self) {
                try await self.trusting.withConnection(to: target(listener, start: .secure, pin: pin)) { _ in }
            }
        }
    }

    @Test func speaksUnderTLSFromTheFirstOctet() async throws {
        let pair = try certificates.valid()
        let pin = try certificates.sha256(of: pair)
        try await withServer(start: .secure, certificate: try files(pair), serve: echo) { listener in
            for host in ["localhost", "127.0.0.1"] {
                try await trusting.withConnection(to: target(listener, host: host, start: .secure)) { connection in
                    #expect(connection.isSecure)
                    #expect(connection.peerCertificate?.hexSHA256 == pin)
                    try await connection.write("hello")
                    #expect(try await connection.read(count: 5) == "hello")
                }
            }
        }
    }

    @Test func refusesAnotherName() async throws {
        let error = try await failure(try certificates.wrongName())
        #expect(error?.code == .certificateWrongName)
        #expect(error?.message.contains("not for the name localhost") == true)
    }

    @Test func refusesAnExpiredCertificateAndSaysSince() async throws {
        let error = try await failure(try certificates.expired())
        #expect(error?.code == .certificateExpired)
        #expect(error?.isIdentityError == true)
    }

    @Test func refusesASelfSignedCertificateAndNamesItsPin() async throws {
        let pair = try certificates.selfSigned()
        let error = try await failure(pair)
        #expect(error?.code == .certificateSelfSigned)
        let digits = try certificates.sha256(of: pair)
        #expect(error?.message.contains(digits) == true)
    }

    @Test func refusesAnUnknownIssuer() async throws {
        let others = try TestCertificates()
        let error = try await failure(try others.valid())
        withExtendedLifetime(others) {}
        #expect(error?.code == .certificateUnknownIssuer)
    }

    @Test func aPinAcceptsAnExpiredCertificateForAnotherNameAndReportsIt() async throws {
        for pair in [try certificates.expired(), try certificates.wrongName(), try certificates.selfSigned()] {
            let digits = try certificates.sha256(of: pair)
            let pin = bytes(ofHex: digits)
            try await withServer(start: .secure, certificate: try files(pair), serve: echo) { listener in
                try await trusting.withConnection(to: target(listener, start: .secure, pin: pin)) { connection in
                    #expect(connection.peerCertificate?.hexSHA256 == digits)
                    try await connection.write("hello")
                    #expect(try await connection.read(count: 5) == "hello")
                }
            }
        }
    }

    @Test func aPinRefusesEveryOtherCertificate() async throws {
        let pair = try certificates.valid()
        let error = try await failure(pair, pin: [UInt8](repeating: 7, count: 32))
        #expect(error?.code == .certificatePin)
        let digits = try certificates.sha256(of: pair)
        #expect(error?.message.contains(digits) == true)
    }

    @Test func aServerThatSpeaksPlainTextIsNoTLSServer() async throws {
        try await withServer(serve: { try await $0.write("+OK plain text here, as on port 110\r\n") }) { listener in
            let error = await #expect(throws: TransportError.self) {
                try await trusting.withConnection(to: target(listener, start: .secure)) { _ in }
            }
            #expect(error?.code == .handshake)
        }
    }

    @Test func aSilentHandshakeEndsInTime() async throws {
        try await withServer(serve: {
            _ = try await $0.read(within: .seconds(20)); _ = try await $0.read(within: .seconds(20))
        }) {
            listener in
            let error = await #expect(throws: TransportError.self) {
                let target = target(listener, start: .secure, handshakeTimeout: .milliseconds(30))
                try await trusting.withConnection(to: target) { _ in }
            }
            #expect(error?.code == .handshakeTimeout)
        }
    }

    @Test func usesACertificateThatReplacesTheOldOneOnDisk() async throws {
        let (old, new) = (try certificates.expired(), try certificates.valid())
        let folder = try TemporaryFolder("reload")
        func install(_ pair: TestCertificates.Pair) throws {
            try folder.write(String(decoding: Repository.bytes(ofFile: pair.chain), as: UTF8.self), to: "chain.pem")
            try folder.write(String(decoding: Repository.bytes(ofFile: pair.key), as: UTF8.self), to: "key.pem")
        }
        try install(old)
        let files = try CertificateFiles(chain: folder.path("chain.pem"), key: folder.path("key.pem"))
        try install(new)
        try await withServer(start: .secure, certificate: files, serve: echo) { listener in
            try await trusting.withConnection(to: target(listener, start: .secure)) { connection in
                #expect(connection.isSecure)
            }
        }
    }

    @Test func unreadableCertificateFilesAreRefusedWithBothNames() throws {
        let pair = try certificates.valid()
        let other = try certificates.wrongName()
        let error = #expect(throws: TransportError.self) { try CertificateFiles(chain: pair.chain, key: other.key) }
        #expect(error?.code == .certificateFiles)
        #expect(error?.message.contains(other.key) == true)
    }
}

func bytes(ofHex text: String) -> [UInt8] {
    stride(from: 0, to: text.utf8.count, by: 2).compactMap { offset in
        UInt8(text.dropFirst(offset).prefix(2), radix: 16)
    }
}
