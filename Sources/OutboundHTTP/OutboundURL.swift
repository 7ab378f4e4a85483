import Foundation
import MailModel

/// An `https` URL, or an `http` one: without user name, password or fragment.
public struct OutboundURL: Hashable, Sendable, CustomStringConvertible {
    public enum Scheme: String, Sendable {
        case https, http
    }

    public let scheme: Scheme
    /// A name in lower case, or an address without brackets. Letters beyond ASCII are mapped as browsers map them and written
    /// in punycode (UTS #46, RFC 3492), before anybody judges what the host is: `１２７.0.0.1` is `127.0.0.1`.
    public let host: String
    public let port: Int
    public let description: String
    /// Path and query, as they are asked for (RFC 9112 §3.2.1).
    let target: String

    /// Nil for what is no such URL, has a host that no name system could know, or is longer than 8,000 octets.
    public init?(_ text: String) {
        guard text.utf8.count <= 8000, let parts = URLComponents(string: text), parts.user == nil,
            parts.password == nil, parts.fragment == nil,
            let scheme = parts.scheme.flatMap({ Scheme(rawValue: $0.lowercased()) }),
            parts.host != nil, var host = parts.encodedHost,
            (1...65_535).contains(parts.port ?? 443)
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        // Octets in their hexadecimal form would be one host for whom judges it and another for whom asks for it.
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") }) else {
            return nil
        }
        self.scheme = scheme
        self.host = host.lowercased()
        port = parts.port ?? (scheme == .https ? 443 : 80)
        description = text
        let path = parts.percentEncodedPath
        target = (path.isEmpty ? "/" : path) + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
    }

    /// Host and, unless it is the scheme's, port (RFC 9110 §7.2).
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (scheme == .https ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Scheme, host and, unless it is the scheme's, port (RFC 6454 §6.2).
    public var origin: String { "\(scheme.rawValue)://\(authority)" }

    /// Another URL as this one's document names it (RFC 3986 §5).
    public func resolved(_ reference: String) -> OutboundURL? {
        URL(string: description).flatMap { URL(string: reference, relativeTo: $0) }
            .flatMap { OutboundURL($0.absoluteString) }
    }

    /// The URL with parameters added to its query, encoded as a form is (RFC 6749 appendix B).
    public func adding(_ parameters: [(name: String, value: String)]) -> OutboundURL? {
        OutboundURL(description + (description.contains("?") ? "&" : "?") + FormCoding.encode(parameters))
    }

    /// Whether the host is this machine by its name or address: where TLS adds nothing.
    public var isLoopback: Bool {
        if host == "localhost" { return true }
        guard let address = IPAddress(host) else { return false }
        return address.isIPv4 ? address.octets[0] == 127 : address.description == "::1"
    }
}

/// `application/x-www-form-urlencoded` (WHATWG URL §5), in UTF-8.
public enum FormCoding {
    public static func encode(_ parameters: [(name: String, value: String)]) -> String {
        parameters.map { PercentCoding.encoded($0.name.utf8) + "=" + PercentCoding.encoded($0.value.utf8) }.joined(
            separator: "&")
    }

    /// Reads a query or form; what can't be decoded is left out.
    public static func decode(_ text: some StringProtocol) -> [(name: String, value: String)] {
        text.split(separator: "&").prefix(1000).compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = unescape(parts[0]), let value = unescape(parts.count == 2 ? parts[1] : "") else {
                return nil
            }
            return (name, value)
        }
    }

    private static func unescape(_ text: some StringProtocol) -> String? {
        text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
    }
}
