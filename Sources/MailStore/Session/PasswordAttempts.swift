import MailModel
import Synchronization

/// How many passwords are being checked, or wait for it. Each check takes a tenth of a second and much memory, one after
/// the other: past the bounds nothing is looked at, so that a flood from one address holds up nobody at another, and
/// tries that are sent all at once do not get past the count of failures.
final class PasswordAttempts: Sendable {
    static let perAddress = 3
    static let altogether = 32

    private struct State {
        var addresses: [String: Int] = [:]
        var count = 0
    }

    private let state = Mutex(State())

    /// Whether one more check from this address may be waited for; `end` must follow.
    func begin(_ address: String) -> Bool {
        let network = SignInThrottle.network(address)
        return state.withLock { state in
            guard state.count < Self.altogether, state.addresses[network, default: 0] < Self.perAddress else {
                return false
            }
            state.count += 1
            state.addresses[network, default: 0] += 1
            return true
        }
    }

    func end(_ address: String) {
        let network = SignInThrottle.network(address)
        state.withLock { state in
            state.count -= 1
            let left = (state.addresses[network] ?? 0) - 1
            state.addresses[network] = left > 0 ? left : nil
        }
    }
}
