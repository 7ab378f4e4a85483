import JSON

/// Why a request as a whole was refused (RFC 8620 §3.6.1).
public struct RequestError: Error, Hashable, Sendable {
    public enum Kind: String, Sendable {
        case unknownCapability, notJSON, notRequest, limit
    }

    public let kind: Kind
    /// One sentence for whoever debugs the client.
    public let detail: String
    /// For `limit`: the property of the core capability that was exceeded, such as `maxSizeRequest`.
    public let limit: String?

    public init(_ kind: Kind, _ detail: String, limit: String? = nil) {
        self.kind = kind
        self.detail = detail
        self.limit = limit
    }

    public static let tooLarge = RequestError(
        .limit, "The request has more octets than the server takes.", limit: "maxSizeRequest")
    public static let tooManyRequests = RequestError(
        .limit, "Too many requests are being answered at once.", limit: "maxConcurrentRequests")
    public static let tooManyUploads = RequestError(
        .limit, "Too many uploads are being taken at once.", limit: "maxConcurrentUpload")

    /// The problem details object (RFC 7807) with the status that the transport answers with.
    public func problemDetails(status: Int) -> [UInt8] {
        Self.problemDetails(
            type: "urn:ietf:params:jmap:error:" + kind.rawValue, status: status, detail: detail, limit: limit)
    }

    /// A problem details object, of JMAP's kinds or another, with JMAP's own member for a limit.
    public static func problemDetails(type: String, status: Int, detail: String, limit: String?) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("type")
        writer.value(type)
        writer.key("status")
        writer.value(status)
        writer.key("detail")
        writer.value(detail)
        if let limit {
            writer.key("limit")
            writer.value(limit)
        }
        writer.endObject()
        return writer.bytes
    }
}
