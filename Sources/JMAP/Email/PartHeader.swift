import JSON
import MIME
import MailModel

/// The header of one part while the part is written: read once, however many of its fields are asked for.
struct PartHeader {
    private let fields: [HeaderField]
    private let byName: [String: [HeaderField]]
    private let octets: UnsafeRawBufferPointer

    init(_ part: Part, _ octets: UnsafeRawBufferPointer) {
        fields = part.headerFields(in: octets).fields
        byName = Dictionary(grouping: fields) { $0.name(in: octets).lowercased() }
        self.octets = octets
    }

    /// Every field, raw (RFC 8621 §4.1.3, headers).
    func write(_ writer: inout JSONWriter) {
        writer.beginArray()
        for field in fields {
            guard !writer.isOverLimit else { return }
            writer.beginObject()
            writer.key("name")
            writer.value(field.name(in: octets))
            writer.key("value")
            writer.value(field.raw(in: octets))
            writer.endObject()
        }
        writer.endArray()
    }

    /// The last field of the name, or with `:all` an array of all.
    func write(_ property: HeaderProperty, _ writer: inout JSONWriter) {
        let named = byName[property.field.lowercased()] ?? []
        guard property.isAll else {
            guard let field = named.last else { return writer.null() }
            return writer.value(field.value(as: property.form, in: octets))
        }
        writer.beginArray()
        for field in named {
            guard !writer.isOverLimit else { return }
            writer.value(field.value(as: property.form, in: octets))
        }
        writer.endArray()
    }
}

extension JSONWriter {
    /// A header field's value in the form it was asked for (RFC 8621 §4.1.2).
    mutating func value(_ value: HeaderValue) {
        switch value {
        case .text(let text): self.value(text)
        case .addresses(let addresses): self.value(optional: addresses)
        case .groupedAddresses(let groups):
            beginArray()
            for group in groups {
                beginObject()
                key("name")
                self.value(optional: group.name)
                key("addresses")
                self.value(optional: group.addresses)
                endObject()
            }
            endArray()
        case .strings(let texts): self.value(optional: texts)
        case .date(let date): self.value(optional: date?.description)
        }
    }
}
