/// The reverse proxies whose word on a request's origin is taken, as addresses or networks in CIDR notation.
public struct TrustedProxies: Sendable, Hashable {
    private struct Network: Hashable {
        let octets: [UInt8]
        let bits: Int

        func contains(_ address: NetworkAddress) -> Bool {
            guard address.octets.count == octets.count else { return false }
            let whole = bits / 8
            guard address.octets[..<whole] == octets[..<whole] else { return false }
            guard bits % 8 != 0 else { return true }
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (bits % 8))
            return address.octets[whole] & mask == octets[whole] & mask
        }
    }

    private var networks: [Network] = []

    /// Nobody is trusted.
    public init() {}

    /// Reads `10.0.0.0/8`, `::1` and the like; nil when one of them is neither an address nor a network.
    public init?(_ texts: [String]) {
        for text in texts {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let address = parts.first.flatMap({ NetworkAddress($0) }) else { return nil }
            let most = address.octets.count * 8
            guard let bits = parts.count == 2 ? Int(parts[1]) : most, (0...most).contains(bits) else { return nil }
            networks.append(Network(octets: address.octets, bits: bits))
        }
    }

    public func contains(_ address: NetworkAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// Who sent a request: the peer itself, or, while the one who speaks is trusted, whom it names in
    /// `X-Forwarded-For`, read from the right because everything left of the first untrusted address is hearsay.
    func client(peer: NetworkAddress, forwardedFor: String?) -> NetworkAddress {
        guard contains(peer), let forwardedFor else { return peer }
        var client = peer
        for text in forwardedFor.split(separator: ",").reversed() {
            guard let address = NetworkAddress(Self.bare(text)) else { return client }
            client = address
            guard contains(address) else { return client }
        }
        return client
    }

    /// Without white space, brackets and port, which some proxies add.
    private static func bare(_ text: Substring) -> String {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        if text.first == "[", let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        if text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") { return String(text[..<colon]) }
        return String(text)
    }
}
