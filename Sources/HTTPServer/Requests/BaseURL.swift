/// Scheme, host and, where they are there, port and path prefix that the absolute URLs of the session begin with.
/// Written without a slash at the end.
public struct BaseURL: Hashable, Sendable, CustomStringConvertible {
    public let description: String
    /// What a proxy in front adds to every path, such as `/mail`; usually empty.
    public let prefix: String

    /// Reads the `publicUrl` of the configuration: `https://mail.example.org` or `http://…`, with a path if a proxy puts
    /// Restante below one; nil for anything else.
    public init?(_ text: String) {
        var text = text
        while text.last == "/" { text.removeLast() }
        guard let scheme = ["https", "http"].first(where: { text.lowercased().hasPrefix($0 + "://") }) else {
            return nil
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" }
        guard let plain = BaseURL(scheme: scheme, authority: String(authority)) else { return nil }
        let path = rest.dropFirst(authority.count)
        guard path.utf8.allSatisfy({ Self.isPathOctet($0) }) else { return nil }
        prefix = String(path)
        description = plain.description + prefix
    }

    /// Nil when `scheme` is not http or https, or `authority` is not a host with, perhaps, a port.
    init?(scheme: String, authority: String) {
        let scheme = scheme.lowercased()
        guard scheme == "https" || scheme == "http", !authority.isEmpty, authority.utf8.count <= 300,
            authority.utf8.allSatisfy({ Self.isAuthorityOctet($0) })
        else { return nil }
        prefix = ""
        description = "\(scheme)://\(authority)"
    }

    /// Whether somebody on the way can read what is sent there.
    public var isSecure: Bool { description.hasPrefix("https:") }

    /// Scheme, host and port as a browser writes them in `Origin` (RFC 6454 §6.2): without the scheme's own port.
    var origin: String {
        let origin = description.dropLast(prefix.count).lowercased()
        let port = isSecure ? ":443" : ":80"
        return origin.hasSuffix(port) ? String(origin.dropLast(port.count)) : origin
    }

    private static func isAuthorityOctet(_ octet: UInt8) -> Bool {
        isAlphanumeric(octet) || ".-:[]_".utf8.contains(octet)
    }

    private static func isPathOctet(_ octet: UInt8) -> Bool { isAlphanumeric(octet) || "/-._~".utf8.contains(octet) }

    private static func isAlphanumeric(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
