import NIOCore
import Synchronization

/// Where a listener listens.
public struct BoundAddress: Hashable, Sendable, CustomStringConvertible {
    public let host: String
    public let port: Int

    /// As it stands in a URL: an IPv6 address in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Collects the addresses of listeners as they begin to listen.
final class BoundAddresses: Sendable {
    private struct State {
        var addresses: [BoundAddress?]
        var isFinished = false
        var waiters: [CheckedContinuation<[BoundAddress], Never>] = []

        var result: [BoundAddress]? {
            let known = addresses.compactMap { $0 }
            if known.count == addresses.count { return known }
            return isFinished ? [] : nil
        }
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(addresses: Array(repeating: nil, count: count))) }

    func set(_ index: Int, _ address: SocketAddress?) {
        guard let address, let host = address.ipAddress, let port = address.port else { return }
        change { $0.addresses[index] = BoundAddress(host: host, port: port) }
    }

    /// Nobody will listen any more; whoever waits still is told so.
    func finish() { change { $0.isFinished = true } }

    func wait() async -> [BoundAddress] {
        await withCheckedContinuation { continuation in
            let result = state.withLock { state in
                if state.result == nil { state.waiters.append(continuation) }
                return state.result
            }
            if let result { continuation.resume(returning: result) }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let (result, waiters) = state.withLock { state in
            body(&state)
            guard let result = state.result else {
                return ([BoundAddress](), [CheckedContinuation<[BoundAddress], Never>]())
            }
            defer { state.waiters = [] }
            return (result, state.waiters)
        }
        for waiter in waiters { waiter.resume(returning: result) }
    }
}
