import JSON
import MIME
import MailModel

/// Reads an EmailBodyPart that a client gives for a new message (RFC 8621 §4.6).
struct OutgoingPartReader {
    /// The email's property that the part is in, for errors.
    let property: String
    let values: [String: String]
    let createdIDs: CreatedIDs

    /// How deep parts may be in each other.
    private static let maximumDepth = 32

    /// `type` is what the part is when it does not say; `header` what must not be set again.
    func part(
        _ value: JSONValue, usually type: String?, besides header: OutgoingHeader = OutgoingHeader(), depth: Int = 1
    ) throws -> OutgoingPart {
        guard let object = value.object else { throw invalid("A body part is an object.") }
        guard depth <= Self.maximumDepth else { throw invalid("Parts are more than \(Self.maximumDepth) deep.") }
        let content = try content(object, depth)
        var part = OutgoingPart(try mediaType(object, type, content), content)
        var fields = OutgoingHeader()
        for member in object.members where !member.value.isNull {
            try read(member.key, member.value, &part, &fields)
        }
        part.fields = fields.fields
        if let field = part.fields.first(where: { header.sets($0.name) }) {
            throw invalid("The email sets \(field.name) already.")
        }
        try check(part)
        return part
    }

    private func content(_ object: JSONObject, _ depth: Int) throws -> OutgoingPart.Content {
        func given(_ name: String) -> JSONValue? { object[name].flatMap { $0.isNull ? nil : $0 } }
        if let children = given("subParts") {
            guard let items = children.array, !items.isEmpty, given("partId") == nil, given("blobId") == nil else {
                throw invalid("A multipart has parts, and neither partId nor blobId.")
            }
            return .parts(try items.map { try part($0, usually: nil, depth: depth + 1) })
        }
        switch (given("partId"), given("blobId")) {
        case (let id?, nil):
            guard let text = id.string.flatMap({ values[$0] }) else { throw invalid("bodyValues lacks the part.") }
            guard given("charset") == nil, given("size") == nil else {
                throw invalid("A part with a partId has neither charset nor size.")
            }
            return .text(text)
        case (nil, let id?):
            guard let text = id.string else { throw invalid("A blobId is a string.") }
            guard let id = createdIDs.resolve(text).flatMap({ BlobID($0) }) else { throw SetError.blobNotFound([text]) }
            return .blob(id)
        case (nil, nil), (_?, _?):
            throw invalid("A part has a partId or a blobId.")
        }
    }

    private func mediaType(_ object: JSONObject, _ usual: String?, _ content: OutgoingPart.Content) throws -> String {
        let usual =
            switch content {
            case .parts: "multipart/mixed"
            case .text: usual ?? "text/plain"
            case .blob: usual ?? "application/octet-stream"
            }
        let given = object["type"].flatMap { $0.isNull ? nil : $0 }
        guard let type = given.map({ $0.string?.lowercased() }) ?? usual, OutgoingPart.isMediaType(type) else {
            throw invalid("A type is a media type without parameters.")
        }
        switch content {
        case .parts: guard type.hasPrefix("multipart/") else { throw invalid("\(type) has no parts.") }
        case .text: guard type.hasPrefix("text/") else { throw invalid("\(type) is not given by a partId.") }
        case .blob: guard !type.hasPrefix("multipart/") else { throw invalid("\(type) is not given by a blobId.") }
        }
        return type
    }

    private func read(
        _ key: String, _ value: JSONValue, _ part: inout OutgoingPart, _ fields: inout OutgoingHeader
    ) throws {
        let name: PartProperty
        do { name = try PartProperty(key) } catch let error as MethodError {
            throw invalid(error.description ?? "Body parts have no property \(key.quoted).")
        }
        switch name {
        case .named(.partId), .named(.blobId), .named(.size), .named(.type), .named(.subParts): return
        case .named(.headers): throw invalid("Each header field is set by a property of its own.")
        case .named(.name): part.fileName = try text(value, key)
        case .named(.charset):
            part.charset = try text(value, key)
            guard OutgoingPart.isToken(part.charset ?? "") else { throw invalid("There is no such charset.") }
        case .named(.disposition):
            try fields.claim("Content-Disposition", by: key)
            part.disposition = try text(value, key).lowercased()
        case .named(.cid):
            try fields.claim("Content-ID", by: key)
            part.contentID = try text(value, key)
        case .named(.language):
            try fields.claim("Content-Language", by: key)
            part.languages = try languages(value)
        case .named(.location):
            try fields.claim("Content-Location", by: key)
            part.location = try text(value, key)
        case .header(let property):
            guard !["content-type", "content-transfer-encoding"].contains(property.field.lowercased()) else {
                throw invalid("The server writes \(property.field).")
            }
            do { try fields.add(property, value) } catch let error as SetError { throw invalid(error.description) }
        }
    }

    private func text(_ value: JSONValue, _ key: String) throws -> String {
        guard let text = value.string,
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw invalid("\(key) is a string without control characters.") }
        return text
    }

    private func languages(_ value: JSONValue) throws -> [String] {
        let tags = (value.array ?? []).compactMap(\.string)
        let areTags = tags.allSatisfy { tag in
            !tag.isEmpty
                && tag.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D }
        }
        guard !tags.isEmpty, tags.count == value.array?.count, areTags else {
            throw invalid("language is an array of language tags.")
        }
        return tags
    }

    /// The part's own header can be written.
    private func check(_ part: OutgoingPart) throws {
        if let disposition = part.disposition, !OutgoingPart.isToken(disposition) {
            throw invalid("There is no disposition \(disposition.quoted).")
        }
        do {
            for field in part.fields { _ = try field.octets() }
            if let id = part.contentID { _ = try OutgoingField("Content-ID", .messageIDs([id])).octets() }
            if let location = part.location { _ = try OutgoingField("Content-Location", .raw(" " + location)).octets() }
        } catch { throw invalid(error.message) }
    }

    private func invalid(_ why: String) -> SetError { SetError.invalid(property, why) }
}
