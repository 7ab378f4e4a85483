public import Logging
public import NIOCore
import NIOPosix
import Synchronization

/// Where a server listens and how its connections begin.
public struct ListenerOptions: Sendable {
    public var host: String
    /// 0 lets the system choose; ``Listener/port`` tells which.
    public var port: Int
    public var start: ConnectionTarget.Start
    /// What TLS, at the start or later, shows to clients; nil when there is none.
    public var certificate: CertificateFiles?
    public var handshakeTimeout: Duration
    /// Connections beyond these are closed at once.
    public var maximumConnections: Int
    /// The same for the connections of one IPv4 address or one IPv6 network of 64 bits.
    public var connectionsPerPeer: Int
    /// What the connections' traces are written to.
    public var trace: WireTrace?

    public init(
        host: String, port: Int, start: ConnectionTarget.Start, certificate: CertificateFiles? = nil,
        handshakeTimeout: Duration = .seconds(30), maximumConnections: Int = 1024, connectionsPerPeer: Int = 1024,
        trace: WireTrace? = nil
    ) {
        self.host = host
        self.port = port
        self.start = start
        self.certificate = certificate
        self.handshakeTimeout = handshakeTimeout
        self.maximumConnections = maximumConnections
        self.connectionsPerPeer = connectionsPerPeer
        self.trace = trace
    }
}

/// A bound port whose connections are served until it is stopped.
public final class Listener: Sendable {
    /// The port it listens on.
    public let port: Int

    private let options: ListenerOptions
    private let logger: Logger
    private let channel: NIOAsyncChannel<OpenedChannel, Never>
    private let connectionCount = Atomic(0)
    private let peers: PeerCounter

    private init(options: ListenerOptions, logger: Logger, channel: NIOAsyncChannel<OpenedChannel, Never>) {
        self.options = options
        self.logger = logger
        self.channel = channel
        peers = PeerCounter(limit: options.connectionsPerPeer)
        port = channel.channel.localAddress?.port ?? options.port
    }

    /// Opens the port. Every listener that was bound must be ``run(_:)``.
    ///
    /// Throws ``TransportError/Code/bind`` when the port can't be had.
    public static func bind(
        _ options: ListenerOptions, logger: Logger, group: (any EventLoopGroup)? = nil
    ) async throws(TransportError) -> Listener {
        let security = SecurityPlan.server(options.certificate)
        let bootstrap = ServerBootstrap(group: group ?? MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 2048, maximum: 64 * 1024))
        do {
            let channel = try await bootstrap.bind(host: options.host, port: options.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try OpenedChannel(channel, security: security, startsSecure: options.start == .secure)
                }
            }
            return Listener(options: options, logger: logger, channel: channel)
        } catch {
            throw TransportError(
                .bind,
                "Port \(options.port) of \(options.host) can't be opened: it is in use, not this machine's, or needs"
                    + " another user.",
                cause: String(describing: error))
        }
    }

    /// Serves connections, each in a task of its own, until ``stop()`` or cancellation; returns when the last has ended.
    ///
    /// Cancelling the task that runs this cancels every connection's task.
    public func run(_ serve: @escaping @Sendable (Connection) async -> Void) async throws {
        try await channel.executeThenClose { channels in
            try await withThrowingDiscardingTaskGroup { group in
                for try await opened in channels {
                    group.addTask { await self.serve(opened, serve) }
                }
            }
        }
    }

    /// Closes the port. Connections that are open go on until their tasks end.
    public func stop() { channel.channel.close(promise: nil) }

    private func serve(_ opened: OpenedChannel, _ body: @Sendable (Connection) async -> Void) async {
        let count = connectionCount.wrappingAdd(1, ordering: .relaxed).newValue
        defer { connectionCount.wrappingSubtract(1, ordering: .relaxed) }
        do {
            let wire = opened.take()
            let address = wire.channel.channel.remoteAddress?.ipAddress
            let isAdmitted = peers.enter(address)
            defer { if isAdmitted { peers.leave(address) } }
            try await wire.channel.executeThenClose { inbound, outbound in
                guard count <= options.maximumConnections, isAdmitted else {
                    logger.warning("Connection refused: too many are open", metadata: ["port": "\(port)"])
                    return
                }
                let connection = Connection(
                    wire: wire, security: .server(options.certificate), trace: options.trace, inbound: inbound,
                    outbound: outbound)
                if options.start == .secure {
                    try await connection.finishHandshake(within: options.handshakeTimeout)
                }
                await body(connection)
            }
        } catch {
            logger.debug("Connection ended", metadata: ["port": "\(port)", "error": "\(error)"])
        }
    }
}
