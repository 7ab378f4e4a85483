import CoreMetrics
import HTTPTypes
import Hummingbird
import MailModel
import MailStore
import ServiceLifecycle
import Synchronization

/// Who sends a request: by a device's secret, by a browser's cookie, or by a ticket for an event source. User passwords open
/// a browser's session and nothing else: their check is slow on purpose, and a device that holds one could do more than
/// be a device.
final class SignIn: Sendable {
    let store: MailStore
    let failures: Counter
    private let heldAnswers: Int
    private let held = Mutex(0)
    let tickets: EventTickets

    init(store: MailStore, tickets: EventTickets, heldAnswers: Int, failures: Counter) {
        self.store = store
        self.tickets = tickets
        self.heldAnswers = heldAnswers
        self.failures = failures
    }

    /// Who sends a request that needs to be somebody's. What the page writes itself, `Authorization`, goes before the cookie
    /// that the browser adds.
    func principal(
        _ request: Request, _ target: RequestTarget, _ route: Route, from origin: Origin
    ) async throws -> Principal {
        if route == .eventSource, request.method == .get, let ticket = target.parameter("ticket") {
            return try await principal(ofTicket: ticket)
        }
        if request.headers[.authorization] == nil, let session = try await session(request, origin) { return session }
        return try await principal(request.headers, from: origin)
    }

    /// A right secret is let in whatever others at its address have done: it has 160 random bits, so nobody finds one by
    /// trying, and a revoked device that goes on asking must not lock out the ones beside it. Only failures are counted,
    /// slowed down and, past the limits, refused without a look.
    private func principal(_ fields: HTTPFields, from origin: Origin) async throws -> Principal {
        guard let credentials = fields[.authorization].flatMap({ Credentials(authorization: $0) }) else {
            throw Problem.signIn
        }
        if let principal = try await find(credentials) { return principal }
        failures.increment()
        let result = try await store.signIn(
            userName: credentials.userName, deviceSecret: credentials.secret, from: Self.address(origin))
        switch result {
        case .signedIn(let principal): return principal
        case .failed(let delay):
            await hold(delay)
            throw Problem.signIn
        case .refused(let wait): throw Self.refusal(wait)
        }
    }

    /// Whose cookie a request of our own pages carries.
    func session(_ request: Request, _ origin: Origin) async throws -> Principal? {
        guard let secret = SessionCookie(origin).secret(in: request.headers), RequestSite.isOurs(request, origin) else {
            return nil
        }
        return try await store.signIn(sessionSecret: secret)
    }

    private func principal(ofTicket ticket: String) async throws -> Principal {
        guard let principal = tickets.redeem(ticket, at: .now), try await store.isCurrent(principal) else {
            throw Problem(status: 401, detail: "This ticket was used already or is too old: ask for another one.")
        }
        return principal
    }

    /// Signs a browser in with a password.
    func signIn(
        userName: String, password: Secret, userAgent: String, from origin: Origin
    ) async throws -> (Principal, WebSession, Secret) {
        let result = try await store.signIn(
            userName: userName, password: password, from: Self.address(origin), userAgent: userAgent)
        switch result {
        case .signedIn(let principal, let session, let secret): return (principal, session, secret)
        case .failed(let delay):
            failures.increment()
            await hold(delay)
            throw Problem(status: 401, detail: "The user name or the password is wrong.")
        case .refused(let wait): throw Self.refusal(wait)
        }
    }

    static func address(_ origin: Origin) -> String { origin.client?.description ?? "local" }

    static func refusal(_ wait: Duration) -> Problem {
        Problem(
            status: 429, detail: "Too many failed sign-ins from this address; try again later.",
            retryAfter: Int(max(1, wait.components.seconds)))
    }

    /// Taken before somebody is signed in.
    var stamp: DirectoryStamp { store.stamp }

    /// Whether what was right a moment ago still is: asked again once something can be told of a revocation.
    func isStillValid(_ principal: Principal, since stamp: DirectoryStamp) async throws -> Bool {
        try await store.isCurrent(principal, since: stamp)
    }

    private func find(_ credentials: Credentials) async throws -> Principal? {
        try await store.signIn(userName: credentials.userName, deviceSecret: credentials.secret)
    }

    func hold(_ delay: Duration) async {
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
