public import MailModel
public import NIOCore
import NIOPosix

/// Makes outgoing connections.
public final class Connector: Sendable {
    /// Octets that are read at once. The TLS handler gathers all that was read in one turn in one buffer, and takes a new
    /// one of that size for each turn: large ones come from fresh pages, which cost more than the calls they save.
    private static let mostRead = 64 * 1024

    private let group: any EventLoopGroup
    let tls: ClientTLS
    private let resolver: any HostResolver

    /// Threads are shared with everything else in the process unless `group` says otherwise.
    public init(
        trust: TrustRoots = .system, resolver: any HostResolver = SystemResolver(), group: (any EventLoopGroup)? = nil
    ) {
        self.group = group ?? MultiThreadedEventLoopGroup.singleton
        self.resolver = resolver
        tls = ClientTLS(trust: trust)
    }

    /// Connects to `target`, gives the connection to `body` and closes it afterwards, whatever happened.
    ///
    /// The host's addresses are found once, those that the target's policy refuses are left out, and the others are
    /// tried as RFC 8305 says: a name that changes meanwhile changes nothing. With ``ConnectionTarget/Start/secure``
    /// the handshake is over, and the peer's identity established, before `body` runs.
    public func withConnection<Result: Sendable>(
        to target: ConnectionTarget, trace: WireTrace? = nil, _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        try await withConnection(to: target, security: .client(tls, target), trace: trace, body)
    }

    /// The addresses that a connection to `target` would try.
    public func addresses(of target: ConnectionTarget) async throws(TransportError) -> [IPAddress] {
        try await resolver.addresses(
            of: target.host, port: target.port, allowedBy: target.policy, within: target.connectTimeout)
    }

    func withConnection<Result: Sendable>(
        to target: ConnectionTarget, security: SecurityPlan, trace: WireTrace?,
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        let wire = try await connect(to: target, security: security)
        return try await wire.channel.executeThenClose { inbound, outbound in
            let connection = Connection(
                wire: wire, security: security, trace: trace, inbound: inbound, outbound: outbound)
            if target.start == .secure { try await connection.finishHandshake(within: target.handshakeTimeout) }
            return try await body(connection)
        }
    }

    private func connect(to target: ConnectionTarget, security: SecurityPlan) async throws(TransportError) -> Wire {
        let addresses = try await addresses(of: target)
        let eventLoop = group.next()
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(target.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 4 * 1024, initial: 32 * 1024, maximum: Self.mostRead)
            )
            .channelOption(.maxMessagesPerRead, value: 1)
        do {
            let checked = try CheckedAddresses(addresses, port: target.port, on: eventLoop)
            let opened = try await bootstrap.resolver(checked).connect(host: target.host, port: target.port) {
                channel in
                channel.eventLoop.makeCompletedFuture {
                    try OpenedChannel(channel, security: security, startsSecure: target.start == .secure)
                }
            }
            return opened.take()
        } catch {
            throw ConnectFailure(error: error, target: target).described
        }
    }
}
