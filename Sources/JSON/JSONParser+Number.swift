extension JSONParser {
    /// `-? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?` (RFC 8259 §6).
    mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let wholeStart = position
        let wholeDigits = try digits()
        guard wholeDigits == 1 || bytes[wholeStart] != UInt8(ascii: "0") else { throw error(.syntax) }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            _ = try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            _ = try digits()
        }
        guard position - start <= limits.numberOctets else { throw error(.numberOutOfRange) }
        if isWhole, wholeDigits <= 16 {
            let magnitude = bytes[wholeStart..<position].reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
            if magnitude <= JSONValue.largestInteger { return .integer(isNegative ? -magnitude : magnitude) }
        }
        return try double(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private func double(_ text: String) throws(JSONError) -> JSONValue {
        guard let number = Double(text), number.isFinite else { throw error(.numberOutOfRange) }
        // 1.0 and 1e3 are whole numbers too: RFC 8620's Int is a value, not a way of writing.
        if let whole = Int64(exactly: number), whole.magnitude <= UInt64(JSONValue.largestInteger) {
            return .integer(whole)
        }
        return .double(number)
    }

    private mutating func digits() throws(JSONError) -> Int {
        let start = position
        while let octet = next, (0x30...0x39).contains(octet) { position += 1 }
        guard position > start else { throw error(.syntax) }
        return position - start
    }
}
