import JSON
import MailModel

// How values look that many types have.

extension JSONWriter {
    mutating func value(_ id: some EntityID) {
        value(prefix: type(of: id).prefix, number: id.rawValue)
    }

    mutating func key(_ id: some EntityID) {
        key(prefix: type(of: id).prefix, number: id.rawValue)
    }

    mutating func value(_ state: StateToken) { value(state.description) }

    mutating func value(ids: some Sequence<some EntityID>) {
        beginArray()
        for id in ids { value(id) }
        endArray()
    }

    mutating func value(optional text: String?) {
        if let text { value(text) } else { null() }
    }

    mutating func value(optional number: (some BinaryInteger)?) {
        if let number { value(Int64(clamping: number)) } else { null() }
    }

    mutating func value(optional id: (some EntityID)?) {
        if let id { value(id) } else { null() }
    }

    /// What `write` makes of a value, or null.
    mutating func value<Value>(optional value: Value?, _ write: (Value, inout JSONWriter) -> Void) {
        if let value { write(value, &self) } else { null() }
    }

    mutating func value(strings: some Sequence<String>) {
        beginArray()
        for text in strings { value(text) }
        endArray()
    }

    /// `{type, description}`: the shape of errors, causes and notices. `more` adds members of its own.
    mutating func value(type: String, description: String?, _ more: (inout JSONWriter) -> Void = { _ in }) {
        beginObject()
        key("type")
        value(type)
        if let description {
            key("description")
            value(description)
        }
        more(&self)
        endObject()
    }
}
