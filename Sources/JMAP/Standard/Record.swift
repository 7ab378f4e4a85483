import JSON

/// An object that clients read property by property.
protocol Record {
    associatedtype Property: RecordProperty

    func write(_ property: Property, _ writer: inout JSONWriter)
}

extension Record {
    /// - Parameter more: adds members that are no properties.
    func write(
        _ properties: [Property], _ writer: inout JSONWriter, _ more: (inout JSONWriter) -> Void = { _ in }
    ) {
        writer.beginObject()
        for property in properties {
            writer.key(text: property.rawValue)
            write(property, &writer)
        }
        more(&writer)
        writer.endObject()
    }

    /// All properties as a client sees them.
    func json() throws -> JSONObject {
        var writer = JSONWriter()
        write(Array(Property.allCases), &writer)
        return try JSONParser.parse(writer.bytes).object ?? JSONObject()
    }

    /// What a client that created the object with `record` did not say of it, as a JSON object.
    func json(unsaidIn record: JSONObject, _ more: (inout JSONWriter) -> Void = { _ in }) -> [UInt8] {
        var writer = JSONWriter()
        write(Property.allCases.filter { record[$0.rawValue] == nil }, &writer, more)
        return writer.bytes
    }
}
