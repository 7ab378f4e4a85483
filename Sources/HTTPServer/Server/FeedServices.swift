import MailStore
import ServiceLifecycle

/// Hands every committed change to the event sources of its account.
struct ChangeFeedService: Service {
    let core: ServerCore

    func run() async throws {
        for await change in core.store.changes().cancelOnGracefulShutdown() { core.hub.publish(change) }
    }
}

/// Ends what revoked devices and removed users have open.
struct RevocationService: Service {
    let core: ServerCore

    func run() async throws {
        for await revocation in core.store.revocations().cancelOnGracefulShutdown() { core.hub.end(revocation) }
    }
}

/// Closes what is still open some time after the server was told to stop.
struct StragglerService: Service {
    let open: OpenConnections
    let patience: Duration

    func run() async throws {
        try? await gracefulShutdown()
        // Cancelled when nothing is open any more.
        guard (try? await Task.sleep(for: patience)) != nil else { return }
        open.closeAll()
    }
}
