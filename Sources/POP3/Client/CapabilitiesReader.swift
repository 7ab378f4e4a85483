import NIOCore

/// Reads the answer to CAPA: a status, then lines up to the final dot.
struct CapabilitiesReader: Sendable {
    private var capabilities = Capabilities()
    private var lineCount = 0

    /// The whole value when `line` is the final dot.
    mutating func read(_ line: ByteBuffer) throws(POP3Error) -> Capabilities? {
        guard !line.isFinalDot else { return capabilities }
        lineCount += 1
        guard lineCount <= Capabilities.maximumLines else {
            throw POP3Error(
                code: .limitExceeded,
                message: "The answer to CAPA has more than \(Capabilities.maximumLines) lines.")
        }
        capabilities.read(line: line)
        return nil
    }
}

extension ByteBuffer {
    /// The line that ends a multi-line answer.
    var isFinalDot: Bool {
        readableBytes == 1 && getInteger(at: readerIndex, as: UInt8.self) == ASCII.dot
    }
}
