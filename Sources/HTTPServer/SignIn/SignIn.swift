import CoreMetrics
import HTTPTypes
import MailModel
import MailStore
import ServiceLifecycle
import Synchronization

/// Who sends a request, by a device's secret. User passwords open nothing here: their check is slow on purpose, and a
/// device that holds one could do more than be a device.
final class SignIn: Sendable {
    private let store: MailStore
    private let failures: Counter
    private let heldAnswers: Int
    private let held = Mutex(0)

    init(store: MailStore, heldAnswers: Int, failures: Counter) {
        self.store = store
        self.heldAnswers = heldAnswers
        self.failures = failures
    }

    /// A right secret is let in whatever others at its address have done: it has 160 random bits, so nobody finds one by
    /// trying, and a revoked device that goes on asking must not lock out the ones beside it. Only failures are counted,
    /// slowed down and, past the limits, refused without a look.
    func principal(_ fields: HTTPFields, from origin: Origin) async throws -> Principal {
        guard let credentials = fields[.authorization].flatMap({ Credentials(authorization: $0) }) else {
            throw Problem.signIn
        }
        if let principal = try await find(credentials) { return principal }
        failures.increment()
        let address = origin.client?.description ?? "local"
        let result = try await store.signIn(
            userName: credentials.userName, deviceSecret: credentials.secret, from: address)
        switch result {
        case .signedIn(let principal): return principal
        case .failed(let delay):
            await hold(delay)
            throw Problem.signIn
        case .refused(let wait):
            throw Problem(
                status: 429, detail: "Too many failed sign-ins from this address; try again later.",
                retryAfter: Int(max(1, wait.components.seconds)))
        }
    }

    /// Whether what was right a moment ago still is: asked again once something can be told of a revocation.
    func isStillValid(_ fields: HTTPFields) async throws -> Bool {
        guard let credentials = fields[.authorization].flatMap({ Credentials(authorization: $0) }) else { return false }
        return try await find(credentials) != nil
    }

    private func find(_ credentials: Credentials) async throws -> Principal? {
        try await store.signIn(userName: credentials.userName, deviceSecret: credentials.secret)
    }

    private func hold(_ delay: Duration) async {
        let isHeld = held.withLock { held in
            guard delay > .zero, held < heldAnswers else { return false }
            held += 1
            return true
        }
        guard isHeld else { return }
        // Ends early when the server stops.
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
        held.withLock { $0 -= 1 }
    }
}
