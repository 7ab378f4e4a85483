/// Base64 in lines (RFC 2045 §6.8), piece by piece.
package struct Base64Encoder {
    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    /// Characters of a line; a multiple of four.
    private let lineLength: Int
    private var column = 0
    private var pending: UInt32 = 0
    private var pendingCount = 0

    /// 76 characters a line, or another multiple of four.
    package init(lineLength: Int = 76) { self.lineLength = lineLength }

    package mutating func encode(_ input: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + input.count / 3 * 4 + input.count / 28 + 8)
        for octet in input {
            pending = pending << 8 | UInt32(octet)
            pendingCount += 1
            if pendingCount == 3 { writeGroup(into: &output) }
        }
    }

    /// Writes what is left, with padding, and the end of the last line when there are lines.
    package mutating func finish(into output: inout [UInt8]) {
        if pendingCount > 0 {
            let missing = 3 - pendingCount
            pending <<= UInt32(8 * missing)
            writeGroup(into: &output)
            for index in 0..<missing { output[output.count - 1 - index] = ASCII.equals }
        }
        if column > 0, lineLength != .max { output += [ASCII.cr, ASCII.lf] }
        column = 0
    }

    private mutating func writeGroup(into output: inout [UInt8]) {
        if column == lineLength {
            output += [ASCII.cr, ASCII.lf]
            column = 0
        }
        for shift in [18, 12, 6, 0] as [UInt32] {
            output.append(Self.alphabet.utf8Start[Int(pending >> shift & 63)])
        }
        column += 4
        pending = 0
        pendingCount = 0
    }
}
