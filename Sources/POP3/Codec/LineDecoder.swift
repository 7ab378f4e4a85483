import NIOCore

/// Takes lines from a stream of octets. A line ends with CRLF and is given without it.
///
/// QUIRK: a bare LF ends a line as well (`Tests/Corpus/pop3/client/bare-lf.transcript`).
struct LineDecoder: Sendable {
    /// Octets of one line without its line end.
    let limit: Int
    /// How many octets from the reader index on are known to hold no LF, so that a line that arrives octet by octet
    /// is scanned once.
    private var scanned = 0

    init(limit: Int) { self.limit = limit }

    /// The next whole line; nil when more input is needed. Throws `.limitExceeded` when the line is longer than `limit`,
    /// whether or not its end has arrived.
    mutating func nextLine(from buffer: inout ByteBuffer) throws(POP3Error) -> ByteBuffer? {
        let start = scanned
        let found = buffer.withUnsafeReadableBytes { $0.offset(of: ASCII.lineFeed, from: start) }
        guard let found else {
            scanned = buffer.readableBytes
            // One more than the limit may still be the CR of the line end.
            guard scanned <= limit + 1 else { throw POP3Error.lineTooLong(limit: limit) }
            return nil
        }
        scanned = 0
        guard var line = buffer.readSlice(length: found + 1) else { return nil }
        line.moveWriterIndex(to: line.writerIndex - 1)
        if line.readableBytesView.last == ASCII.carriageReturn { line.moveWriterIndex(to: line.writerIndex - 1) }
        guard line.readableBytes <= limit else { throw POP3Error.lineTooLong(limit: limit) }
        return line
    }
}
