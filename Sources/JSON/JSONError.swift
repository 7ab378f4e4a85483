/// Why octets are not a JSON text that is accepted here, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The octets do not follow the grammar of RFC 8259.
        case syntax
        /// A string holds ill-formed UTF-8, a lone surrogate or a noncharacter (RFC 7493 §2.1).
        case notUnicode
        /// Two members of one object share a name (RFC 7493 §2.3).
        case duplicateKey
        /// A number that a double cannot hold (RFC 7493 §2.2), or one written with too many digits.
        case numberOutOfRange
        /// More octets, levels or values than `JSONLimits` allow.
        case tooLarge, tooDeep, tooManyValues
    }

    public let code: Code
    /// Octets before the place where it was noticed.
    public let offset: Int

    public init(code: Code, offset: Int) {
        self.code = code
        self.offset = offset
    }

    public var description: String {
        switch code {
        case .syntax: "not JSON at octet \(offset)"
        case .notUnicode: "a string that is not Unicode text at octet \(offset)"
        case .duplicateKey: "a member name twice in one object at octet \(offset)"
        case .numberOutOfRange: "a number out of range at octet \(offset)"
        case .tooLarge: "too many octets"
        case .tooDeep: "nested too deeply at octet \(offset)"
        case .tooManyValues: "too many values at octet \(offset)"
        }
    }
}

/// What of a JSON text is accepted.
public struct JSONLimits: Hashable, Sendable {
    /// Octets of the whole text.
    public var octets: Int
    /// Arrays and objects within each other; `[]` has a depth of one. Never more than `deepest`.
    public var depth: Int
    /// Values in all, so that a short text cannot ask for much memory.
    public var values: Int
    /// Octets of one number.
    public var numberOctets = 100

    /// The parser calls itself once a level: more than this is refused whatever `depth` says.
    public static let deepest = 512

    public init(octets: Int = 10_000_000, depth: Int = 64, values: Int = 1_000_000) {
        self.octets = octets
        self.depth = depth
        self.values = values
    }
}
