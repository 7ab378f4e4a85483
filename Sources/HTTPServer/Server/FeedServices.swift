import Logging
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

/// Ends the sessions that expire: an open event source is a browser that is still used.
struct SessionUpkeepService: Service {
    let core: ServerCore

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                await keepUp()
                try await Task.sleep(for: core.configuration.times.sessionUpkeep)
            }
        }
    }

    private func keepUp() async {
        for principal in core.hub.principals { core.store.noteSeen(principal) }
        do {
            try await core.store.endExpiredSessions()
        } catch {
            core.logger.error("Expired sessions could not be ended", metadata: ["error": "\(error)"])
        }
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
