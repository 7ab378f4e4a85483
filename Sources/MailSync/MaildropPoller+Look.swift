import MailModel
import MailStore
import NIOCore
import Transport

// What can be seen of a server from outside, before anything is said under a name.
extension MaildropPoller {
    /// A certificate that ends sooner than this is worth a word.
    private static let soon: Int64 = 14 * 86_400

    /// Name, connection and TLS.
    func look(at settings: MaildropSettings, _ policy: AddressPolicy) async -> MaildropTestReport {
        var report = MaildropTestReport()
        let target = ConnectionTarget(settings, policy, limits: options.limits)
        do throws(TransportError) {
            let addresses = try await connector.addresses(of: target)
            let text = addresses.map(\.description).joined(separator: ", ")
            report.findings.append(MaildropFinding(.fine, step: "name", "\(settings.host) is at \(text)."))
            let inspection = try await inspect(settings, target)
            report.findings.append(MaildropFinding(.fine, step: "connection", "Port \(settings.port) answers."))
            if let inspection {
                report.findings += tls(inspection, settings)
                report.take(inspection)
            }
        } catch {
            report.findings.append(failure(error, hasName: !report.findings.isEmpty))
        }
        return report
    }

    /// Nil for a maildrop without TLS: then only the connection is tried.
    private func inspect(
        _ settings: MaildropSettings, _ target: ConnectionTarget
    ) async throws(TransportError) -> TLSInspection? {
        let limits = options.limits
        switch settings.security {
        case .plain:
            do {
                try await connector.withConnection(to: target) { _ in }
                return nil
            } catch {
                throw error as? TransportError ?? TransportError(.lost, "The connection broke.")
            }
        case .tls, .starttls:
            return try await connector.inspectTLS(of: target) { connection in
                guard try await Self.line(connection, limits).hasPrefix("+OK") else { throw Self.noSTLS }
                try await connection.write(ByteBuffer(string: "STLS\r\n"), within: limits.answer)
                guard try await Self.line(connection, limits).hasPrefix("+OK") else { throw Self.noSTLS }
            }
        }
    }

    private static let noSTLS = TransportError(
        .handshake, "The server does not offer STLS at this port: try security tls at port 995.")

    private static func line(_ connection: Connection, _ limits: Limits.POP3Client) async throws -> String {
        var octets: [UInt8] = []
        while octets.count <= 1024, let bytes = try await connection.read(within: limits.answer) {
            octets += Array(buffer: bytes)
            if octets.contains(0x0A) { break }
        }
        return String(decoding: octets.prefix(1024), as: UTF8.self)
    }

    private func failure(_ error: TransportError, hasName: Bool) -> MaildropFinding {
        let step =
            switch error.code {
            case .unknownHost: "name"
            case .addressNotAllowed: hasName ? "connection" : "name"
            case .handshake, .handshakeTimeout, .injection, .certificateExpired, .certificateNotYetValid,
                .certificateWrongName, .certificateSelfSigned, .certificateUnknownIssuer, .certificatePin:
                "tls"
            case .refused, .unreachable, .connectTimeout, .timeout, .lost, .cancelled, .bind, .certificateFiles:
                "connection"
            }
        return MaildropFinding(.failure, step: step, error.message)
    }

    private func tls(_ inspection: TLSInspection, _ settings: MaildropSettings) -> [MaildropFinding] {
        var findings: [MaildropFinding] = []
        if let version = inspection.version {
            let cipher = inspection.cipher.map { " with \($0)" } ?? ""
            findings.append(MaildropFinding(.fine, step: "tls", "The server speaks \(version)\(cipher)."))
        }
        let now = options.clock().seconds
        for (place, certificate) in inspection.chain.enumerated() {
            let who = place == 0 ? "The server's certificate" : "Certificate \(place + 1) of the chain"
            let left = certificate.notValidAfter - now
            let days = left / 86_400
            let text =
                "\(who) is for \(certificate.subject ?? "nobody named"), by \(certificate.issuer ?? "nobody named"), and "
                + (left < 0 ? "expired \(-days) days ago." : "good for \(days) more days.")
            if left < 0 || left < Self.soon {
                findings.append(
                    MaildropFinding(
                        .warning, step: "tls", text, advice: "Its operator has to renew it; if that is you, do it now.")
                )
            } else {
                findings.append(MaildropFinding(.fine, step: "tls", text))
            }
        }
        if inspection.chain.count == 1, inspection.chain.first?.isSelfIssued == false, settings.certificatePin == nil {
            findings.append(
                MaildropFinding(
                    .warning, step: "tls", "The server sends its own certificate and none of those above it.",
                    advice: "If it is not believed, its operator has to add the intermediate certificate."))
        }
        return findings
    }
}

extension MaildropTestReport {
    fileprivate mutating func take(_ inspection: TLSInspection) {
        tlsVersion = inspection.version
        tlsCipher = inspection.cipher
        certificates = inspection.chain.map(Certificate.init)
    }
}

extension MaildropTestReport.Certificate {
    init(_ certificate: PeerCertificate) {
        self.init(
            sha256: certificate.sha256, subject: certificate.subject, issuer: certificate.issuer,
            notBefore: Timestamp(seconds: certificate.notValidBefore),
            notAfter: Timestamp(seconds: certificate.notValidAfter))
    }
}
