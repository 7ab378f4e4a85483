import MailModel
import NIOSSL

/// Which side of a TLS handshake a connection takes, with whose certificates.
enum SecurityPlan: Sendable {
    case client(ClientTLS, ConnectionTarget)
    case server(CertificateFiles?)
    /// A client that believes anything and says nothing: for a report.
    case inspection(ClientTLS, ConnectionTarget, TLSInspector)

    /// A handler for one handshake; made on the event loop that uses it.
    func makeHandler() throws -> NIOSSLHandler {
        switch self {
        case .client(let tls, let target):
            return try tls.makeHandler(host: target.host, pin: target.certificatePin)
        case .inspection(let tls, let target, let inspector):
            return try tls.makeInspector(host: target.host, inspector)
        case .server(let files):
            guard let files else {
                throw TransportError(.certificateFiles, "TLS was asked for, and no certificate is configured.")
            }
            return NIOSSLServerHandler(context: try files.currentContext())
        }
    }

    /// What is wrong with a certificate that the TLS library takes; nil for nothing.
    func refusal(_ certificate: NIOSSLCertificate) -> TransportError? {
        guard case .client(_, let target) = self, target.certificatePin == nil, IPAddress(target.host) == nil,
            !CertificateHost.isNamed(target.host, in: certificate)
        else { return nil }
        return HandshakeFailure(
            error: NIOSSLExtraError.failedToValidateHostname, certificate: PeerCertificate(certificate), target: target
        ).described
    }

    /// The handshake's failure in words.
    func describe(_ error: any Error, _ certificate: PeerCertificate?) -> any Error {
        switch self {
        case .client(_, let target), .inspection(_, let target, _):
            HandshakeFailure(error: error, certificate: certificate, target: target).described
        case .server:
            error
        }
    }

    /// Sees the octets before TLS does; nil when nobody wants to.
    func makeListener() -> ServerHelloReader? {
        guard case .inspection(_, _, let inspector) = self else { return nil }
        return ServerHelloReader(inspector)
    }
}
