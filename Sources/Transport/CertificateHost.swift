import NIOSSL

/// Whether a certificate is for a host that was named by its name.
///
/// The TLS library also takes a certificate for the address that was connected to. Who answers for the name in place
/// of the real one (a forged DNS answer) can have a certificate for their own address, so for a name only names count
/// (RFC 9525 §6.1).
enum CertificateHost {
    static func isNamed(_ host: String, in certificate: NIOSSLCertificate) -> Bool {
        var others = false
        for name in certificate._subjectAlternativeNames() {
            others = true
            guard name.nameType == .dnsName else { continue }
            if matches(host, pattern: String(decoding: name.contents, as: UTF8.self)) { return true }
        }
        // Without any, the library has compared the common name.
        return !others
    }

    /// A whole name, or `*` for the whole first label (RFC 9525 §6.3).
    static func matches(_ host: String, pattern: String) -> Bool {
        let host = trimmed(host), pattern = trimmed(pattern)
        guard pattern.hasPrefix("*.") else { return !host.isEmpty && host == pattern }
        guard let dot = host.firstIndex(of: "."), dot != host.startIndex else { return false }
        let rest = host[host.index(after: dot)...]
        return rest.contains(".") && rest == pattern.dropFirst(2)
    }

    private static func trimmed(_ name: String) -> String {
        let lower = name.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }
}
