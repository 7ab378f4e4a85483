/// Base64 as mail has it (RFC 2045 §6.8): octets outside the alphabet are skipped, padding ends a group wherever it
/// stands (bodies glued together keep decoding), a missing end is what could be read.
struct Base64Decoder {
    private var bits: UInt32 = 0
    private var symbols = 0

    /// The value of each octet; 64 is padding, 255 is outside the alphabet.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 255, count: 256)
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for value in 0..<64 { table[Int(alphabet.utf8Start[value])] = UInt8(value) }
        table[Int(ASCII.equals)] = 64
        return table
    }()

    mutating func decode(_ input: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + input.count / 4 * 3 + 3)
        Self.values.withUnsafeBufferPointer { values in
            var index = 0
            while index < input.count {
                if symbols == 0 {
                    index = Self.decodeGroups(input, from: index, values: values, into: &output)
                    guard index < input.count else { return }
                }
                let value = values[Int(input[index])]
                index += 1
                if value < 64 {
                    add(value, to: &output)
                    continue
                }
                if value == 64 { finish(into: &output) }
                // Line ends, padding after padding and rubbish go in one run.
                while index < input.count, values[Int(input[index])] == value { index += 1 }
            }
        }
    }

    /// Writes what an unfinished group holds: the end of the input, or padding.
    mutating func finish(into output: inout [UInt8]) {
        if symbols == 2 { output.append(UInt8(truncatingIfNeeded: bits >> 4)) }
        if symbols == 3 {
            output.append(UInt8(truncatingIfNeeded: bits >> 10))
            output.append(UInt8(truncatingIfNeeded: bits >> 2))
        }
        symbols = 0
        bits = 0
    }

    private mutating func add(_ value: UInt8, to output: inout [UInt8]) {
        bits = bits << 6 | UInt32(value)
        symbols += 1
        guard symbols == 4 else { return }
        output.append(UInt8(truncatingIfNeeded: bits >> 16))
        output.append(UInt8(truncatingIfNeeded: bits >> 8))
        output.append(UInt8(truncatingIfNeeded: bits))
        symbols = 0
        bits = 0
    }

    /// Whole groups of four as long as nothing else is among them; returns where that ends.
    private static func decodeGroups(
        _ input: UnsafeRawBufferPointer, from start: Int, values: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]
    ) -> Int {
        var index = start
        withUnsafeTemporaryAllocation(byteCount: 768, alignment: 1) { block in
            var filled = 0
            while index &+ 4 <= input.count {
                let one = values[Int(input[index])]
                let two = values[Int(input[index &+ 1])]
                let three = values[Int(input[index &+ 2])]
                let four = values[Int(input[index &+ 3])]
                guard one | two | three | four < 64 else { break }
                block[filled] = one << 2 | two >> 4
                block[filled &+ 1] = two << 4 | three >> 2
                block[filled &+ 2] = three << 6 | four
                filled &+= 3
                index &+= 4
                if filled == 768 {
                    output.append(contentsOf: UnsafeRawBufferPointer(block))
                    filled = 0
                }
            }
            output.append(contentsOf: UnsafeRawBufferPointer(block)[..<filled])
        }
        return index
    }

    /// How many octets `decode` and `finish` would write.
    static func decodedSize(_ input: UnsafeRawBufferPointer) -> Int {
        var size = 0
        var start = 0
        while start < input.count {
            let padding = input.firstIndex(of: ASCII.equals, from: start, to: input.count) ?? input.count
            let symbols = symbolCount(input, from: start, to: padding)
            size &+= symbols / 4 * 3 + (symbols % 4 > 1 ? symbols % 4 - 1 : 0)
            start = padding + 1
        }
        return size
    }

    /// How many octets of `start..<end` are of the alphabet: a sum without a branch, since most octets of mail are.
    private static func symbolCount(_ input: UnsafeRawBufferPointer, from start: Int, to end: Int) -> Int {
        isSymbol.withUnsafeBufferPointer { isSymbol in
            var count = 0
            for octet in UnsafeRawBufferPointer(rebasing: input[start..<end]) { count &+= Int(isSymbol[Int(octet)]) }
            return count
        }
    }

    /// 1 for each octet of the alphabet.
    private static let isSymbol: [UInt8] = values.map { $0 < 64 ? 1 : 0 }
}
