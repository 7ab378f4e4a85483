import MailModel
import Synchronization

/// Whose the device secrets are that were shown since restante.db was last written: a device that asks again and again is
/// looked up once. Whatever is written, everything is forgotten, so that the device's row alone is the authority.
final class ShownSecrets: Sendable {
    private struct State {
        var stamp: DirectoryStamp?
        var principals: [[UInt8]: Principal] = [:]
    }

    /// Secrets that are remembered at a time.
    static let limit = 4096

    private let state = Mutex(State())

    /// Whose secret has this hash, if that was read when nothing had been written that is by `stamp`.
    func principal(withHash hash: [UInt8], at stamp: DirectoryStamp) -> Principal? {
        state.withLock { $0.stamp == stamp ? $0.principals[hash] : nil }
    }

    /// - Parameter stamp: from before it was read.
    func note(_ principal: Principal, hash: [UInt8], readAt stamp: DirectoryStamp) {
        state.withLock { state in
            if state.stamp != stamp || state.principals.count >= Self.limit {
                state = State(stamp: stamp, principals: [:])
            }
            state.principals[hash] = principal
        }
    }
}
