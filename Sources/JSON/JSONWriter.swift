/// Writes JSON as UTF-8 octets, verb by verb, without building values first.
///
/// What it writes is I-JSON (RFC 7493): code points that are barred from it are replaced by U+FFFD. The caller keeps
/// begin and end verbs in pairs and gives each member's key before its value; commas are the writer's business.
public struct JSONWriter: Sendable {
    /// What was written. Meaningless once `isOverLimit`.
    public private(set) var bytes: [UInt8]
    /// Octets that may be written; beyond them everything is dropped, so that no value can ask for unbounded memory.
    public let limit: Int
    private var needsComma = false

    /// An empty writer with room for `capacity` octets.
    public init(capacity: Int = 256, limit: Int = .max) {
        bytes = []
        bytes.reserveCapacity(min(capacity, limit))
        self.limit = limit
    }

    /// Whether more was given than `limit` allows.
    public private(set) var isOverLimit = false

    /// Says that the rest would not fit, for a caller that knows it without making the rest.
    public mutating func exceedLimit() { isOverLimit = true }

    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// The name of the member whose value comes next.
    public mutating func key(_ name: StaticString) {
        separate()
        append(UInt8(ascii: "\""))
        append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        append(UInt8(ascii: "\""))
        append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The name of the member whose value comes next, when it is not known before.
    public mutating func key(text name: String) {
        separate()
        appendQuoted(name)
        append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func null() { word("null") }
    public mutating func value(_ flag: Bool) { word(flag ? "true" : "false") }

    public mutating func value(_ text: String) {
        separate()
        appendQuoted(text)
        needsComma = true
    }

    public mutating func value(_ number: Int) { value(Int64(number)) }

    public mutating func value(_ number: Int64) {
        separate()
        appendDigits(number)
        needsComma = true
    }

    /// A number that JSON cannot express (not finite) becomes null.
    public mutating func value(_ number: Double) {
        guard number.isFinite else { return null() }
        separate()
        for octet in number.description.utf8 { append(octet) }
        needsComma = true
    }

    /// A string made of `prefix` and a decimal number, as ids are: no intermediate string.
    public mutating func value(prefix: Unicode.Scalar, number: Int64) {
        separate()
        append(UInt8(ascii: "\""))
        append(UInt8(truncatingIfNeeded: prefix.value & 0x7F))
        appendDigits(number)
        append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// As `value(prefix:number:)`, for the name of the member whose value comes next.
    public mutating func key(prefix: Unicode.Scalar, number: Int64) {
        value(prefix: prefix, number: number)
        append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func value(_ value: JSONValue) {
        guard !isOverLimit else { return }
        switch value {
        case .null: null()
        case .bool(let flag): self.value(flag)
        case .integer(let number): self.value(number)
        case .double(let number): self.value(number)
        case .string(let text): self.value(text)
        case .array(let items):
            beginArray()
            for item in items {
                guard !isOverLimit else { return }
                self.value(item)
            }
            endArray()
        case .object(let object):
            beginObject()
            for member in object.members {
                guard !isOverLimit else { return }
                key(text: member.key)
                self.value(member.value)
            }
            endObject()
        }
    }

    /// Octets that are one whole JSON value already.
    public mutating func value(json octets: some Collection<UInt8>) {
        separate()
        guard octets.count <= limit - bytes.count else { return exceedLimit() }
        bytes.append(contentsOf: octets)
        needsComma = true
    }

    private mutating func word(_ text: StaticString) {
        separate()
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        needsComma = true
    }

    private mutating func open(_ octet: UInt8) {
        separate()
        append(octet)
        needsComma = false
    }

    private mutating func close(_ octet: UInt8) {
        append(octet)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { append(UInt8(ascii: ",")) }
    }

    mutating func append(_ octet: UInt8) {
        guard bytes.count < limit else { return exceedLimit() }
        bytes.append(octet)
    }

    mutating func append(contentsOf octets: UnsafeBufferPointer<UInt8>) {
        guard octets.count <= limit - bytes.count else { return exceedLimit() }
        bytes.append(contentsOf: octets)
    }

    private mutating func appendDigits(_ number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            repeat {
                start -= 1
                digits[start] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
                rest /= 10
            } while rest > 0
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }
}
