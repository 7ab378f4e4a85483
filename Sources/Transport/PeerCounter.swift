import MailModel
import Synchronization

/// Connections open from each peer's network, so that one peer cannot take them all: an IPv4 address, or the first 64
/// bits of an IPv6 one, within which a host chooses as it likes (RFC 4291 §2.5.1).
final class PeerCounter: Sendable {
    private let counts = Mutex<[ArraySlice<UInt8>: Int]>([:])
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Whether one more connection from `address`, a textual IP address, may be open; if so, `leave` follows when it closes.
    func enter(_ address: String?) -> Bool {
        guard let network = Self.network(of: address) else { return true }
        return counts.withLock { counts in
            guard counts[network, default: 0] < limit else { return false }
            counts[network, default: 0] += 1
            return true
        }
    }

    func leave(_ address: String?) {
        guard let network = Self.network(of: address) else { return }
        counts.withLock { counts in
            guard let count = counts[network] else { return }
            counts[network] = count > 1 ? count - 1 : nil
        }
    }

    /// Nil for what is no IP address. A zone is the machine's own word for a link.
    private static func network(of address: String?) -> ArraySlice<UInt8>? {
        guard let text = address?.split(separator: "%").first, let address = IPAddress(text) else { return nil }
        return (address.octets.starts(with: mapped) ? address.embeddedIPv4 ?? address : address).octets.prefix(8)
    }

    /// How an IPv4 address looks to a listener for both kinds (RFC 4291 §2.5.5.2).
    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
}
