import NIOCore
import TestSupport
import Testing
import Transport

@Suite struct UpgradeTests {
    let certificates: TestCertificates
    let files: CertificateFiles
    let connector: Connector

    init() throws {
        certificates = try TestCertificates()
        let pair = try certificates.valid()
        files = try CertificateFiles(chain: pair.chain, key: pair.key)
        connector = Connector(trust: .file(certificates.authority))
    }

    /// Answers the first line with `answer` and goes over to TLS.
    private func upgrading(answer: String) -> @Sendable (Connection) async throws -> Void {
        { connection in
            _ = try await connection.read(within: .seconds(20))
            try await connection.startTLS(after: ByteBuffer(string: answer), within: .seconds(20))
            try await echo(connection)
        }
    }

    @Test func goesOverToTLSInTheMiddle() async throws {
        try await withServer(certificate: files, serve: upgrading(answer: "+OK begin\r\n")) { listener in
            try await connector.withConnection(to: target(listener, start: .plain)) { connection in
                try await connection.write("STLS\r\n")
                #expect(try await connection.read(count: 11) == "+OK begin\r\n")
                try await connection.startTLS(within: .seconds(20))
                #expect(connection.isSecure)
                #expect(connection.peerCertificate != nil)
                try await connection.write("secret")
                #expect(try await connection.read(count: 6) == "secret")
            }
        }
    }

    @Test func refusesPlainTextInsteadOfTheHandshake() async throws {
        let inject: @Sendable (Connection) async throws -> Void = { connection in
            _ = try await connection.read(within: .seconds(20))
            try await connection.write("+OK begin\r\n")
            _ = try await connection.read(within: .seconds(20))
            try await connection.write("+OK you are signed in\r\n")
        }
        try await withServer(serve: inject) { listener in
            let error = await #expect(throws: TransportError.self) {
                try await connector.withConnection(to: target(listener, start: .plain)) { connection in
                    try await connection.write("STLS\r\n")
                    _ = try await connection.read(count: 11)
                    try await connection.startTLS(within: .seconds(20))
                }
            }
            #expect(error?.code == .handshake)
        }
    }

    @Test func refusesPlainTextThatCameBeforeTheHandshake() async throws {
        try await withServer(certificate: files, serve: upgrading(answer: "+OK begin\r\n+OK injected\r\n")) {
            listener in
            let error = await #expect(throws: TransportError.self) {
                try await connector.withConnection(to: target(listener, start: .plain)) { connection in
                    try await connection.write("STLS\r\n")
                    // The answer is not read before the upgrade: all of it is in front of the handshake.
                    try await connection.startTLS(within: .seconds(20))
                }
            }
            #expect([.injection, .handshake].contains(error?.code))
        }
    }

    @Test func anUpgradeVerifiesTheNameToo() async throws {
        let pair = try certificates.wrongName()
        let wrong = try CertificateFiles(chain: pair.chain, key: pair.key)
        try await withServer(certificate: wrong, serve: upgrading(answer: "+OK begin\r\n")) { listener in
            let error = await #expect(throws: TransportError.self) {
                try await connector.withConnection(to: target(listener, start: .plain)) { connection in
                    try await connection.write("STLS\r\n")
                    _ = try await connection.read(count: 11)
                    try await connection.startTLS(within: .seconds(20))
                }
            }
            #expect(error?.code == .certificateWrongName)
        }
    }
}
