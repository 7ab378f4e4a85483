import Foundation
import NIOCore
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct TLSTests {
    private func files(_ pair: TestCertificates.Pair) -> CertificateFiles {
        CertificateFiles(certificateChain: pair.chain, privateKey: pair.key)
    }

    private func open(
        _ files: CertificateFiles, configure: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) async throws -> TestServer {
        try await TestServer.open(listeners: [.init(port: 0, certificate: files)], configure: configure)
    }

    private func curl(_ arguments: [String], _ address: BoundAddress, path: String = "/livez") async throws -> String {
        let curl = try ExternalTool.curl()
        let url = "https://localhost:\(address.port)\(path)"
        return try await curl.runAside(["--silent", "--show-error"] + arguments + [url])
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func aDeviceSignsInOverTLS(version: String) async throws {
        let certificates = try TestCertificates()
        let server = try await open(files(try certificates.valid()))
        try await server.run { addresses in
            let answer = try await curl(
                [
                    version, "--cacert", certificates.authority, "--user", "ada:\(server.ada.phone.secret)",
                    "--write-out", "\n%{http_version} %{http_code}",
                ], addresses[0], path: "/.well-known/jmap")
            #expect(answer.contains("\"apiUrl\":\"https://localhost:\(addresses[0].port)/jmap/api\""))
            #expect(answer.hasSuffix(version == "--http2" ? "\n2 200" : "\n1.1 200"))
        }
    }

    @Test func anUploadAndADownloadPassOverH2() async throws {
        let certificates = try TestCertificates()
        let server = try await open(files(try certificates.valid()))
        let file = server.folder.path("upload")
        let octets = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        try octets.write(to: URL(fileURLWithPath: file))
        try await server.run { addresses in
            let common = ["--http2", "--cacert", certificates.authority, "--user", "ada:\(server.ada.phone.secret)"]
            let answer = try await curl(
                common + ["--data-binary", "@\(file)", "-H", "Content-Type: application/octet-stream"], addresses[0],
                path: "/jmap/upload/\(server.ada.account)")
            let blob = try #require(answer.firstMatch(of: /"blobId":"(b[0-9a-f]+)"/)).1
            let copy = server.folder.path("download")
            _ = try await curl(
                common + ["--output", copy], addresses[0], path: "/jmap/download/\(server.ada.account)/\(blob)/")
            #expect(try Data(contentsOf: URL(fileURLWithPath: copy)) == octets)
        }
    }

    @Test func olderTLSIsRefused() async throws {
        let certificates = try TestCertificates()
        let server = try await open(files(try certificates.valid()))
        try await server.run { addresses in
            let trusting = ["--cacert", certificates.authority]
            let answer = try await curl(trusting + ["--tls-max", "1.2"], addresses[0])
            #expect(answer == "ok\n")
            _ = await #expect(throws: ExternalTool.Failed.self) {
                // Without this cipher level curl's own library would refuse first.
                _ = try await curl(
                    trusting + ["--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"], addresses[0])
            }
        }
    }

    @Test func aChangedCertificateIsServedWithoutARestart() async throws {
        let (old, new) = (try TestCertificates(), try TestCertificates())
        let (oldPair, newPair) = (try old.valid(), try new.valid())
        let folder = try TemporaryFolder("reload")
        let pair = CertificateFiles(certificateChain: folder.path("chain.pem"), privateKey: folder.path("key.pem"))
        let put: @Sendable (TestCertificates.Pair) throws -> Void = { source in
            for (from, to) in [(source.chain, pair.certificateChain), (source.key, pair.privateKey)] {
                try Data(contentsOf: URL(fileURLWithPath: from)).write(to: URL(fileURLWithPath: to), options: .atomic)
            }
        }
        try put(oldPair)
        let server = try await open(pair) { $0.times.certificateCheck = .zero }
        try await server.run { addresses in
            #expect(try await curl(["--cacert", old.authority], addresses[0]) == "ok\n")
            // Half of a renewal: the new chain with the old key.
            try Data(contentsOf: URL(fileURLWithPath: newPair.chain))
                .write(to: URL(fileURLWithPath: pair.certificateChain), options: .atomic)
            #expect(try await curl(["--cacert", old.authority], addresses[0]) == "ok\n")
            try put(newPair)
            #expect(try await curl(["--cacert", new.authority], addresses[0]) == "ok\n")
        }
    }

    @Test func aMissingCertificateIsToldAtTheStart() async throws {
        let folder = try TemporaryFolder("missing")
        let pair = CertificateFiles(certificateChain: folder.path("no.pem"), privateKey: folder.path("no.key"))
        let server = try await open(pair)
        let error = await #expect(throws: HTTPServerError.self) { try await server.run { _ in } }
        #expect(error?.code == .certificate)
    }

    @Test func aHandshakeThatNeverComesIsNotWaitedForLong() async throws {
        let certificates = try TestCertificates()
        let server = try await open(files(try certificates.valid())) { $0.times.tlsHandshake = .milliseconds(50) }
        try await server.run { addresses in
            try await RawClient.connect(to: addresses[0].port) { connection in
                #expect(await connection.readToEnd() == "")
            }
        }
    }
}
