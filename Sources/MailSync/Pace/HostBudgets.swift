import MailModel
import Synchronization

/// The budgets of all hosts; whoever signs in asks here first.
final class HostBudgets: Sendable {
    private let rules: HostRules
    private let budgets = Mutex<[String: SignInBudget]>([:])

    init(_ rules: HostRules) { self.rules = rules }

    func pause(of host: String) -> Duration { rules.pause(of: host) }

    /// Takes a sign-in at a host. Nil: taken; else when there is one.
    func take(_ host: String, at now: Timestamp) -> Timestamp? { change(host) { $0.take(at: now) } ?? nil }

    /// Whether there is a sign-in now; takes none.
    func hasToken(_ host: String, at now: Timestamp) -> Bool { change(host) { $0.hasToken(at: now) } ?? true }

    /// The host said that it had too many.
    func refused(_ host: String, at now: Timestamp) { change(host) { $0.refused(at: now) } }

    /// Nil for a host without a budget.
    @discardableResult
    private func change<Result: Sendable>(
        _ host: String, _ body: @Sendable (inout SignInBudget) -> Result
    ) -> Result? {
        budgets.withLock { budgets in
            guard let rule = rules.budget(of: host) else { return nil }
            return body(&budgets[host, default: SignInBudget(rule)])
        }
    }
}
