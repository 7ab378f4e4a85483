/// Reads CBOR (RFC 8949) that somebody else wrote: what is cut short, nested too deeply, of too many values or of a kind
/// that no authenticator sends is an error, and nothing that is announced is made room for before it is there.
struct CBORReader {
    /// Arrays and maps within each other. CTAP2 allows four (§8, message encoding); an attestation object adds one.
    static let deepest = 8
    /// Values in all.
    static let mostValues = 1_000

    private let octets: [UInt8]
    /// Octets that are read.
    private(set) var position: Int
    private var count = 0

    init(_ octets: [UInt8], from position: Int = 0) {
        self.octets = octets
        self.position = position
    }

    /// One value, and nothing behind it.
    static func whole(_ octets: [UInt8]) throws(WebAuthnError) -> CBORValue {
        var reader = CBORReader(octets)
        let value = try reader.value()
        guard reader.isAtEnd else { throw Self.error }
        return value
    }

    var isAtEnd: Bool { position >= octets.count }

    /// The next value; `position` stands behind it.
    mutating func value() throws(WebAuthnError) -> CBORValue { try value(depth: 0) }

    private static var error: WebAuthnError { .malformed("CBOR") }
    private var left: Int { max(0, octets.count - position) }

    private mutating func value(depth: Int) throws(WebAuthnError) -> CBORValue {
        count += 1
        guard depth < Self.deepest, count <= Self.mostValues, left > 0 else { throw Self.error }
        let first = octets[position]
        position += 1
        let argument = try argument(first & 31)
        switch first >> 5 {
        case 0:
            guard let value = Int64(exactly: argument) else { throw Self.error }
            return .integer(value)
        case 1:
            guard let value = Int64(exactly: argument) else { throw Self.error }
            return .integer(-1 - value)
        case 2: return .bytes(try take(argument))
        case 3:
            guard let text = String(validating: try take(argument), as: UTF8.self) else { throw Self.error }
            return .text(text)
        case 4: return .array(try array(of: argument, depth: depth + 1))
        case 5: return .map(try map(of: argument, depth: depth + 1))
        case 7: return try simple(first)
        default: throw Self.error
        }
    }

    /// RFC 8949 §3: in the first octet itself, or in 1, 2, 4 or 8 that follow. The rest is reserved or without a length.
    private mutating func argument(_ information: UInt8) throws(WebAuthnError) -> UInt64 {
        let size: Int
        switch information {
        case 0..<24: return UInt64(information)
        case 24: size = 1
        case 25: size = 2
        case 26: size = 4
        case 27: size = 8
        default: throw Self.error
        }
        guard left >= size else { throw Self.error }
        let value = octets[position..<(position + size)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        position += size
        return value
    }

    private mutating func take(_ length: UInt64) throws(WebAuthnError) -> [UInt8] {
        guard let length = Int(exactly: length), length <= left else { throw Self.error }
        defer { position += length }
        return Array(octets[position..<(position + length)])
    }

    private mutating func array(of length: UInt64, depth: Int) throws(WebAuthnError) -> [CBORValue] {
        // Each value has an octet at least.
        guard let length = Int(exactly: length), length <= left else { throw Self.error }
        var values: [CBORValue] = []
        for _ in 0..<length { values.append(try value(depth: depth)) }
        return values
    }

    private mutating func map(of length: UInt64, depth: Int) throws(WebAuthnError) -> [CBORKey: CBORValue] {
        guard let length = Int(exactly: length), length <= left / 2 else { throw Self.error }
        var entries: [CBORKey: CBORValue] = [:]
        for _ in 0..<length {
            let key: CBORKey
            switch try value(depth: depth) {
            case .integer(let number): key = .integer(number)
            case .text(let text): key = .text(text)
            case .bytes, .array, .map, .flag, .null: throw Self.error
            }
            // Of two of one name nobody knows which is meant.
            guard entries.updateValue(try value(depth: depth), forKey: key) == nil else { throw Self.error }
        }
        return entries
    }

    private func simple(_ first: UInt8) throws(WebAuthnError) -> CBORValue {
        switch first {
        case 0xF4: return .flag(false)
        case 0xF5: return .flag(true)
        case 0xF6: return .null
        default: throw Self.error
        }
    }
}
