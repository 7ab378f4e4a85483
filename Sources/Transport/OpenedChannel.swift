import NIOCore
import Synchronization

/// A channel that no task serves yet.
///
/// NIO ends the process when an asynchronous channel is dropped unused, and channels are dropped: when a listener stops as
/// a connection comes in, when a connection attempt fails or loses against one to another address. What nobody takes is
/// closed here as it must be.
final class OpenedChannel: Sendable {
    private let wire: Wire
    private let isTaken = Atomic(false)

    /// Builds the handlers of a new channel; on its event loop.
    init(_ channel: any Channel, security: SecurityPlan, startsSecure: Bool) throws {
        let watchdog = Watchdog()
        let handler = ConnectionHandler(
            watchdog: watchdog, describe: security.describe, refusal: security.refusal)
        try channel.pipeline.syncOperations.addHandler(handler)
        if startsSecure { try handler.startTLS(security.makeHandler(), listener: security.makeListener(), after: nil) }
        wire = Wire(
            channel: try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(
                    backPressureStrategy: .init(lowWatermark: 4, highWatermark: 8), inboundType: ConnectionEvent.self,
                    outboundType: ByteBuffer.self)),
            handler: NIOLoopBound(handler, eventLoop: channel.eventLoop), watchdog: watchdog)
    }

    deinit {
        guard !isTaken.load(ordering: .relaxed) else { return }
        // Nobody is left who could wait for this: it only closes a socket.
        Task { [channel = wire.channel] in try? await channel.executeThenClose { _, _ in } }
    }

    /// Whoever takes the wire must execute its channel.
    func take() -> Wire {
        isTaken.store(true, ordering: .relaxed)
        return wire
    }
}
