package import NIOCore

/// Undoes the byte-stuffing of one multi-line answer (RFC 1939 §3) and finds its end, as a stream: any cut of the input
/// gives the same octets, whatever their number and however long their lines.
///
/// A leading dot is dropped from every line, stuffed or not, as the RFC says.
/// QUIRK: a bare LF ends a line as well, and `.` LF ends the answer (`Tests/Corpus/pop3/client/bare-lf.transcript`).
package struct ByteUnstuffer: Sendable {
    package enum Step: Equatable, Sendable {
        /// Octets of the answer: a slice of the input, not a copy.
        case bytes(ByteBuffer)
        /// The input is used up and the answer goes on.
        case needsInput
        /// The final dot was read. What is left in the input belongs to the next answer.
        case end
    }

    private enum Position: Sendable {
        case lineStart, inLine
        /// A line began with a dot, which was dropped.
        case afterDot
        /// As above, and a CR came next: the end if LF follows, else an octet of the answer.
        case afterDotAndCR
    }

    private var position = Position.lineStart

    package init() {}

    /// Consumes from `buffer`; after `.end` the unstuffer must not be used again.
    package mutating func next(from buffer: inout ByteBuffer) -> Step {
        while let byte = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) {
            switch (position, byte) {
            case (.lineStart, ASCII.dot):
                buffer.moveReaderIndex(forwardBy: 1)
                position = .afterDot
            case (.afterDot, ASCII.carriageReturn):
                buffer.moveReaderIndex(forwardBy: 1)
                position = .afterDotAndCR
            case (.afterDot, ASCII.lineFeed), (.afterDotAndCR, ASCII.lineFeed):
                buffer.moveReaderIndex(forwardBy: 1)
                return .end
            case (.afterDotAndCR, _):
                position = .inLine
                return .bytes(Self.carriageReturn)
            case (.lineStart, _), (.inLine, _), (.afterDot, _):
                return .bytes(takeText(from: &buffer))
            }
        }
        return .needsInput
    }

    /// Everything up to the next line that begins with a dot.
    private mutating func takeText(from buffer: inout ByteBuffer) -> ByteBuffer {
        let (length, endsLine) = buffer.withUnsafeReadableBytes(Self.textPrefix)
        position = endsLine ? .lineStart : .inLine
        return buffer.readSlice(length: length) ?? ByteBuffer()
    }

    private static func textPrefix(_ bytes: UnsafeRawBufferPointer) -> (length: Int, endsLine: Bool) {
        var start = 0
        while let found = bytes.offset(of: ASCII.lineFeed, from: start) {
            start = found + 1
            guard start < bytes.count, bytes[start] != ASCII.dot else { return (start, true) }
        }
        return (bytes.count, false)
    }

    private static let carriageReturn = ByteBuffer(bytes: [ASCII.carriageReturn])
}
