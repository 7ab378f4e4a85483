import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// What every connection gets before the framework takes it: no waiting for more octets to send, probes of silent peers,
/// a bound of connections for each address, and a bound on the time of the TLS handshake.
struct GuardedChannel<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    /// The framework's side; asked for with each connection because certificates change.
    let base: @Sendable () -> Base
    let connections: ConnectionCounter
    let open: OpenConnections
    let handshakeLimit: TimeAmount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        open.add(channel)
        let isAdmitted = admit(channel)
        setOptions(channel)
        return base().setup(channel: channel, logger: logger).map { value in
            guardHandshake(channel)
            // A refused connection is set up all the same: a failed set-up would be an error of the whole listener.
            if !isAdmitted { channel.close(promise: nil) }
            return value
        }
    }

    func handle(value: Value, logger: Logger) async { await base().handle(value: value, logger: logger) }

    private func admit(_ channel: any Channel) -> Bool {
        guard let address = channel.remoteAddress.flatMap({ NetworkAddress($0) }) else { return true }
        guard connections.enter(address) else { return false }
        channel.closeFuture.whenComplete { [connections] _ in connections.leave(address) }
        return true
    }

    /// These fail only when the connection is gone already, which its reader will find out.
    private func setOptions(_ channel: any Channel) {
        guard let options = channel.syncOptions else { return }
        try? options.setOption(.tcpOption(.tcp_nodelay), value: 1)
        try? options.setOption(.socketOption(.so_keepalive), value: 1)
    }

    private func guardHandshake(_ channel: any Channel) {
        let pipeline = channel.pipeline.syncOperations
        guard let tls = try? pipeline.handler(type: NIOSSLServerHandler.self) else { return }
        try? pipeline.addHandler(HandshakeGuard(limit: handshakeLimit), position: .after(tls))
    }
}
