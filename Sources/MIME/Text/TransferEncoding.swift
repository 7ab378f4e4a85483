/// How a part's octets are written on the wire (RFC 2045 §6).
public enum TransferEncoding: UInt8, Sendable {
    case sevenBit, eightBit, binary, base64, quotedPrintable
    /// Not known here: the octets are taken as they are, and text is marked (RFC 8621 §4.1.4).
    case unknown

    /// Reads a Content-Transfer-Encoding value; comments and spellings seen in the wild are allowed.
    init(_ bytes: UnsafeRawBufferPointer) {
        var scanner = TokenScanner(bytes)
        scanner.skipCFWS()
        let token = bytes.trimmed(scanner.scan(until: { $0 == ASCII.semicolon || $0 == ASCII.openParenthesis }))
        switch lowercasedToken(bytes, token.count <= 32 ? token : token.lowerBound..<token.lowerBound + 32) {
        case "", "7bit", "7-bit", "7bits": self = .sevenBit
        case "8bit", "8-bit", "8bits": self = .eightBit
        case "binary": self = .binary
        case "base64", "base-64": self = .base64
        case "quoted-printable", "quotedprintable", "quoted printable": self = .quotedPrintable
        default: self = .unknown
        }
    }
}

/// Undoes a transfer encoding piece by piece, so that a body of any size needs little memory.
struct TransferDecoder {
    /// How many encoded octets one piece is made of, about; a line of quoted-printable is never cut.
    static let usualPieceSize = 48 * 1024

    private let pieceSize: Int
    private let body: UnsafeRawBufferPointer
    private let encoding: TransferEncoding
    private var position = 0
    private var base64 = Base64Decoder()
    private var piece: [UInt8] = []

    init(_ body: UnsafeRawBufferPointer, encoding: TransferEncoding, pieceSize: Int = Self.usualPieceSize) {
        self.body = body
        self.pieceSize = pieceSize
        self.encoding = encoding
    }

    /// Whether everything has been handed out.
    var isAtEnd: Bool { position >= body.count }

    /// Whether the next piece is surely the last. (Of quoted-printable the last may come unannounced; an empty one follows
    /// then.)
    var willEnd: Bool { body.count - position <= pieceSize }

    /// Decodes the next piece and lends it to `use`; the pieces of an encoding that is none are the body's own octets.
    mutating func next<Result>(_ use: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let end = min(body.count, position + pieceSize)
        switch encoding {
        case .sevenBit, .eightBit, .binary, .unknown:
            let range = position..<end
            position = end
            return try use(body.slice(range))
        case .base64:
            piece.removeAll(keepingCapacity: true)
            base64.decode(body.slice(position..<end), into: &piece)
            position = end
            if isAtEnd { base64.finish(into: &piece) }
        case .quotedPrintable:
            piece.removeAll(keepingCapacity: true)
            while position < end {
                let lineEnd = body.firstIndex(of: ASCII.lf, from: position, to: body.count).map { $0 + 1 } ?? body.count
                QuotedPrintable.decode(line: body.slice(position..<lineEnd), into: &piece)
                position = lineEnd
            }
        }
        return try piece.withUnsafeBytes(use)
    }

    /// How many octets `body` decodes to, without decoding it.
    static func decodedSize(_ body: UnsafeRawBufferPointer, encoding: TransferEncoding) -> Int {
        switch encoding {
        case .sevenBit, .eightBit, .binary, .unknown: body.count
        case .base64: Base64Decoder.decodedSize(body)
        case .quotedPrintable: QuotedPrintable.decodedSize(body)
        }
    }
}
