import Synchronization

/// Connections open for each address, so that one peer cannot take them all.
final class ConnectionCounter: Sendable {
    /// By the octets that whoever connects has not chosen: of an IPv6 address the first 64 bits.
    private let counts = Mutex<[ArraySlice<UInt8>: Int]>([:])
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
        let network = Self.network(of: address)
        return counts.withLock { counts in
            guard counts[network, default: 0] < limit else { return false }
            counts[network, default: 0] += 1
            return true
        }
    }

    private static func network(of address: NetworkAddress) -> ArraySlice<UInt8> { address.octets.prefix(8) }

    func leave(_ address: NetworkAddress) {
        counts.withLock { counts in
            let network = Self.network(of: address)
            guard let count = counts[network] else { return }
            counts[network] = count > 1 ? count - 1 : nil
        }
    }
}
