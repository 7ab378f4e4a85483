import Foundation
import TestSupport
import Testing

@testable import Transport

/// What SCRAM binds a sign-in to: a digest of the certificate with its signature's hash (RFC 5929 §4.1).
@Suite struct ChannelBindingTests {
    private func certificate(_ options: [String]) throws -> [UInt8] {
        let folder = try TemporaryFolder("binding")
        try ExternalTool.openssl().run(
            ["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-outform", "DER", "-out", "c.der"]
                + ["-keyout", "c.key"] + options, in: folder.path)
        return Array(try Data(contentsOf: URL(fileURLWithPath: folder.path("c.der"))))
    }

    @Test(arguments: [
        (["-newkey", "rsa:2048", "-sha1"], CertificateSignature.sha256),
        (["-newkey", "rsa:2048", "-sha256"], .sha256), (["-newkey", "rsa:2048", "-sha384"], .sha384),
        (["-newkey", "rsa:2048", "-sha512"], .sha512),
        (["-newkey", "rsa:2048", "-sha384", "-sigopt", "rsa_padding_mode:pss"], .sha384),
        (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha256"], .sha256),
        (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha384"], .sha384),
    ])
    func theSignaturesHashIsFound(options: [String], hash: CertificateSignature) throws {
        #expect(CertificateSignature(der: try certificate(options)) == hash)
    }

    @Test func aSignatureWithoutAHashBindsNothing() throws {
        #expect(CertificateSignature(der: try certificate(["-newkey", "ed25519"])) == nil)
    }

    @Test func octetsThatAreNoCertificateBindNothing() throws {
        let der = try certificate(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])
        for length in 0..<min(der.count, 200) { _ = CertificateSignature(der: Array(der.prefix(length))) }
        #expect(CertificateSignature(der: []) == nil)
        #expect(CertificateSignature(der: [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
    }
}
