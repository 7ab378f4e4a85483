public import MailModel

/// A message to be written (RFC 5322, RFC 2045): whatever its lines are made of, they have at most 998 octets, and 78 where
/// that is possible.
public struct OutgoingMessage: Hashable, Sendable {
    /// The header without what MIME says of the body, in order.
    public var fields: [OutgoingField]
    public var body: OutgoingPart

    public init(fields: [OutgoingField], body: OutgoingPart) {
        self.fields = fields
        self.body = body
    }

    /// Lends a blob's octets, piece by piece, the same each time.
    public typealias Lender = (BlobID, (UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// Gives the message's octets to `sink`, in pieces, in memory that does not grow with the blobs.
    ///
    /// `boundary` is a token that nobody can guess, of letters and digits: what separates parts is made of it.
    /// - Throws: `OutgoingFieldError`, and what `lend` and `sink` throw.
    public func write(
        boundary: String, lending lend: Lender, to sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var header: [UInt8] = []
        for field in fields { header += try field.octets() }
        header += Array("MIME-Version: 1.0\r\n".utf8)
        try header.withUnsafeBytes(sink)
        // Nothing writes to it while something else reads it: parts are written one after the other.
        try withoutActuallyEscaping(sink) { sink in
            try withoutActuallyEscaping(lend) { lend in
                var writer = PartWriter(boundary: boundary, lend: lend, sink: sink)
                try writer.write(body)
            }
        }
    }

    /// The whole message in memory; for those without blobs.
    public func octets(boundary: String) throws -> [UInt8] {
        var output: [UInt8] = []
        try write(boundary: boundary, lending: { _, _ in }, to: { output += $0 })
        return output
    }
}

private struct PartWriter {
    let boundary: String
    let lend: OutgoingMessage.Lender
    let sink: (UnsafeRawBufferPointer) throws -> Void
    private var multiparts = 0

    init(
        boundary: String, lend: @escaping OutgoingMessage.Lender,
        sink: @escaping (UnsafeRawBufferPointer) throws -> Void
    ) {
        self.boundary = boundary
        self.lend = lend
        self.sink = sink
    }

    mutating func write(_ part: OutgoingPart) throws {
        switch part.content {
        case .parts(let parts): try write(part, parts)
        case .text(let text):
            let (encoding, octets) = TextEncoding.encode(text)
            try put(part.header(encoding: encoding, boundary: nil) + [ASCII.cr, ASCII.lf] + octets)
        case .blob(let id): try write(part, blob: id)
        }
    }

    private mutating func write(_ part: OutgoingPart, _ parts: [OutgoingPart]) throws {
        multiparts += 1
        let boundary = "=_\(self.boundary)_\(multiparts)"
        try put(part.header(encoding: nil, boundary: boundary) + [ASCII.cr, ASCII.lf])
        for child in parts {
            try put(Array("--\(boundary)\r\n".utf8))
            try write(child)
            try put([ASCII.cr, ASCII.lf])
        }
        try put(Array("--\(boundary)--\r\n".utf8))
    }

    /// Attached messages are written as they are where lines allow it (RFC 2046 §5.2.1 forbids encoding them), everything
    /// else in base64.
    private func write(_ part: OutgoingPart, blob id: BlobID) throws {
        if part.mediaType == "message/rfc822" {
            var scan = LineScan()
            try lend(id) { scan.read($0) }
            if let encoding = scan.plainEncoding {
                try put(part.header(encoding: encoding, boundary: nil) + [ASCII.cr, ASCII.lf])
                return try lend(id, sink)
            }
        }
        try put(part.header(encoding: "base64", boundary: nil) + [ASCII.cr, ASCII.lf])
        var encoder = Base64Encoder()
        try lend(id) { piece in
            var output: [UInt8] = []
            encoder.encode(piece, into: &output)
            try put(output)
        }
        var rest: [UInt8] = []
        encoder.finish(into: &rest)
        try put(rest)
    }

    private func put(_ octets: [UInt8]) throws { try octets.withUnsafeBytes(sink) }
}

/// What lines octets are made of, read piece by piece.
private struct LineScan {
    private var column = 0
    private var last: UInt8 = 0
    private var hasHighOctets = false
    private var isBroken = false

    mutating func read(_ piece: UnsafeRawBufferPointer) {
        for octet in piece {
            if octet == ASCII.lf {
                isBroken = isBroken || last != ASCII.cr
                column = 0
            } else {
                isBroken = isBroken || last == ASCII.cr || octet == ASCII.nul
                if octet != ASCII.cr { column += 1 }
                isBroken = isBroken || column > 998
                hasHighOctets = hasHighOctets || octet >= 0x80
            }
            last = octet
        }
    }

    /// The encoding that changes nothing; nil where lines are too long or do not end in CRLF.
    var plainEncoding: String? { isBroken || last == ASCII.cr ? nil : hasHighOctets ? "8bit" : "7bit" }
}
