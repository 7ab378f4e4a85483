import Logging
import NIOCore

/// Keeps a listener alive through errors of single accepts.
///
/// A connection that is gone before it was accepted, or a moment without file descriptors, is an error on the listening
/// socket, and the framework's accept loop would end with it. Here it costs a pause.
final class AcceptGuard: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private static let pause: TimeAmount = .milliseconds(250)

    private let logger: Logger
    private var isPaused = false
    private var isReadHeldBack = false

    init(logger: Logger) { self.logger = logger }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError, context.channel.isActive else { return context.fireErrorCaught(error) }
        // Without file descriptors the same error comes again and again: told once in each pause.
        guard !isPaused else { return }
        logger.warning("A connection could not be accepted", metadata: ["error": "\(error)"])
        isPaused = true
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            self.isPaused = false
            if self.isReadHeldBack { context.read() }
            self.isReadHeldBack = false
        }
    }

    func read(context: ChannelHandlerContext) {
        if isPaused { isReadHeldBack = true } else { context.read() }
    }
}
