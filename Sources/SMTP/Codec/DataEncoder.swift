import NIOCore

/// A message as DATA wants it (RFC 5321 §4.5.2): CRLF at each line's end, a dot before each line's dot, and at the end a
/// line of one dot. Keeps nothing of the message: lines may be of any length, pieces cut anywhere.
struct DataEncoder: Sendable {
    private var lineEnds = LineEnds()
    private var isLineStart = true

    mutating func encode(_ bytes: some Collection<UInt8>) -> ByteBuffer {
        var output = ByteBuffer()
        output.reserveCapacity(bytes.count + bytes.count / 32 + 2)
        var isLineStart = isLineStart
        lineEnds.add(bytes) { byte in
            if isLineStart, byte == UInt8(ascii: ".") { output.writeInteger(UInt8(ascii: ".")) }
            isLineStart = byte == 0x0A
            output.writeInteger(byte)
        }
        self.isLineStart = isLineStart
        return output
    }

    /// The end of the message and of DATA. From the moment these octets are handed to a connection, the server may have
    /// taken the message.
    mutating func end() -> ByteBuffer {
        var output = ByteBuffer()
        var isLineStart = isLineStart
        lineEnds.end { byte in
            output.writeInteger(byte)
            isLineStart = byte == 0x0A
        }
        if !isLineStart { output.writeStaticString("\r\n") }
        output.writeStaticString(".\r\n")
        return output
    }
}
