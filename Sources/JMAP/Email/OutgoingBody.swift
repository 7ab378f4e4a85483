import JSON
import MIME
import MailModel

/// The body of a message that a client composes: `bodyStructure`, or `textBody`, `htmlBody` and `attachments`, with
/// `bodyValues` (RFC 8621 §4.6).
struct OutgoingBody {
    private let record: JSONObject
    private let values: [String: String]
    private let createdIDs: CreatedIDs

    init(_ record: JSONObject, _ createdIDs: CreatedIDs) throws {
        self.record = record
        self.createdIDs = createdIDs
        values = try Self.values(record["bodyValues"])
    }

    /// The outermost entity. `header` is the email's own: a structure must not set a field of it again.
    func root(besides header: OutgoingHeader) throws -> OutgoingPart {
        let lists = ["textBody", "htmlBody", "attachments"].filter { record[$0].map { !$0.isNull } ?? false }
        if let structure = record["bodyStructure"], !structure.isNull {
            guard lists.isEmpty else {
                throw SetError(
                    .invalidProperties, "bodyStructure is given, and so is \(lists[0]).",
                    properties: ["bodyStructure"] + lists)
            }
            let reader = OutgoingPartReader(property: "bodyStructure", values: values, createdIDs: createdIDs)
            return try reader.part(structure, usually: nil, besides: header)
        }
        return try assembled()
    }

    /// Text and HTML as alternatives, the HTML with the images that it shows, the rest attached.
    private func assembled() throws -> OutgoingPart {
        let text = try single("textBody", of: "text/plain")
        var html = try single("htmlBody", of: "text/html")
        var attached = try attachments()
        if let page = html {
            let shown = attached.filter { $0.disposition == "inline" && $0.contentID != nil }
            attached.removeAll { $0.disposition == "inline" && $0.contentID != nil }
            if !shown.isEmpty { html = OutgoingPart("multipart/related", .parts([page] + shown)) }
        }
        let body: OutgoingPart? =
            if let text, let html { OutgoingPart("multipart/alternative", .parts([text, html])) } else { text ?? html }
        guard !attached.isEmpty else { return body ?? OutgoingPart("text/plain", .text("")) }
        return OutgoingPart("multipart/mixed", .parts([body].compactMap { $0 } + attached))
    }

    private func single(_ property: String, of type: String) throws -> OutgoingPart? {
        guard let value = record[property], !value.isNull else { return nil }
        guard let items = value.array, items.count == 1 else {
            throw SetError.invalid(property, "\(property) has exactly one part.")
        }
        let part = try OutgoingPartReader(property: property, values: values, createdIDs: createdIDs)
            .part(items[0], usually: type)
        guard part.mediaType == type else { throw SetError.invalid(property, "\(property) is of type \(type).") }
        return part
    }

    private func attachments() throws -> [OutgoingPart] {
        guard let value = record["attachments"], !value.isNull else { return [] }
        guard let items = value.array else {
            throw SetError.invalid("attachments", "attachments is an array of parts.")
        }
        let reader = OutgoingPartReader(property: "attachments", values: values, createdIDs: createdIDs)
        return try items.map { item in
            var part = try reader.part(item, usually: nil)
            if part.disposition == nil { part.disposition = part.contentID == nil ? "attachment" : "inline" }
            return part
        }
    }

    private static func values(_ value: JSONValue?) throws -> [String: String] {
        guard let value, !value.isNull else { return [:] }
        guard let object = value.object else { throw SetError.invalid("bodyValues", "bodyValues is an object.") }
        var values: [String: String] = [:]
        for member in object.members {
            guard let body = member.value.object, let text = body["value"]?.string,
                body.members.allSatisfy({ ["value", "isEncodingProblem", "isTruncated"].contains($0.key) }),
                body["isEncodingProblem"] ?? .bool(false) == .bool(false),
                body["isTruncated"] ?? .bool(false) == .bool(false)
            else { throw SetError.invalid("bodyValues", "A body value has a value, whole and without problems.") }
            values[member.key] = text
        }
        return values
    }
}
