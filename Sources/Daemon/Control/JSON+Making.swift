import JSON
import MailModel

extension JSONLimits {
    /// For a text that we wrote ourselves, and that was bounded when it was: no value is shorter than an octet.
    static func ours(_ text: [UInt8]) -> JSONLimits { JSONLimits(octets: text.count, depth: 128, values: text.count) }
}

extension JSONValue {
    /// An object of the members that have a value.
    static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        var object = JSONObject()
        for (key, value) in members {
            if let value { object[key] = value }
        }
        return .object(object)
    }

    static func integer(_ number: Int) -> JSONValue { .integer(Int64(number)) }

    static func text(_ value: (some CustomStringConvertible)?) -> JSONValue? {
        value.map { .string($0.description) }
    }

    static func seconds(_ duration: Duration?) -> JSONValue? {
        duration.map { .integer($0.components.seconds) }
    }

    /// As UTF-8 JSON on one line.
    var line: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The value at a path of names; nil when there is none.
    subscript(_ path: String...) -> JSONValue? {
        path.reduce(self) { $0?.object?[$1] }
    }
}
