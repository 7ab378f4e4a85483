public import Logging
public import MailStore
import NIOCore
import POP3
public import ServiceLifecycle
public import Transport

/// POP3 for old devices over an account's Inbox (RFC 1939), with device secrets as passwords.
///
/// A message's unique-id is its email's id. What a session deletes goes to Trash when it ends with QUIT; nothing is
/// destroyed, and no keyword changes. An account has one session at a time.
public struct POP3Service: Service {
    private let store: MailStore
    private let options: POP3ServiceOptions
    private let logger: Logger
    private let listeners: [(Listener, POP3ServiceOptions.Port)]
    private let sessions = SessionRegistry()
    private let revocations: AsyncStream<Revocation>

    /// Opens the ports. What was bound must be `run()`.
    ///
    /// - Throws: `bind` when a port can't be had, `certificateFiles` when TLS is offered without a certificate.
    public static func bind(
        _ options: POP3ServiceOptions, store: MailStore, logger: Logger
    ) async throws(TransportError) -> POP3Service {
        for port in options.ports where options.certificate == nil && port.security != .plainText {
            throw TransportError(.certificateFiles, "POP3 with TLS on port \(port.port) needs a certificate.")
        }
        var listeners: [(Listener, POP3ServiceOptions.Port)] = []
        for port in options.ports {
            do {
                listeners.append((try await Listener.bind(options.listener(port), logger: logger), port))
            } catch {
                for (listener, _) in listeners { listener.stop() }
                throw error
            }
        }
        return POP3Service(store: store, options: options, logger: logger, listeners: listeners)
    }

    private init(
        store: MailStore, options: POP3ServiceOptions, logger: Logger, listeners: [(Listener, POP3ServiceOptions.Port)]
    ) {
        self.store = store
        self.options = options
        self.logger = logger
        self.listeners = listeners
        revocations = store.revocations()
    }

    /// The ports, in the order of the options.
    public var ports: [Int] { listeners.map(\.0.port) }

    /// Serves until graceful shutdown or cancellation. Open sessions then end at once, which deletes nothing (RFC 1939 §3).
    public func run() async throws {
        guard !listeners.isEmpty else { return try await gracefulShutdown() }
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await watchRevocations() }
                try await withThrowingDiscardingTaskGroup { listening in
                    for (listener, port) in listeners {
                        listening.addTask { try await serve(listener, port) }
                    }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            for (listener, _) in listeners { listener.stop() }
            sessions.closeAll()
        }
    }

    private func serve(_ listener: Listener, _ port: POP3ServiceOptions.Port) async throws {
        let configuration = ServerConfiguration(security: port.security, limits: options.limits)
        try await listener.run { connection in
            await Session(store: store, sessions: sessions, configuration: configuration, logger: logger)
                .run(on: connection)
        }
    }

    /// A device's credential ended: so does its session.
    private func watchRevocations() async {
        for await revocation in revocations { sessions.end(revocation) }
    }
}
