import NIOCore
import NIOTLS

/// Closes a connection whose TLS handshake takes too long: until it is over nothing else watches the connection.
final class HandshakeGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let limit: TimeAmount
    private var timer: Scheduled<Void>?

    init(limit: TimeAmount) { self.limit = limit }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Passed on first: a handler that is gone passes on nothing.
        context.fireUserInboundEventTriggered(event)
        // The server stops, and the one who would end the connection is not there yet.
        if event is ChannelShouldQuiesceEvent { return context.close(promise: nil) }
        guard let event = event as? TLSUserEvent, case .handshakeCompleted = event else { return }
        timer?.cancel()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
