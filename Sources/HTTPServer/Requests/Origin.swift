import HTTPTypes

/// Where a request came from and which address its sender used for us.
struct Origin: Sendable {
    /// Whose failures to sign in are counted.
    let client: NetworkAddress?
    /// What the session's URLs begin with; nil when the request named no host that could stand in a URL.
    let base: BaseURL?
    /// Whether somebody passed the request on for somebody else, trusted or not.
    let isForwarded: Bool

    /// The facts it is read from. `publicURL` wins over everything; the word of a proxy counts only if it is trusted;
    /// else the host is what the client itself asked for, which goes back to nobody but that client.
    struct Facts: Sendable {
        var publicURL: BaseURL?
        var proxies: TrustedProxies
        /// `https` when this listener speaks TLS.
        var scheme: String
    }

    init(peer: NetworkAddress?, authority: String?, fields: HTTPFields, facts: Facts) {
        let forwardedFor = Self.joined(fields, .forwardedFor)
        isForwarded = forwardedFor != nil || fields[.forwarded] != nil || fields[.forwardedHost] != nil
        let isTrusted = peer.map { facts.proxies.contains($0) } ?? false
        client = peer.map { facts.proxies.client(peer: $0, forwardedFor: forwardedFor) }
        var scheme = facts.scheme
        var host = authority
        if isTrusted {
            scheme = Self.nearest(fields, .forwardedProto) ?? scheme
            host = Self.nearest(fields, .forwardedHost) ?? host
        }
        base = facts.publicURL ?? host.flatMap { BaseURL(scheme: scheme, authority: $0) }
    }

    /// Several fields of one name are one list (RFC 9110 §5.3).
    private static func joined(_ fields: HTTPFields, _ name: HTTPField.Name) -> String? {
        let values = fields[values: name]
        return values.isEmpty ? nil : values.joined(separator: ",")
    }

    /// The last item: the one that the proxy next to us wrote.
    private static func nearest(_ fields: HTTPFields, _ name: HTTPField.Name) -> String? {
        guard let item = joined(fields, name)?.split(separator: ",").last else { return nil }
        return String(item.filter { $0 != " " && $0 != "\t" })
    }
}

extension HTTPField.Name {
    // Names that are known to be tokens.
    static let forwardedFor = HTTPField.Name("X-Forwarded-For").unsafelyUnwrapped
    static let forwardedHost = HTTPField.Name("X-Forwarded-Host").unsafelyUnwrapped
    static let forwardedProto = HTTPField.Name("X-Forwarded-Proto").unsafelyUnwrapped
    static let forwarded = HTTPField.Name("Forwarded").unsafelyUnwrapped
    static let lastEventID = HTTPField.Name("Last-Event-ID").unsafelyUnwrapped
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering").unsafelyUnwrapped
}
