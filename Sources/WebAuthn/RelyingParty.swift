/// For whom credentials are made (W3C Web Authentication Level 2 §4): a host, and the origin of its pages.
public struct RelyingParty: Hashable, Sendable {
    /// The host's name, without port. Authenticators keep credentials apart by it.
    public let id: String
    /// Scheme, host and port as browsers write them in `Origin`.
    public let origin: String

    /// What browsers let have credentials (§5.1.3, effective domain; Secure Contexts): a name, not an address, under https,
    /// or `localhost`. Nil for every other origin.
    ///
    /// - Parameter origin: as in `https://mail.example.org` or `http://localhost:8080`; lower-cased, without the scheme's own
    ///   port.
    public init?(origin: String) {
        let isSecure = origin.hasPrefix("https://")
        guard isSecure || origin.hasPrefix("http://") else { return nil }
        let authority = origin.dropFirst(isSecure ? 8 : 7)
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.count == 2 && Self.isPort(parts[1]), let host = parts.first.map(String.init),
            Self.isName(host), isSecure || host == "localhost"
        else { return nil }
        id = host
        self.origin = origin
    }

    private static func isPort(_ text: Substring) -> Bool { UInt16(text) != nil }

    /// A domain: letters, digits, hyphens and underscores between dots, and not an IPv4 address, whose last label is a number.
    private static func isName(_ host: String) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, let last = labels.last, last.contains(where: { !$0.isNumber }) else {
            return false
        }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-_".utf8.contains($0)
                }
        }
    }
}
