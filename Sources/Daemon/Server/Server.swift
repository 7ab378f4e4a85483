import HTTPServer
import JMAP
import Logging
import MailModel
import MailStore
import MailSync
import OutboundHTTP
import POP3
import POP3Server
import Push
import ServiceLifecycle
import Submission
import Transport

/// The daemon: owns the data directory, polls, and serves what was polled, until it is told to end.
struct Server: Sendable {
    let settings: Settings
    let logger: Logger
    let metrics: MetricsRegistry
    let readiness: Readiness
    /// How long to wait for a command that owns the data directory.
    var patience: Duration = .seconds(10)
    /// Whether the process is this daemon's alone: then the process ends ten seconds after the signal whatever still runs.
    let isProcess: Bool
    /// Where people are told what is for them alone, and in no log.
    var say: @Sendable (String) -> Void = { _ in }

    init(
        settings: Settings, environment: [String: String], metrics: MetricsRegistry, logger: Logger,
        isProcess: Bool = false
    ) {
        self.isProcess = isProcess
        self.settings = settings
        self.metrics = metrics
        self.logger = logger
        readiness = Readiness(environment: environment)
    }

    /// Where it listens; for who asked for port 0, and for the log.
    struct Addresses: Sendable {
        /// `http` and, if it is on, `https`.
        var http: [BoundAddress]
        /// `pop3` and, if it is on, `pop3s`.
        var pop3: [Int]

        /// For people.
        var description: String {
            "Listening: http=\(http.map(\.description).joined(separator: " ")) "
                + "pop3=\(pop3.map(String.init).joined(separator: " "))"
        }
    }

    /// Runs until SIGTERM or SIGINT, or until `termination` says so. `prepare` works on the store before anything listens; `ready` is called when
    /// everything does. All ends within ten seconds of the signal, and nothing that was acknowledged is lost.
    func run(
        until termination: Termination? = nil,
        prepare: @Sendable (MailStore) async throws -> Void = { _ in },
        ready: @escaping @Sendable (MailStore, Addresses) async throws -> Void = { _, _ in }
    ) async throws {
        let termination = if let termination { termination } else { await Termination() }
        try settings.checkFiles()
        let socket = try ControlSocket(dataDirectory: settings.dataDirectory)
        guard let store = try await openPatiently(unless: termination) else { return }
        do {
            try await prepare(store)
            try await serve(store, socket, termination, ready)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
        logger.notice("Ended")
    }

    func run() async throws {
        try await run(ready: { store, addresses in
            logger.notice(
                "Ready",
                metadata: [
                    "dataDirectory": "\(store.path)",
                    "http": "\(addresses.http.map(\.description).joined(separator: " "))",
                    "pop3": "\(addresses.pop3.map(String.init).joined(separator: " "))",
                ])
        })
    }

    /// A command may own the directory for a moment; another daemon owns it for good. Nil when told to end meanwhile.
    private func openPatiently(unless termination: Termination) async throws -> MailStore? {
        let end = ContinuousClock.now.advanced(by: patience)
        var isAnnounced = false
        while !termination.isDue {
            do {
                return try await MailStore.open(settings.storeOptions, logger: logger)
            } catch {
                guard error.code == .locked else { throw CommandError(error) }
            }
            guard ContinuousClock.now < end else {
                throw CommandError(
                    .temporary,
                    """
                    Another process has owned the data directory \(settings.dataDirectory) for \(patience): if it is \
                    a daemon, end it first (restante status tells).
                    """)
            }
            if !isAnnounced {
                isAnnounced = true
                readiness.waiting("Waiting for the process that owns \(settings.dataDirectory)")
                logger.notice("Waiting for the process that owns the data directory")
            }
            // Short beside the time from one command's end to the next one's start: a row of them keeps no daemon waiting.
            try await Task.sleep(for: .milliseconds(5))
        }
        return nil
    }

    private func serve(
        _ store: MailStore, _ socket: ControlSocket, _ termination: Termination,
        _ ready: @escaping @Sendable (MailStore, Addresses) async throws -> Void
    ) async throws {
        let pop3 = try await makePOP3Service(store)
        let jmap = JMAPServer(
            store: store, limits: settings.limits.jmap,
            remoteImages: RemoteImageSigner(store: store, prefix: BaseURL(settings.publicURL)?.prefix ?? ""),
            unsubscriber: OneClickSender(fetcher: settings.fetcher, clock: SystemClock.now),
            devicePOP3: settings.devicePOP3(ports: pop3.ports), clock: SystemClock.now)
        let http = makeHTTPServer(store, jmap)
        let page = PageAddress()
        let context = VerbContext(
            store: store, settings: settings, polling: .service(store), isServing: true, clock: SystemClock.now,
            page: page)
        let control = try ControlServer(socket, context: context, logger: logger)
        let sync = MailSync(
            store: store, connector: settings.connector, options: settings.syncOptions(logger), logger: logger)
        let submission = Submission(
            store: store, connector: settings.connector, options: settings.submissionOptions(logger), logger: logger)
        let push = Push(
            store: store, jmap: jmap, fetcher: settings.fetcher, options: settings.pushOptions(), logger: logger)
        let setup = SetupService(
            store: store, settings: settings, page: page, http: http, say: say, logger: logger)
        let listenerCount = [settings.http.listen, settings.https.listen].count { !$0.isOff }
        let announcement = Announcement(readiness: readiness) {
            let addresses = Addresses(http: await http.addresses(), pop3: pop3.ports)
            // A listener that fails ends the group by its own error.
            guard addresses.http.count == listenerCount else { return }
            readiness.ready(addresses.description)
            try await ready(store, addresses)
        }
        // They end in the reverse order, each when the one before has: commands are the last, and hold up nobody.
        let services: [any Service] = [
            control, JobService(context), StorageService(store: store, logger: logger),
            SnoozeService(store: store, clock: SystemClock.now, logger: logger), sync, submission, push, pop3, http,
            setup, announcement,
        ]
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) }
                + [
                    .init(
                        service: TerminationService(termination: termination),
                        successTerminationBehavior: .gracefullyShutdownGroup)
                ],
            logger: logger)
        if isProcess {
            configuration.maximumGracefulShutdownDuration = .seconds(7)
            configuration.maximumCancellationDuration = .seconds(2)
        }
        try await ServiceGroup(configuration: configuration).run()
    }

    private func makeHTTPServer(_ store: MailStore, _ jmap: JMAPServer) -> HTTPServer {
        var listeners: [HTTPServerConfiguration.Listener] = []
        if !settings.http.listen.isOff {
            listeners.append(.init(host: settings.http.listen.host, port: settings.http.listen.port))
        }
        if !settings.https.listen.isOff {
            listeners.append(
                .init(
                    host: settings.https.listen.host, port: settings.https.listen.port,
                    certificate: .init(
                        certificateChain: settings.tls.certificate, privateKey: settings.tls.privateKey)))
        }
        var configuration = HTTPServerConfiguration(listeners: listeners)
        configuration.limits = settings.limits
        configuration.publicURL = BaseURL(settings.publicURL)
        configuration.trustedProxies = TrustedProxies(settings.trustedProxies) ?? TrustedProxies()
        configuration.allowedOrigins = AllowedOrigins(settings.allowedOrigins) ?? AllowedOrigins()
        configuration.webClientFolder = settings.webClient.folder
        return HTTPServer(
            store: store, jmap: jmap, configuration: configuration, fetcher: settings.fetcher, metrics: metrics,
            logger: logger)
    }

    private func makePOP3Service(_ store: MailStore) async throws -> POP3Service {
        let tls = settings.tls
        var options = POP3ServiceOptions(ports: [], limits: settings.limits.sessions)
        if tls.isConfigured { options.certificate = try .init(chain: tls.certificate, key: tls.privateKey) }
        if !settings.pop3.listen.isOff {
            let isOpen = settings.pop3.listen.isLoopback || settings.pop3.insecure
            options.ports.append(
                .init(
                    host: settings.pop3.listen.host, port: settings.pop3.listen.port,
                    security: tls.isConfigured ? (isOpen ? .startTLSOrPlainText : .startTLS) : .plainText))
        }
        if !settings.pop3s.listen.isOff, tls.isConfigured {
            options.ports.append(
                .init(
                    host: settings.pop3s.listen.host, port: settings.pop3s.listen.port, security: .implicitTLS))
        }
        return try await POP3Service.bind(options, store: store, logger: logger)
    }
}

/// Runs once when everything listens, then waits for the end; the last service, it is the first that is told of it.
private struct Announcement: Service {
    let readiness: Readiness
    let announce: @Sendable () async throws -> Void

    func run() async throws {
        try await announce()
        try? await gracefulShutdown()
        readiness.stopping()
    }
}
