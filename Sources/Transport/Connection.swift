public import MailModel
public import NIOCore
import NIOSSL

/// A stream of octets to one peer and back, in plain text or under TLS, used by one task.
///
/// Reading is bounded: while the task does not read, a few receive buffers fill and then the peer has to wait. Made by
/// ``Connector`` and ``Listener``, which close it when the closure that uses it returns.
public final class Connection {
    /// The address of the other end as text; nil when the system does not know it any more.
    public let peerAddress: String?
    /// The certificate that the peer showed in the TLS handshake.
    public private(set) var peerCertificate: PeerCertificate?
    /// Whether what is read and written is under TLS.
    public private(set) var isSecure = false

    let wire: Wire
    private let security: SecurityPlan
    private var trace: WireTracer?
    private var inbound: NIOAsyncChannelInboundStream<ConnectionEvent>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    init(
        wire: Wire, security: SecurityPlan, trace: WireTrace?,
        inbound: NIOAsyncChannelInboundStream<ConnectionEvent>,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.wire = wire
        self.security = security
        self.trace = trace.map(WireTracer.init)
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
        peerAddress = wire.channel.channel.remoteAddress?.ipAddress
    }

    /// The next octets, as many as have come; nil when the peer has closed the connection.
    ///
    /// Throws ``TransportError/Code/timeout`` when nothing comes within `timeout`.
    public func read(within timeout: Duration) async throws(TransportError) -> ByteBuffer? {
        while let event = try await next(within: timeout, onTimeout: .timeout) {
            switch event {
            case .bytes(let buffer):
                trace?.received(buffer)
                return buffer
            case .secured, .silence:
                // The handshake is awaited where it is started: a second one is not possible. A silence that was told
                // too late is over.
                continue
            }
        }
        return nil
    }

    /// What became of waiting for octets.
    public enum Reading: Sendable {
        case bytes(ByteBuffer)
        case closed
        /// Nothing came in time; the connection is as good as before.
        case silence
    }

    /// As ``read(within:)``, for who has something to say when nothing comes for a while.
    public func read(orSilenceAfter patience: Duration) async throws(TransportError) -> Reading {
        while true {
            switch try await next(within: patience, endsConnection: false, onTimeout: .timeout) {
            case .bytes(let buffer):
                trace?.received(buffer)
                return .bytes(buffer)
            case .silence: return .silence
            case .secured: continue
            case nil: return .closed
            }
        }
    }

    /// Keeps a secret out of the trace, in whatever the other end says.
    public func confide(_ secret: Secret) { trace?.confide(secret) }

    /// Sends octets; returns when they are on their way and there is room for more.
    ///
    /// Throws ``TransportError/Code/timeout`` when the peer takes nothing within `timeout`.
    public func write(_ bytes: ByteBuffer, within timeout: Duration) async throws(TransportError) {
        trace?.sent(bytes)
        arm(timeout)
        defer { wire.watchdog.end() }
        do {
            try await outbound.write(bytes)
        } catch {
            throw failure(error, onTimeout: .timeout)
        }
    }

    /// Secures the connection from here on (RFC 2595 §4). The server's side sends `lastPlaintext`, its positive answer.
    ///
    /// The caller must have dropped, or refused, whatever it has read beyond the command or its answer. Plain text that
    /// arrives before the handshake is over is refused with ``TransportError/Code/injection``.
    public func startTLS(
        after lastPlaintext: ByteBuffer? = nil, within timeout: Duration
    ) async throws(TransportError) {
        if let lastPlaintext { trace?.sent(lastPlaintext) }
        do {
            let handler = wire.handler
            let security = security
            try await wire.channel.channel.eventLoop.submit {
                try handler.value.startTLS(
                    security.makeHandler(), listener: security.makeListener(), after: lastPlaintext)
            }.get()
        } catch {
            throw failure(error, onTimeout: .handshakeTimeout)
        }
        try await finishHandshake(within: timeout)
    }

    /// Waits until the TLS handshake is over.
    func finishHandshake(within timeout: Duration) async throws(TransportError) {
        var event = try await next(within: timeout, onTimeout: .handshakeTimeout)
        while case .silence? = event { event = try await next(within: timeout, onTimeout: .handshakeTimeout) }
        switch event {
        case .secured(let certificate):
            peerCertificate = certificate
            isSecure = true
            trace?.secured()
        case .bytes, .silence:
            throw TransportError(
                .injection,
                "Plain text came in place of the TLS handshake: somebody on the way may be changing the connection.")
        case nil:
            throw TransportError(
                .handshake, "The server closed the connection in the TLS handshake; check the port and the security.")
        }
    }

    private func next(
        within timeout: Duration, endsConnection: Bool = true, onTimeout code: TransportError.Code
    ) async throws(TransportError) -> ConnectionEvent? {
        arm(timeout, endsConnection: endsConnection)
        defer { wire.watchdog.end() }
        do {
            if let event = try await inbound.next() { return event }
        } catch NIOSSLError.uncleanShutdown {
            // QUIRK: servers close without TLS's close_notify. POP3 tells by itself whether an answer is complete.
            return nil
        } catch {
            throw failure(error, onTimeout: code)
        }
        if Task.isCancelled || wire.watchdog.isExpired { throw failure(CancellationError(), onTimeout: code) }
        return nil
    }

    private func arm(_ timeout: Duration, endsConnection: Bool = true) {
        guard let deadline = wire.watchdog.begin(timeout, endsConnection: endsConnection) else { return }
        let handler = wire.handler
        wire.channel.channel.eventLoop.execute { handler.value.setTimer(for: deadline) }
    }

    private func failure(_ error: any Error, onTimeout code: TransportError.Code) -> TransportError {
        if wire.watchdog.isExpired { return .expired(code) }
        if let known = error as? TransportError { return known }
        if Task.isCancelled || error is CancellationError {
            return TransportError(.cancelled, "The connection was ended from our side.")
        }
        return TransportError(.lost, "The connection broke.", cause: String(describing: error))
    }
}

/// A channel with what its connection needs of it; made on the event loop.
struct Wire: Sendable {
    let channel: NIOAsyncChannel<ConnectionEvent, ByteBuffer>
    let handler: NIOLoopBound<ConnectionHandler>
    let watchdog: Watchdog
}

extension TransportError {
    static func expired(_ code: Code) -> TransportError {
        switch code {
        case .handshakeTimeout:
            TransportError(
                code, "The TLS handshake did not end in time; a port that expects plain text at first looks like this.")
        default:
            TransportError(code, "The other end was silent for too long.")
        }
    }
}
