import Foundation
import HTTPServer
import Logging
import MailModel
import MailStore
import POP3
import POP3Server
import SampleMail
import ServiceLifecycle

/// Everything at once on this machine: a maildrop full of invented mail on our own POP3 server, and a daemon that polls it.
struct Demo: Sendable {
    let directory: String
    let messages: Int
    let port: Int
    /// How the welcome ends: what Ctrl-C does.
    let farewell: String
    let logger: Logger
    /// Tells whoever started it.
    var announce: @Sendable (String) -> Void = { Output.print($0) }
    /// Whether the process is this demo's alone (`Server/isProcess`).
    var isProcess = false

    private static let seed: UInt64 = 2026

    /// Runs until Ctrl-C.
    func run() async throws {
        let termination = await Termination()
        let upstream = try await MailStore.open(options("upstream"), logger: logger)
        do {
            let password = try await fill(upstream, unless: termination)
            let provider = try await POP3Service.bind(
                POP3ServiceOptions(ports: [.init(host: "127.0.0.1", port: 0, security: .plainText)]),
                store: upstream, logger: logger)
            try await serve(provider, password, termination)
        } catch {
            await upstream.close()
            throw error
        }
        await upstream.close()
    }

    private func options(_ name: String) -> MailStoreOptions {
        MailStoreOptions(
            directory: directory + "/" + name, key: .file(directory + "/\(name).key"), clock: SystemClock.now)
    }

    /// The provider's side: one account, whose Inbox is the maildrop. Returns the password of its sign-in.
    private func fill(_ upstream: MailStore, unless termination: Termination) async throws -> Secret {
        let user = try await upstream.createUser(name: Household.address, password: Self.password())
        let (_, secret) = try await upstream.createDevice(user: user.id, name: "restante")
        let account = try await upstream.account(user.account, for: upstream.principal(forCommandLine: user))
        let inbox = try await account.read { try $0.mailbox(withRole: .inbox)?.id }
        guard let inbox else { throw CommandError(.software, "The account has no Inbox.") }
        var shape = SampleMail.Shape(count: messages, medianOctets: 6_000)
        shape.newest = SystemClock.now().seconds
        shape.maximumOctets = 500_000
        let sample = SampleMail(seed: Self.seed, shape: shape)
        for start in stride(from: 0, to: messages, by: Account.ingestMessages)
        where !termination.isDue {
            var batch: [Arrival] = []
            for index in start..<min(messages, start + Account.ingestMessages) {
                let message = try await account.prepare(.octets(sample.message(index)))
                batch.append(
                    Arrival(message, mailboxIDs: [inbox], receivedAt: Timestamp(seconds: sample.sentAt(index))))
            }
            try await account.ingest(batch)
        }
        return secret
    }

    private func serve(_ provider: POP3Service, _ password: Secret, _ termination: Termination) async throws {
        var settings = Settings(dataDirectory: directory + "/data")
        settings.http.listen = ListenAddress(host: "127.0.0.1", port: port)
        settings.pop3.listen = ListenAddress(host: "127.0.0.1", port: 0)
        settings.pop3s.listen = .off
        let server = Server(
            settings: settings, environment: [:], metrics: MetricsRegistry(), logger: logger, isProcess: isProcess)
        let ports = provider.ports
        try await withThrowingTaskGroup(of: Void.self) { group in
            let upstream = ServiceGroup(
                configuration: .init(services: [provider], gracefulShutdownSignals: [], logger: logger))
            group.addTask { try await upstream.run() }
            group.addTask {
                try await run(server, until: termination, upstreamPort: ports.first ?? 0, password: password)
                await upstream.triggerGracefulShutdown()
            }
            while try await group.next() != nil {}
        }
    }

    private func run(
        _ server: Server, until termination: Termination, upstreamPort: Int, password: Secret
    ) async throws {
        let household = Household()
        try await server.run(
            until: termination,
            prepare: { store in
                try await household.furnish(store, upstreamPort: upstreamPort, password: password)
            },
            ready: { store, addresses in
                announce(try await household.welcome(store, addresses, directory: directory) + farewell + "\n")
            })
    }

    /// A password that nobody has to know by heart.
    static func password() -> Secret {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        return Secret(String((0..<16).compactMap { _ in letters.randomElement() }))
    }
}
