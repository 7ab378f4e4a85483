import NIOCore
import Synchronization

/// A channel with its handlers that no task serves yet, and that therefore reads nothing.
///
/// The asynchronous channel around it is made only when a task takes it. NIO ends the process when an asynchronous
/// channel is dropped unused, and channels are dropped: when a listener stops as a connection comes in, when a connection
/// attempt fails or loses against one to another address.
final class OpenedChannel: Sendable {
    private let channel: any Channel
    private let handler: NIOLoopBound<ConnectionHandler>
    private let watchdog = Watchdog()
    private let isTaken = Atomic(false)

    /// Builds the handlers of a new channel whose `autoRead` is off; on its event loop.
    init(_ channel: any Channel, security: SecurityPlan, startsSecure: Bool) throws {
        let handler = ConnectionHandler(watchdog: watchdog, describe: security.describe)
        try channel.pipeline.syncOperations.addHandler(handler)
        if startsSecure { try handler.startTLS(security.makeHandler(), after: nil) }
        self.channel = channel
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    deinit {
        if !isTaken.load(ordering: .relaxed) { channel.close(promise: nil) }
    }

    /// Begins to read. Whoever takes the wire must execute its channel.
    func take() async throws -> Wire {
        let (channel, handler, watchdog) = (channel, handler, watchdog)
        let wire = try await channel.eventLoop.submit {
            // A closed channel takes no handlers any more, and half an asynchronous channel would be dropped.
            guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
            let wire = Wire(
                channel: try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(
                        backPressureStrategy: .init(lowWatermark: 4, highWatermark: 8),
                        inboundType: ConnectionEvent.self, outboundType: ByteBuffer.self)),
                handler: handler, watchdog: watchdog)
            try channel.syncOptions?.setOption(.autoRead, value: true)
            return wire
        }.get()
        isTaken.store(true, ordering: .relaxed)
        return wire
    }
}
