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
