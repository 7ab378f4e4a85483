package import NIOCore

/// Byte-stuffs one multi-line answer (RFC 1939 §3) as a stream: a dot is put before every line that begins with one,
/// and the end is `.` CRLF on a line of its own.
///
/// A line also counts as begun after a bare LF: a message that holds one must never end early for a client that
/// tolerates it.
package struct ByteStuffer: Sendable {
    private var atLineStart = true
    /// Whether what was written so far is empty or ends with CRLF.
    private var endsWithCRLF = true
    private var lastByte: UInt8 = 0

    package init() {}

    /// Appends `bytes`, stuffed, to `output`.
    package mutating func write(_ bytes: UnsafeRawBufferPointer, to output: inout ByteBuffer) {
        guard let last = bytes.last else { return }
        let secondToLast = bytes.count > 1 ? bytes[bytes.count - 2] : lastByte
        if atLineStart, bytes[0] == ASCII.dot { output.writeInteger(ASCII.dot) }
        var copied = 0
        var start = 0
        while let found = bytes.offset(of: ASCII.lineFeed, from: start) {
            start = found + 1
            guard start < bytes.count, bytes[start] == ASCII.dot else { continue }
            output.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[copied..<start]))
            output.writeInteger(ASCII.dot)
            copied = start
        }
        output.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[copied...]))
        atLineStart = last == ASCII.lineFeed
        endsWithCRLF = atLineStart && secondToLast == ASCII.carriageReturn
        lastByte = last
    }

    /// Appends `bytes`, stuffed, to `output`.
    package mutating func write(_ bytes: ByteBuffer, to output: inout ByteBuffer) {
        bytes.withUnsafeReadableBytes { write($0, to: &output) }
    }

    /// Appends the end of the answer, after a CRLF if the last line had none.
    package func finish(to output: inout ByteBuffer) {
        if !endsWithCRLF { output.writeStaticString("\r\n") }
        output.writeStaticString(".\r\n")
    }
}
