import MailModel
import Synchronization

/// What opens a server that nobody uses yet: one token at a time, made like a device's secret, good for an hour and for one
/// use, and known here by its hash alone. It is gone with the process.
final class SetupToken: Sendable {
    static let life: Duration = .seconds(3600)

    private struct Held {
        let hash: [UInt8]
        let madeAt: Timestamp
    }

    private let held = Mutex<Held?>(nil)

    /// Another one; the one before opens nothing any more.
    func renew(at now: Timestamp) -> Secret {
        let token = DeviceSecret.text(DeviceSecret.random())
        held.withLock { $0 = Held(hash: DeviceSecret.hash(token), madeAt: now) }
        return token
    }

    /// Compared in constant time. A clock that was set back makes a token no older.
    func opens(_ token: Secret, at now: Timestamp) -> Bool {
        guard let held = held.withLock({ $0 }), now.since(held.madeAt) < Self.life else { return false }
        return Secret(bytes: held.hash).isEqualInConstantTime(to: Secret(bytes: DeviceSecret.hash(token)))
    }

    func forget() { held.withLock { $0 = nil } }
}
