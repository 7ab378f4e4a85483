import NIOCore
import NIOSSL
import Synchronization

/// What a server's side of a TLS handshake looked like: for a report, never for trust.
public struct TLSInspection: Sendable, Equatable {
    /// Such as `TLS 1.3`; nil when the server's hello was not seen or makes no sense.
    public var version: String?
    /// As IANA names it, or its number for one that is not known by name here.
    public var cipher: String?
    /// The certificates as sent, the server's own first.
    public var chain: [PeerCertificate] = []
}

/// Collects a ``TLSInspection`` while a handshake goes on.
final class TLSInspector: Sendable {
    private let found = Mutex(TLSInspection())

    var inspection: TLSInspection { found.withLock { $0 } }

    func take(_ chain: [NIOSSLCertificate]) {
        let chain = chain.prefix(10).compactMap(PeerCertificate.init)
        found.withLock { $0.chain = chain }
    }

    func take(_ hello: ServerHello) {
        found.withLock { inspection in
            inspection.version = hello.version
            inspection.cipher = hello.cipher
        }
    }
}

extension Connector {
    /// Looks at a server's TLS and believes nothing: any certificate will do, and nothing is sent under it.
    ///
    /// `preface` is what has to be said in plain text before TLS; it is not called when TLS begins at once.
    public func inspectTLS(
        of target: ConnectionTarget, preface: (Connection) async throws -> Void
    ) async throws(TransportError) -> TLSInspection {
        let inspector = TLSInspector()
        let security = SecurityPlan.inspection(tls, target, inspector)
        do {
            try await withConnection(to: target, security: security, trace: nil) { connection in
                guard target.start == .plain else { return }
                try await preface(connection)
                try await connection.startTLS(within: target.handshakeTimeout)
            }
        } catch {
            throw (error as? TransportError) ?? TransportError(.lost, "The connection broke.")
        }
        return inspector.inspection
    }
}

/// Reads the server's hello (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3) off the wire, and passes everything on untouched.
final class ServerHelloReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Octets that are kept to find the hello in.
    private static let longest = 16 * 1024

    private let inspector: TLSInspector
    private var octets: [UInt8]? = []

    init(_ inspector: TLSInspector) { self.inspector = inspector }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if var seen = octets {
            seen += Array(buffer: unwrapInboundIn(data))
            if let hello = ServerHello(seen) {
                inspector.take(hello)
                octets = nil
            } else {
                octets = seen.count > Self.longest ? nil : seen
            }
        }
        context.fireChannelRead(data)
    }
}

/// What matters of a server's hello.
struct ServerHello: Equatable {
    let version: String
    let cipher: String

    /// Nil while it has not come whole, and for anything else.
    init?(_ octets: [UInt8]) {
        func number(_ index: Int) -> Int? {
            index + 1 < octets.count ? Int(octets[index]) << 8 | Int(octets[index + 1]) : nil
        }
        // Record: type 22, version, length; handshake: type 2, length in three octets.
        guard octets.count > 9, octets[0] == 22, octets[5] == 2, let record = number(3), octets.count >= 5 + record,
            let legacy = number(9), octets.count > 43
        else { return nil }
        let end = 5 + record
        var index = 44 + Int(octets[43])  // random, session id
        guard index + 3 <= end, let suite = number(index) else { return nil }
        index += 3
        var version = legacy
        if let length = number(index), index + 2 + length <= end {
            let last = index + 2 + length
            index += 2
            while index + 4 <= last, let kind = number(index), let size = number(index + 2), index + 4 + size <= last {
                if kind == 43, size == 2 { version = number(index + 4) ?? version }  // supported_versions
                index += 4 + size
            }
        }
        self.version = Self.versions[version] ?? "version 0x" + String(version, radix: 16)
        cipher = Self.ciphers[suite] ?? "0x" + String(suite, radix: 16)
    }

    private static let versions = [0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"]

    private static let ciphers = [
        0x1301: "TLS_AES_128_GCM_SHA256", 0x1302: "TLS_AES_256_GCM_SHA384", 0x1303: "TLS_CHACHA20_POLY1305_SHA256",
        0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        0xC02F: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xC030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        0xCCA8: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        0xCCA9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", 0xC013: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        0xC014: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", 0x009C: "TLS_RSA_WITH_AES_128_GCM_SHA256",
        0x009D: "TLS_RSA_WITH_AES_256_GCM_SHA384", 0x002F: "TLS_RSA_WITH_AES_128_CBC_SHA",
        0x0035: "TLS_RSA_WITH_AES_256_CBC_SHA",
    ]
}
