import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The octets of an IP address: 4 or 16. An IPv4 address mapped into IPv6 (RFC 4291 §2.5.5.2) is the IPv4 address.
public struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    public let octets: [UInt8]

    /// Reads a textual IPv4 or IPv6 address without port, brackets or zone; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        if let four = Self.octets(of: text, family: AF_INET, count: 4) {
            octets = four
        } else if let all = Self.octets(of: text, family: AF_INET6, count: 16) {
            let isMapped = all[0..<10].allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
            octets = isMapped ? Array(all[12...]) : all
        } else {
            return nil
        }
    }

    /// Nil for addresses that are not of IP (a Unix socket's).
    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress else { return nil }
        self.init(text)
    }

    /// 127.0.0.0/8 and ::1.
    public var isLoopback: Bool {
        octets.count == 4 ? octets[0] == 127 : octets.dropLast().allSatisfy { $0 == 0 } && octets.last == 1
    }

    public var description: String {
        (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: octets), port: 0))?.ipAddress ?? ""
    }

    private static func octets(of text: String, family: Int32, count: Int) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &octets) == 1 ? octets : nil
    }
}
