/// An IPv4 or IPv6 address: 4 or 16 octets in network order.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    public let octets: [UInt8]

    /// Nil unless there are 4 or 16.
    public init?(octets: some Collection<UInt8>) {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        self.octets = Array(octets)
    }

    /// Reads `192.0.2.1` (four plain decimal numbers) or the forms of RFC 4291 §2.2, without brackets, port or zone.
    public init?(_ text: some StringProtocol) {
        let text = Array(text.utf8)
        guard let octets = text.contains(UInt8(ascii: ":")) ? Self.sixteen(text) : Self.four(text[...]) else {
            return nil
        }
        self.octets = octets
    }

    public var isIPv4: Bool { octets.count == 4 }

    /// The IPv4 address that this one stands for: mapped (RFC 4291 §2.5.5.2), behind the well-known NAT64 prefix
    /// (RFC 6052 §2.1), in a 6to4 prefix (RFC 3056 §2) or in an ISATAP interface identifier (RFC 5214 §6.1).
    public var embeddedIPv4: IPAddress? {
        guard !isIPv4 else { return nil }
        if octets[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] { return IPAddress(octets: octets[12...]) }
        if octets[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] { return IPAddress(octets: octets[12...]) }
        if octets[..<2] == [0x20, 0x02] { return IPAddress(octets: octets[2..<6]) }
        if octets[8] & 0xFD == 0, octets[9..<12] == [0, 0x5E, 0xFE] { return IPAddress(octets: octets[12...]) }
        return nil
    }

    /// Without the longest run of zero groups in IPv6 (RFC 5952).
    public var description: String {
        guard !isIPv4 else { return octets.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
        let zeros = Self.longestZeros(groups)
        let words = groups.map { String($0, radix: 16) }
        guard zeros.count > 1 else { return words.joined(separator: ":") }
        return words[..<zeros.lowerBound].joined(separator: ":") + "::"
            + words[zeros.upperBound...].joined(separator: ":")
    }

    private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for index in 0...groups.count where index == groups.count || groups[index] != 0 {
            if index - start > best.count { best = start..<index }
            start = index + 1
        }
        return best
    }
}

// Reading.
extension IPAddress {
    private static func four(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            // No octal, no hexadecimal, no sign: what other readers might take for another number.
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
                part.allSatisfy({ (0x30...0x39).contains($0) }),
                let octet = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            octets.append(octet)
        }
        return octets
    }

    private static func sixteen(_ text: [UInt8]) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        guard text.count <= 45 else { return nil }
        guard let gap = text.indices.dropLast().first(where: { text[$0] == colon && text[$0 + 1] == colon }) else {
            return groups(text[...]).flatMap { $0.count == 16 ? $0 : nil }
        }
        guard !text[..<gap].contains(UInt8(ascii: ".")), let front = groups(text[..<gap]),
            let back = groups(text[(gap + 2)...]), front.count + back.count <= 14
        else { return nil }
        return front + [UInt8](repeating: 0, count: 16 - front.count - back.count) + back
    }

    /// The octets of groups between colons; the last may be an IPv4 address.
    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var octets: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if part.contains(UInt8(ascii: ".")) {
                guard index == parts.count - 1, let last = four(part) else { return nil }
                octets += last
            } else {
                guard (1...4).contains(part.count), part.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                    let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
                else { return nil }
                octets += [UInt8(group >> 8), UInt8(group & 0xFF)]
            }
            guard octets.count <= 16 else { return nil }
        }
        return octets
    }
}
