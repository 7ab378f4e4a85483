import JSON

/// Where a person's programs reach their mail by POP3: what they are to be told (docs/jmap-admin.md).
public struct DevicePOP3: Hashable, Sendable {
    /// How a connection is made safe, in the words that a maildrop's has too.
    public enum Security: String, Sendable {
        /// TLS from the first octet (RFC 8314 §3).
        case tls
        /// STLS on a connection in the clear (RFC 2595 §4).
        case startTLS = "starttls"
        /// Not at all.
        case plain
    }

    /// A name, or an address without brackets; nil: the one that the client itself reaches the server by.
    public let host: String?
    public let port: Int
    public let security: Security

    public init(host: String?, port: Int, security: Security) {
        self.host = host
        self.port = port
        self.security = security
    }

    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("host")
        writer.value(optional: host)
        writer.key("port")
        writer.value(port)
        writer.key("security")
        writer.value(security.rawValue)
        writer.endObject()
    }
}
