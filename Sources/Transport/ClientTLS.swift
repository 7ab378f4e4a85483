import NIOCore
import NIOSSL
import Synchronization

/// TLS contexts of outgoing connections, made once: reading the system's certificates costs more than a whole poll.
final class ClientTLS: Sendable {
    /// How long a context is kept before the trusted certificates are read again.
    private static let lifetime: TimeAmount = .hours(24)

    private struct Made {
        var context: NIOSSLContext
        var at: NIODeadline
    }

    private let trust: TrustRoots
    private let verifying = Mutex<Made?>(nil)
    private let pinning = Mutex<Made?>(nil)

    init(trust: TrustRoots) { self.trust = trust }

    /// A handler for one handshake with `host`; made on the event loop that uses it.
    func makeHandler(host: String, pin: [UInt8]?) throws -> NIOSSLClientHandler {
        let name = Self.isAddress(host) ? nil : host
        guard let pin else {
            return try NIOSSLClientHandler(context: try context(in: verifying, pinned: false), serverHostname: name)
        }
        return try NIOSSLClientHandler(
            context: try context(in: pinning, pinned: true), serverHostname: name,
            customVerificationCallback: { chain, promise in
                let leaf = chain.first.flatMap(PeerCertificate.init)
                promise.succeed(leaf?.sha256 == pin ? .certificateVerified : .failed)
            })
    }

    /// A handler for a handshake that believes any certificate, and notes those it is shown.
    func makeInspector(host: String, _ inspector: TLSInspector) throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(
            context: try context(in: pinning, pinned: true), serverHostname: Self.isAddress(host) ? nil : host,
            customVerificationCallback: { chain, promise in
                inspector.take(chain)
                promise.succeed(.certificateVerified)
            })
    }

    private func context(in slot: borrowing Mutex<Made?>, pinned: Bool) throws -> NIOSSLContext {
        try slot.withLock { made in
            if let made, NIODeadline.now() - made.at < Self.lifetime { return made.context }
            let context = try NIOSSLContext(configuration: configuration(pinned: pinned))
            made = Made(context: context, at: .now())
            return context
        }
    }

    private func configuration(pinned: Bool) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.shutdownTimeout = .seconds(1)
        if pinned {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates([])
            return configuration
        }
        configuration.certificateVerification = .fullVerification
        switch trust {
        case .system:
            configuration.trustRoots = .default
        case .file(let path):
            configuration.trustRoots = .file(path)
        }
        return configuration
    }

    /// Address literals are no names: TLS then compares the address itself (RFC 6066 §3).
    private static func isAddress(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }
}
