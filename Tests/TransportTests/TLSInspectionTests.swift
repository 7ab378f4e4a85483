import NIOCore
import TestSupport
import Testing

@testable import Transport

@Suite struct TLSInspectionTests {
    @Test func seesVersionCipherAndChainOfAServerItDoesNotBelieve() async throws {
        let certificates = try TestCertificates()
        let pair = try certificates.selfSigned()
        let files = try CertificateFiles(chain: pair.chain, key: pair.key)
        try await withServer(start: .secure, certificate: files, serve: echo) { listener in
            let inspection = try await Connector().inspectTLS(of: target(listener, start: .secure)) { _ in }
            #expect(inspection.version == "TLS 1.3")
            #expect(inspection.cipher?.hasPrefix("TLS_") == true)
            #expect(inspection.chain.map(\.hexSHA256) == [try certificates.sha256(of: pair)])
            #expect(inspection.chain.first?.subject == "localhost")
            #expect(inspection.chain.first?.isSelfIssued == true)
        }
    }

    /// A hello of TLS 1.2 with one extension, and of TLS 1.3 by its supported_versions.
    static func hello(extensions: [UInt8], cipher: UInt16 = 0xC02F) -> [UInt8] {
        let body: [UInt8] =
            [3, 3] + [UInt8](repeating: 7, count: 32) + [2, 1, 1] + [UInt8(cipher >> 8), UInt8(cipher & 0xFF), 0]
            + [0, UInt8(extensions.count)] + extensions
        let handshake: [UInt8] = [2, 0, 0, UInt8(body.count)] + body
        return [22, 3, 3, 0, UInt8(handshake.count)] + handshake
    }

    @Test func readsHellos() {
        let old = ServerHello(Self.hello(extensions: [0, 23, 0, 0]))
        #expect((old?.version, old?.cipher) == ("TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
        let new = ServerHello(Self.hello(extensions: [0, 43, 0, 2, 3, 4], cipher: 0x1301))
        #expect((new?.version, new?.cipher) == ("TLS 1.3", "TLS_AES_128_GCM_SHA256"))
        #expect(ServerHello(Self.hello(extensions: [], cipher: 0xFFFE))?.cipher == "0xfffe")
    }

    @Test func cutAndChangedHellosAreSurvived() {
        let whole = Self.hello(extensions: [0, 43, 0, 2, 3, 4])
        for count in 0..<whole.count { #expect(ServerHello(Array(whole[..<count])) == nil) }
        for index in whole.indices {
            for value in [UInt8(0), 1, 0x7F, 0xFF] {
                var changed = whole
                changed[index] = value
                _ = ServerHello(changed)
            }
        }
    }
}
