/// A block of addresses in CIDR notation (RFC 4632 §3.1).
public struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    public let address: IPAddress
    /// How many leading bits an address must have in common with `address`.
    public let bits: Int

    /// Reads `10.0.0.0/8`, `fd00::/8`, or an address alone; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = IPAddress(parts[0]) else { return nil }
        let most = address.octets.count * 8
        guard let bits = parts.count == 2 ? Int(parts[1]) : most, (0...most).contains(bits) else { return nil }
        self.address = address
        self.bits = bits
    }

    public var description: String { "\(address)/\(bits)" }

    public func contains(_ other: IPAddress) -> Bool {
        guard other.octets.count == address.octets.count else { return false }
        let whole = bits / 8
        guard other.octets[..<whole] == address.octets[..<whole] else { return false }
        guard bits % 8 != 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (bits % 8))
        return other.octets[whole] & mask == address.octets[whole] & mask
    }
}

extension IPAddress {
    /// Whether the address may be met on the public Internet: none of the special-purpose ones of RFC 6890 and its
    /// registries, no multicast, and, where an IPv4 address is embedded, that one is global as well.
    public var isGlobal: Bool {
        if let embeddedIPv4 {
            guard embeddedIPv4.isGlobal else { return false }
            // A translated address is as good as the one it stands for; others must be global themselves.
            if octets[0] == 0 || octets[..<2] == [0x20, 0x02] { return true }
        }
        if isIPv4 { return !Self.specialIPv4.contains { $0.contains(self) } }
        guard octets[0] & 0xE0 == 0x20 else { return false }  // RFC 4291 §2.4: 2000::/3 is all that was given out.
        return !Self.specialIPv6.contains { $0.contains(self) }
    }

    private static let specialIPv4 = [
        "0.0.0.0/8",  // this network
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",  // private (RFC 1918)
        "100.64.0.0/10",  // behind carriers' NAT (RFC 6598)
        "127.0.0.0/8",  // loopback
        "169.254.0.0/16",  // link-local, and clouds' metadata
        "192.0.0.0/24",  // protocol assignments (RFC 6890)
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24",  // documentation (RFC 5737)
        "192.88.99.0/24",  // 6to4 relays, withdrawn (RFC 7526)
        "198.18.0.0/15",  // benchmarks (RFC 2544)
        "224.0.0.0/4",  // multicast
        "240.0.0.0/4",  // reserved, and broadcast
    ].compactMap { IPNetwork($0) }

    private static let specialIPv6 = [
        "2001::/23",  // protocol assignments: Teredo, benchmarks, ORCHID (RFC 2928)
        "2001:db8::/32", "3fff::/20",  // documentation (RFC 3849, 9637)
    ].compactMap { IPNetwork($0) }
}
