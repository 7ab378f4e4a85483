import JSON
import MailModel

/// What a blob is made of (RFC 9404 §4.1, UploadObject).
struct BlobCreation: Sendable {
    /// One piece of it (DataSourceObject).
    enum Source: Sendable {
        case octets([UInt8])
        /// A stretch of a blob: its id, or `#` and a creation id.
        case blob(String, BlobRange)
    }

    /// Pieces of one blob, at most.
    static let maximumSources = 64
    private static let typeOctets = 255

    let sources: [Source]
    let type: String

    /// - Throws: `invalidProperties` for whatever leaves open which octets are meant.
    init(_ record: JSONObject) throws {
        for member in record.members where !["data", "type"].contains(member.key) {
            throw SetError.invalid(member.key, "An upload has no property \(member.key.quoted).")
        }
        guard let items = record["data"]?.array else { throw Self.invalid("data is an array of data sources.") }
        guard items.count <= Self.maximumSources else {
            throw SetError(.tooLarge, "\(items.count) data sources are more than \(Self.maximumSources).")
        }
        sources = try items.map(Self.source)
        type = try Self.type(record["type"])
    }

    /// The creation ids that it refers to.
    var references: [String] {
        sources.compactMap { source in
            guard case .blob(let id, _) = source, id.hasPrefix("#") else { return nil }
            return String(id.dropFirst())
        }
    }

    private static func type(_ value: JSONValue?) throws -> String {
        guard let value, !value.isNull else { return "application/octet-stream" }
        guard let type = value.string, !type.isEmpty, type.utf8.count <= typeOctets,
            type.utf8.allSatisfy({ (32...126).contains($0) })
        else { throw SetError.invalid("type", "type is a media type of at most \(typeOctets) characters.") }
        return type
    }

    private static func source(_ value: JSONValue) throws -> Source {
        guard let object = value.object else { throw invalid("A data source is an object.") }
        let kinds = ["data:asText", "data:asBase64", "blobId"].filter { object[$0].map { !$0.isNull } ?? false }
        guard kinds.count == 1, let kind = kinds.first, let text = object[kind]?.string else {
            throw invalid("A data source has one of data:asText, data:asBase64 and blobId, a string.")
        }
        let allowed = kind == "blobId" ? ["offset", "length"] : []
        for member in object.members where member.key != kind && !member.value.isNull {
            guard allowed.contains(member.key) else { throw invalid("\(member.key.quoted) does not go with \(kind).") }
        }
        switch kind {
        case "data:asText": return .octets(Array(text.utf8))
        case "data:asBase64":
            guard let octets = Base64Text.decode(text) else { throw invalid("data:asBase64 is not Base64.") }
            return .octets(octets)
        default:
            let offset = try number(object["offset"]) ?? 0
            return .blob(text, BlobRange(offset: offset, length: try number(object["length"])))
        }
    }

    private static func number(_ value: JSONValue?) throws -> Int? {
        guard let value, !value.isNull else { return nil }
        guard let number = value.integer, number >= 0 else {
            throw invalid("offset and length are whole numbers from 0 on.")
        }
        return Int(number)
    }

    static func invalid(_ why: String) -> SetError { SetError.invalid("data", why) }
}
