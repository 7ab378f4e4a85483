/// Reads one JSON text (RFC 8259, restricted to I-JSON, RFC 7493) from UTF-8 octets.
///
/// Nothing in the octets makes it trap, and memory stays within a small multiple of them.
public struct JSONParser {
    /// The value that `bytes` hold from the first octet to the last, white space around it allowed.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = .init()) throws(JSONError) -> JSONValue {
        try parse(bytes[...], limits: limits)
    }

    public static func parse(
        _ bytes: ArraySlice<UInt8>, limits: JSONLimits = .init()
    ) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.octets else { throw JSONError(code: .tooLarge, offset: limits.octets) }
        return try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> JSONValue in
            var parser = JSONParser(bytes: buffer, limits: limits)
            let value = try parser.value(depth: 0)
            parser.skipWhiteSpace()
            guard parser.position == buffer.count else { throw parser.error(.syntax) }
            return value
        }
    }

    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    var position = 0
    private(set) var valueCount = 0

    init(bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The octet at `position`; nil at the end. All reading goes through here or through a loop that compares with
    /// `bytes.count` itself.
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    func error(_ code: JSONError.Code) -> JSONError { JSONError(code: code, offset: position) }

    mutating func skipWhiteSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Passes over `octet` after white space; false when something else stands there.
    mutating func skip(_ octet: UInt8) -> Bool {
        skipWhiteSpace()
        guard next == octet else { return false }
        position += 1
        return true
    }

    mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipWhiteSpace()
        valueCount += 1
        guard valueCount <= limits.values else { throw error(.tooManyValues) }
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        try enter(depth)
        var object = JSONObject()
        if skip(UInt8(ascii: "}")) { return object }
        repeat {
            skipWhiteSpace()
            let start = position
            let key = try string()
            guard skip(UInt8(ascii: ":")) else { throw error(.syntax) }
            let value = try value(depth: depth)
            guard object.insert(key, value) else { throw JSONError(code: .duplicateKey, offset: start) }
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw error(.syntax) }
        return object
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        try enter(depth)
        var array: [JSONValue] = []
        if skip(UInt8(ascii: "]")) { return array }
        repeat { array.append(try value(depth: depth)) } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw error(.syntax) }
        return array
    }

    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= limits.depth, depth <= JSONLimits.deepest else { throw error(.tooDeep) }
        position += 1
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let length = word.utf8CodeUnitCount
        guard bytes.count - position >= length else { throw error(.syntax) }
        for offset in 0..<length where bytes[position + offset] != word.utf8Start[offset] { throw error(.syntax) }
        position += length
        return value
    }
}
