extension JSONPointer {
    /// As `evaluate(in:)`, over a JSON text that a `JSONWriter` wrote: only what the pointer names becomes a value, the
    /// rest is passed over. Nil too when that is more than `budget` allows; what was taken is subtracted from its octets
    /// and values.
    ///
    /// - Parameter walk: octets that may be looked at, taken or passed over; those that were are subtracted.
    public func evaluate(inText bytes: [UInt8], budget: inout JSONLimits, walk: inout Int) -> JSONValue? {
        let seen = max(0, min(bytes.count, walk))
        return bytes.withUnsafeBufferPointer { buffer in
            let parser = JSONParser(bytes: UnsafeBufferPointer(rebasing: buffer[..<seen]), limits: budget)
            var walker = PointerWalker(parser: parser, octetsLeft: budget.octets)
            let value = walker.evaluate(tokens[...])
            budget.octets = walker.octetsLeft
            budget.values -= min(budget.values, walker.parser.valueCount)
            walk -= min(walk, walker.parser.position)
            // What ends where the sight ends may go on behind it.
            return seen < bytes.count && walker.parser.position >= seen ? nil : value
        }
    }
}

/// Follows a pointer through the octets of a JSON text. After `evaluate` and `skip` the parser stands behind the value.
private struct PointerWalker {
    var parser: JSONParser
    /// Octets that may still become values.
    var octetsLeft: Int
    /// Whether something has to be found behind what is found next: within a `*`.
    private var goesOn = false

    init(parser: JSONParser, octetsLeft: Int) {
        self.parser = parser
        self.octetsLeft = octetsLeft
    }

    mutating func evaluate(_ tokens: ArraySlice<String>) -> JSONValue? {
        guard let token = tokens.first else { return take() }
        let rest = tokens.dropFirst()
        if parser.skip(UInt8(ascii: "{")) { return member(token, rest) }
        guard parser.skip(UInt8(ascii: "[")) else { return nil }
        if token == "*" { return every(rest) }
        return JSONPointer.index(token).flatMap { item($0, rest) }
    }

    private mutating func take() -> JSONValue? {
        let start = parser.position
        guard let value = try? parser.value(depth: 0) else { return nil }
        guard parser.position - start <= octetsLeft else { return nil }
        octetsLeft -= parser.position - start
        return value
    }

    private mutating func member(_ name: String, _ rest: ArraySlice<String>) -> JSONValue? {
        var found: JSONValue?
        if parser.skip(UInt8(ascii: "}")) { return nil }
        repeat {
            guard let isNamed = skipKey(name), parser.skip(UInt8(ascii: ":")) else { return nil }
            if found == nil, isNamed {
                found = evaluate(rest)
                guard found != nil, goesOn else { return found }
            } else {
                guard skipValue() else { return nil }
            }
        } while parser.skip(UInt8(ascii: ","))
        return parser.skip(UInt8(ascii: "}")) ? found : nil
    }

    /// Passes over a member's key; whether it is `name`, nil when there is no key.
    private mutating func skipKey(_ name: String) -> Bool? {
        parser.skipWhiteSpace()
        let start = parser.position
        guard parser.next == UInt8(ascii: "\""), skipString() else { return nil }
        let octets = parser.bytes[(start + 1)..<(parser.position - 1)]
        guard octets.contains(UInt8(ascii: "\\")) else { return octets.elementsEqual(name.utf8) }
        parser.position = start
        return (try? parser.string())?.hasSameCodePoints(as: name)
    }

    private mutating func every(_ rest: ArraySlice<String>) -> JSONValue? {
        var results: [JSONValue] = []
        let wentOn = goesOn
        goesOn = true
        defer { goesOn = wentOn }
        if parser.skip(UInt8(ascii: "]")) { return .array(results) }
        repeat {
            guard let result = evaluate(rest) else { return nil }
            JSONPointer.append(result, to: &results)
        } while parser.skip(UInt8(ascii: ","))
        return parser.skip(UInt8(ascii: "]")) ? .array(results) : nil
    }

    private mutating func item(_ index: Int, _ rest: ArraySlice<String>) -> JSONValue? {
        var found: JSONValue?
        var count = 0
        if parser.skip(UInt8(ascii: "]")) { return nil }
        repeat {
            if count == index {
                found = evaluate(rest)
                guard found != nil, goesOn else { return found }
            } else {
                guard skipValue() else { return nil }
            }
            count += 1
        } while parser.skip(UInt8(ascii: ","))
        return parser.skip(UInt8(ascii: "]")) ? found : nil
    }

    /// Passes over one value by its brackets and quotation marks: what stands between them was written by us.
    private mutating func skipValue() -> Bool {
        parser.skipWhiteSpace()
        var open = 0
        while let octet = parser.next {
            switch octet {
            case UInt8(ascii: "\""):
                guard skipString() else { return false }
                if open == 0 { return true }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if open == 0 { return true }
                open -= 1
                if open == 0 {
                    parser.position += 1
                    return true
                }
            case UInt8(ascii: ",") where open == 0:
                return true
            default:
                break
            }
            parser.position += 1
        }
        return open == 0
    }

    private mutating func skipString() -> Bool {
        parser.position += 1
        while let octet = parser.next {
            parser.position += 1
            if octet == UInt8(ascii: "\"") { return true }
            if octet == UInt8(ascii: "\\") { parser.position += 1 }
        }
        return false
    }
}
