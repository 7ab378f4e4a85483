import JSON
import MailModel

/// A property of a record type, as /get names it.
protocol RecordProperty: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// The one that is always returned.
    static var id: Self { get }
}

extension Arguments {
    /// The `properties` of a /get call: all when null, `id` always among them, each once. A name that the type does not
    /// have is an error (RFC 8620 §5.1).
    mutating func takeProperties<Property: RecordProperty>(_ type: Property.Type) throws -> [Property] {
        guard let names = try takeOptionalStrings("properties") else { return Array(Property.allCases) }
        var properties: [Property] = [.id]
        var seen: Set<Property> = [.id]
        for name in names {
            guard let property = Property(rawValue: name) else {
                throw MethodError.invalidArguments("There is no property \(name.quoted).")
            }
            if seen.insert(property).inserted { properties.append(property) }
        }
        return properties
    }
}

extension MethodCall {
    /// Writes the answer of a /get call: `list` with each record as `write` has it, and what was not found.
    mutating func writeGet<ID: EntityID, Record>(
        _ records: [Record], requested: RequestedIDs<ID>, state: StateToken, id: (Record) -> ID,
        write: (Record, inout JSONWriter) throws -> Void
    ) throws {
        writer.beginObject()
        writeAccountID()
        writer.key("state")
        writer.value(state)
        writer.key("list")
        writer.beginArray()
        for record in records {
            guard !writer.isOverLimit else { return }
            try write(record, &writer)
        }
        writer.endArray()
        requested.writeNotFound(Set(records.map(id)), &writer)
        writer.endObject()
    }
}
