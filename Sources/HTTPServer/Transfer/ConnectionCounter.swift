import Synchronization

/// Connections open for each address, so that one peer cannot take them all.
final class ConnectionCounter: Sendable {
    private let counts = Mutex<[NetworkAddress: Int]>([:])
    private let limit: Int
    private let exempt: TrustedProxies

    /// Trusted proxies speak for many and are not counted.
    init(limit: Int, exempt: TrustedProxies) {
        self.limit = limit
        self.exempt = exempt
    }

    /// Whether one more connection of `address` may be open; if so, `leave` follows when it closes.
    func enter(_ address: NetworkAddress) -> Bool {
        if exempt.contains(address) { return true }
        return counts.withLock { counts in
            guard counts[address, default: 0] < limit else { return false }
            counts[address, default: 0] += 1
            return true
        }
    }

    func leave(_ address: NetworkAddress) {
        counts.withLock { counts in
            guard let count = counts[address] else { return }
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}
