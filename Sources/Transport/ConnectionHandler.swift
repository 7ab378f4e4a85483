import NIOCore
import NIOSSL
import NIOTLS

/// What a connection's task receives, in the order in which it happened.
enum ConnectionEvent: Sendable {
    case bytes(ByteBuffer)
    /// The TLS handshake ended: everything after it is protected. Nil for a peer that shows no certificate (a client).
    case secured(PeerCertificate?)
    /// Nothing came for as long as a read wanted to wait.
    case silence
}

/// The last handler before the asynchronous channel: puts the finished TLS handshake in line with the octets, starts
/// TLS in one tick of the event loop, and ends the connection when its watchdog says so.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ConnectionEvent

    let watchdog: Watchdog
    private let describe: (any Error, PeerCertificate?) -> any Error
    private let refusal: (NIOSSLCertificate) -> TransportError?
    private var context: ChannelHandlerContext?
    private var tls: NIOSSLHandler?
    private var isSecured = false
    private var timer: Scheduled<Void>?

    /// `describe` puts an error of the handshake into words; it gets the peer's certificate if there was one. `refusal`
    /// says what is wrong with a certificate that the TLS library takes.
    init(
        watchdog: Watchdog, describe: @escaping (any Error, PeerCertificate?) -> any Error,
        refusal: @escaping (NIOSSLCertificate) -> TransportError?
    ) {
        self.watchdog = watchdog
        self.refusal = refusal
        self.describe = describe
    }

    /// Writes `lastPlaintext` and puts `tls` in front of everything, without anything coming between the two.
    /// `listener` sees what comes in before TLS does.
    func startTLS(
        _ tls: NIOSSLHandler, listener: ServerHelloReader? = nil, after lastPlaintext: ByteBuffer?
    ) throws {
        guard let context, self.tls == nil else { throw ChannelError.ioOnClosedChannel }
        if let lastPlaintext {
            context.writeAndFlush(NIOAny(lastPlaintext), promise: nil)
        }
        self.tls = tls
        try context.pipeline.syncOperations.addHandler(tls, position: .first)
        if let listener { try context.pipeline.syncOperations.addHandler(listener, position: .first) }
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { close() }

    func channelInactive(context: ChannelHandlerContext) {
        close()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(.bytes(unwrapInboundIn(data))))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        isSecured = true
        if let refusal = tls?.peerCertificate.flatMap(refusal) {
            context.fireErrorCaught(refusal)
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(wrapInboundOut(.secured(tls?.peerCertificate.flatMap(PeerCertificate.init))))
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard tls != nil, !isSecured else {
            context.fireErrorCaught(error)
            return
        }
        context.fireErrorCaught(describe(error, tls?.peerCertificate.flatMap(PeerCertificate.init)))
    }

    /// Sets the timer; an earlier one is no longer needed.
    func setTimer(for deadline: NIODeadline) {
        guard let context else { return }
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired() }
    }

    private func timerFired() {
        timer = nil
        switch watchdog.check() {
        case .rest:
            break
        case .lookAgain(let deadline):
            setTimer(for: deadline)
        case .silent:
            context?.fireChannelRead(wrapInboundOut(.silence))
            context?.fireChannelReadComplete()
        case .expired:
            guard let context else { return }
            context.fireErrorCaught(TransportError.expired(.timeout))
            context.close(promise: nil)
        }
    }

    private func close() {
        timer?.cancel()
        timer = nil
        context = nil
    }
}
