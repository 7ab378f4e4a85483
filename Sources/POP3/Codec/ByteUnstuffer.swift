package import NIOCore

/// Undoes the byte-stuffing of one multi-line answer (RFC 1939 §3) and finds its end, as a stream: any cut of the input
/// gives the same octets, whatever their number and however long their lines.
///
/// A leading dot is dropped from every line, stuffed or not, as the RFC says.
/// QUIRK: a bare LF ends a line as well, and `.` LF ends the answer (`Tests/Corpus/pop3/client/bare-lf.transcript`).
///
/// QUIRK: some servers end a message without a final line end with `.` CRLF right behind its last octet (Q23, Q40). As
/// long as nothing follows that can't be told from a line that ends with a dot: such a tail is kept back (`holdsDot`).
///
/// QUIRK: some servers stuff nothing (Q37). With `keepsDots` every dot is an octet of the message, and a line of one dot is
/// its end only if nothing follows: it is kept back too. Tests/Corpus/pop3/client/unstuffed-dot-kept.transcript
package struct ByteUnstuffer: Sendable {
    package enum Step: Equatable, Sendable {
        /// Octets of the answer: a slice of the input, not a copy.
        case bytes(ByteBuffer)
        /// The input is used up and the answer goes on.
        case needsInput
        /// With `keepsDots`: a line of one dot is kept back, and the input may go on or not. Call again.
        case paused
        /// The final dot was read. What is left in the input belongs to the next answer.
        case end
    }

    private enum Position: Sendable {
        case lineStart, inLine
        /// A line began with a dot, which was dropped.
        case afterDot
        /// As above, and a CR came next: the end if LF follows, else an octet of the answer.
        case afterDotAndCR
        /// The input ended with a dot that does not begin a line; it is kept back.
        case heldDot
        /// As above, with a CR behind it.
        case heldDotAndCR
        /// As above, with the whole line end.
        case heldLine
        /// With `keepsDots`: a line of one dot, kept back.
        case heldLoneDot
    }

    private var position = Position.lineStart
    package let keepsDots: Bool
    /// With `keepsDots`: a line of one dot turned out not to be the end, so the server stuffs nothing indeed.
    package private(set) var sawLoneDot = false
    /// The line of one dot that is kept back.
    private var loneDot = Self.dotLine

    package init(keepsDots: Bool = false) { self.keepsDots = keepsDots }

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
                guard keepsDots else { return .end }
                loneDot = position == .afterDot ? Self.dotAndLineFeed : Self.dotLine
                position = .heldLoneDot
                return .paused
            case (.heldLoneDot, _):
                position = .lineStart
                sawLoneDot = true
                return .bytes(loneDot)
            case (.afterDotAndCR, _):
                position = .inLine
                return .bytes(keepsDots ? Self.dotAndCarriageReturn : Self.carriageReturn)
            case (.afterDot, _) where keepsDots:
                position = .inLine
                return .bytes(Self.dot)
            case (.heldDot, ASCII.carriageReturn):
                buffer.moveReaderIndex(forwardBy: 1)
                position = .heldDotAndCR
            case (.heldDotAndCR, ASCII.lineFeed):
                buffer.moveReaderIndex(forwardBy: 1)
                position = .heldLine
            case (.heldDot, _), (.heldDotAndCR, _), (.heldLine, _):
                return .bytes(releaseHeld())
            case (.lineStart, _), (.inLine, _), (.afterDot, _):
                let text = takeText(from: &buffer)
                if text.readableBytes > 0 { return .bytes(text) }
            }
        }
        return .needsInput
    }

    /// Whether the input so far ends with a dot and a line end that are kept back: the end, if nothing follows.
    package var holdsDot: Bool { position == .heldLine || position == .heldLoneDot }

    private mutating func releaseHeld() -> ByteBuffer {
        defer { position = position == .heldLine ? .lineStart : .inLine }
        switch position {
        case .heldDotAndCR: return Self.dotAndCarriageReturn
        case .heldLine: return Self.dotLine
        case .lineStart, .inLine, .afterDot, .afterDotAndCR, .heldDot, .heldLoneDot: return Self.dot
        }
    }

    /// Everything up to the next line that begins with a dot, or up to a dot that has to be kept back.
    private mutating func takeText(from buffer: inout ByteBuffer) -> ByteBuffer {
        let isAtLineStart = position == .lineStart || position == .afterDot
        let (length, endsLine) = buffer.withUnsafeReadableBytes(Self.textPrefix)
        position = endsLine ? .lineStart : .inLine
        guard length == buffer.readableBytes, let held = Self.heldTail(buffer, isAtLineStart: isAtLineStart) else {
            return buffer.readSlice(length: length) ?? ByteBuffer()
        }
        position = held.position
        let text = buffer.readSlice(length: length - held.length) ?? ByteBuffer()
        buffer.moveReaderIndex(forwardBy: held.length)
        return text
    }

    /// Whether the input ends with a dot in a line, and what follows of a line end.
    private static func heldTail(_ buffer: ByteBuffer, isAtLineStart: Bool) -> (position: Position, length: Int)? {
        let view = buffer.readableBytesView
        let tails: [(Position, [UInt8])] = [
            (.heldLine, [ASCII.dot, ASCII.carriageReturn, ASCII.lineFeed]),
            (.heldDotAndCR, [ASCII.dot, ASCII.carriageReturn]), (.heldDot, [ASCII.dot]),
        ]
        for (position, tail) in tails where view.suffix(tail.count).elementsEqual(tail) {
            let before = view.dropLast(tail.count)
            // A dot that begins a line is a stuffed one's rest, or the end itself.
            guard before.last.map({ $0 != ASCII.lineFeed }) ?? !isAtLineStart else { return nil }
            return (position, tail.count)
        }
        return nil
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
    private static let dot = ByteBuffer(bytes: [ASCII.dot])
    private static let dotAndCarriageReturn = ByteBuffer(bytes: [ASCII.dot, ASCII.carriageReturn])
    private static let dotAndLineFeed = ByteBuffer(bytes: [ASCII.dot, ASCII.lineFeed])
    private static let dotLine = ByteBuffer(bytes: [ASCII.dot, ASCII.carriageReturn, ASCII.lineFeed])
}
