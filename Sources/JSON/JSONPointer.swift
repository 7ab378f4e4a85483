/// A JSON Pointer (RFC 6901), with the `*` that RFC 8620 §3.7 adds for result references.
public struct JSONPointer: Hashable, Sendable {
    /// The reference tokens, unescaped.
    public let tokens: [String]

    /// Tokens that one pointer may have: nothing that is parsed here is deeper.
    public static let maximumTokenCount = JSONLimits.deepest

    /// Nil unless `text` is empty or starts with a solidus, and each `~` is followed by 0 or 1 (RFC 6901 §3).
    public init?(_ text: String) {
        guard let first = text.utf8.first else {
            tokens = []
            return
        }
        guard first == UInt8(ascii: "/") else { return nil }
        var tokens: [String] = []
        for field in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard tokens.count < Self.maximumTokenCount, let token = Self.unescape(field) else { return nil }
            tokens.append(token)
        }
        self.tokens = tokens
    }

    private static func unescape(_ field: Substring.UTF8View) -> String? {
        guard field.contains(UInt8(ascii: "~")) else { return String(Substring(field)) }
        var octets: [UInt8] = []
        var rest = field.makeIterator()
        while let octet = rest.next() {
            guard octet == UInt8(ascii: "~") else {
                octets.append(octet)
                continue
            }
            switch rest.next() {
            case UInt8(ascii: "0"): octets.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): octets.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// What the pointer names within `value`; nil when there is nothing. A `*` maps the rest of the pointer over an
    /// array and joins results that are arrays themselves (RFC 8620 §3.7).
    public func evaluate(in value: JSONValue) -> JSONValue? { Self.evaluate(tokens[...], in: value) }

    private static func evaluate(_ tokens: ArraySlice<String>, in value: JSONValue) -> JSONValue? {
        guard let token = tokens.first else { return value }
        let rest = tokens.dropFirst()
        switch value {
        case .object(let object):
            return object[token].flatMap { evaluate(rest, in: $0) }
        case .array(let items) where token == "*":
            var results: [JSONValue] = []
            for item in items {
                guard let result = evaluate(rest, in: item) else { return nil }
                append(result, to: &results)
            }
            return .array(results)
        case .array(let items):
            guard let index = index(token), index < items.count else { return nil }
            return evaluate(rest, in: items[index])
        case .null, .bool, .integer, .double, .string:
            return nil
        }
    }

    static func append(_ result: JSONValue, to results: inout [JSONValue]) {
        if case .array(let inner) = result {
            results.append(contentsOf: inner)
        } else {
            results.append(result)
        }
    }

    /// An array index of RFC 6901 §4: decimal digits without a leading zero.
    static func index(_ token: String) -> Int? {
        let digits = token.utf8
        guard (1...9).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != 0x30
        else { return nil }
        return Int(token)
    }
}
