import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
public import JMAP
public import Logging
import MailModel
public import MailStore
import NIOCore
public import OutboundHTTP
public import ServiceLifecycle
import Synchronization

/// JMAP over HTTP: sessions, calls, uploads, downloads and the event source for devices, and what operators ask for.
///
/// A service: it listens while `run()` runs, and ends within moments of a graceful shutdown, open event sources included.
public final class HTTPServer: Service {
    let core: ServerCore
    private let connections: ConnectionCounter
    private let open = OpenConnections()
    private let bound: BoundAddresses

    /// `fetcher` brings the remote images of messages.
    public init(
        store: MailStore, jmap: JMAPServer, configuration: HTTPServerConfiguration = .init(),
        fetcher: any HTTPFetcher = OutboundHTTP(), metrics: MetricsRegistry = .init(), logger: Logger
    ) {
        core = ServerCore(
            store: store, jmap: jmap, configuration: configuration, fetcher: fetcher, metrics: metrics, logger: logger)
        connections = ConnectionCounter(
            limit: configuration.bounds.connectionsPerAddress, exempt: configuration.trustedProxies)
        bound = BoundAddresses(count: configuration.listeners.count)
    }

    /// Where each listener of the configuration listens, in its order, once all of them do. Ports that were 0 are real
    /// here. Empty when the server ended before.
    public func addresses() async -> [BoundAddress] { await bound.wait() }

    public func run() async throws {
        defer { bound.finish() }
        let listeners = core.configuration.listeners
        try await withThrowingTaskGroup(of: Role.self) { group in
            for (index, listener) in listeners.enumerated() {
                let application = try buildApplication(listener, at: index)
                group.addTask {
                    try await self.run(application, listener)
                    return .listener
                }
            }
            for service in feeds + [StragglerService(open: open, patience: core.configuration.times.shutdown)] {
                group.addTask {
                    try await service.run()
                    return .helper
                }
            }
            try await withGracefulShutdownHandler {
                try await waitForListeners(listeners.count, in: &group)
            } onGracefulShutdown: {
                self.core.stop()
            }
        }
    }

    /// What a task of the server is for.
    private enum Role { case listener, helper }

    /// Until all have ended; then, or when one fails, there is nobody left to help.
    private func waitForListeners(_ count: Int, in group: inout ThrowingTaskGroup<Role, any Error>) async throws {
        // With every listener off there is nothing to wait for but the end.
        if count == 0 { try? await gracefulShutdown() }
        var left = count
        while left > 0, let role = try await group.next() {
            if role == .listener { left -= 1 }
        }
        group.cancelAll()
    }

    private func run(_ application: Application<Responder>, _ listener: HTTPServerConfiguration.Listener) async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw HTTPServerError(
                .bind, "Cannot listen on \(listener.host) port \(listener.port): is the port taken?", cause: error)
        }
    }

    /// What brings the store's news to the open connections, and time's.
    var feeds: [any Service] {
        [ChangeFeedService(core: core), RevocationService(core: core), SessionUpkeepService(core: core)]
    }

    /// The answers of one listener, which tests ask without a socket.
    func buildResponder(_ listener: HTTPServerConfiguration.Listener) -> Responder {
        Responder(
            core: core,
            facts: Origin.Facts(
                publicURL: core.configuration.publicURL, proxies: core.configuration.trustedProxies,
                scheme: listener.certificate == nil ? "http" : "https"))
    }

    /// One listener with everything that stands around its answers.
    private func buildApplication(
        _ listener: HTTPServerConfiguration.Listener, at index: Int
    ) throws -> Application<Responder> {
        let logger = core.logger
        let bounds = core.configuration.bounds
        return Application(
            responder: buildResponder(listener),
            server: try buildServer(listener),
            configuration: ApplicationConfiguration(
                address: .hostname(listener.host, port: listener.port),
                availableConnectionsDelegate: .maximum(bounds.connections, logger: logger)),
            onServerRunning: { [bound] channel in
                // Only a listener that closes at this very moment refuses the handler, and that one needs none.
                try? await channel.eventLoop.submit {
                    try channel.pipeline.syncOperations.addHandler(AcceptGuard(logger: logger), position: .first)
                }.get()
                bound.set(index, channel.localAddress)
            },
            logger: logger)
    }

    private func buildServer(_ listener: HTTPServerConfiguration.Listener) throws -> HTTPServerBuilder {
        let configuration = core.configuration
        let (connections, open) = (connections, open)
        let handshake = TimeAmount(configuration.times.tlsHandshake)
        guard let certificate = listener.certificate else {
            return HTTPServerBuilder { responder in
                let channel = HTTP1Channel(responder: responder, configuration: configuration.http1)
                return GuardedChannel(
                    base: { channel }, connections: connections, open: open, handshakeLimit: handshake)
            }
        }
        let logger = core.logger
        return HTTPServerBuilder { responder in
            let tls = try ReloadingTLS(
                certificate, interval: configuration.times.certificateCheck, logger: logger
            ) { files in
                try HTTP2UpgradeChannel(
                    tlsConfiguration: files.tlsConfiguration(), configuration: configuration.http2,
                    responder: responder)
            }
            return GuardedChannel(
                base: { tls.current() }, connections: connections, open: open, handshakeLimit: handshake)
        }
    }
}
