/// A JSON value (RFC 8259) within I-JSON (RFC 7493): no number beyond a double, no string that is not Unicode text.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// A whole number from -(2^53)+1 to 2^53-1, exactly.
    case integer(Int64)
    /// Any other number; always finite when it came from the parser.
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The largest whole number that every JSON peer reads exactly: 2^53-1 (RFC 7493 §2.2, RFC 8620 §1.3).
    public static let largestInteger: Int64 = 9_007_199_254_740_991

    public var isNull: Bool {
        if case .null = self { return true }
        return false
    }

    public var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    /// The value as an Int of RFC 8620 §1.3; nil for fractions and for what lies beyond 2^53-1.
    public var integer: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value.magnitude <= UInt64(Self.largestInteger) ? value : nil
    }

    public var string: String? {
        if case .string(let value) = self { return value }
        return nil
    }

    public var array: [JSONValue]? {
        if case .array(let value) = self { return value }
        return nil
    }

    public var object: JSONObject? {
        if case .object(let value) = self { return value }
        return nil
    }
}

extension JSONValue: Equatable {
    /// Numbers are equal by value, whichever case holds them; strings by their code points, not by what they look like;
    /// objects whatever the order of their members.
    public static func == (one: JSONValue, other: JSONValue) -> Bool {
        switch (one, other) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.integer(let one), .integer(let other)): one == other
        case (.double(let one), .double(let other)): one == other
        case (.integer(let whole), .double(let number)), (.double(let number), .integer(let whole)):
            Int64(exactly: number) == whole
        case (.string(let one), .string(let other)): one.hasSameCodePoints(as: other)
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)): one == other
        case (.null, _), (.bool, _), (.integer, _), (.double, _), (.string, _), (.array, _), (.object, _): false
        }
    }
}

extension String {
    /// Swift's `==` takes canonically equivalent strings as equal; in JSON they are different names.
    func hasSameCodePoints(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
