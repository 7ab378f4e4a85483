/// One entity of a message: where it stands and what its header says of it (RFC 2045 §2.4, RFC 8621 §4.1.4).
///
/// Holds ranges of the message's octets and no octets of it; everything that needs them takes them again.
public struct Part: Sendable, Hashable {
    /// Counted as in IMAP's BODY sections (RFC 9051 §6.4.5): the children of a multipart from 1; a message that is no
    /// multipart has its one part at `[1]`; the outermost multipart has none.
    public internal(set) var section: [Int] = []
    /// The header block, with the empty line that ends it.
    public internal(set) var headerRange: Range<Int>
    /// The body as it is on the wire, before the transfer encoding is undone.
    public internal(set) var bodyRange: Range<Int>
    /// In lower case. `multipart` if and only if there are `children`.
    public internal(set) var type: String = "text"
    /// In lower case.
    public internal(set) var subtype: String = "plain"
    /// As written; `us-ascii` for text that names none, nil for what is not text (RFC 8621 §4.1.4).
    public internal(set) var charset: String? = "us-ascii"
    public internal(set) var transferEncoding: TransferEncoding = .sevenBit
    /// Content-Disposition's token, in lower case; nil without such a field.
    public internal(set) var disposition: String?
    /// The decoded name: Content-Disposition's filename, else Content-Type's name.
    public internal(set) var fileName: String?
    /// Content-Id without its angle brackets.
    public internal(set) var contentID: String?
    public internal(set) var languages: [String]?
    public internal(set) var location: String?
    /// Octets after the transfer encoding is undone.
    public internal(set) var decodedSize: Int = 0
    /// Of a multipart, in order; empty for everything else, attached messages included.
    public internal(set) var children: [Part] = []

    init(headerRange: Range<Int>, bodyRange: Range<Int>) {
        self.headerRange = headerRange
        self.bodyRange = bodyRange
    }

    /// `type/subtype`.
    public var mediaType: String { type + "/" + subtype }

    public var isMultipart: Bool { type == "multipart" }

    public var isText: Bool { type == "text" }

    /// Whether it is an attached message (RFC 2046 §5.2.1, RFC 6532 §3.7), whose parts are not this message's.
    public var isMessage: Bool { type == "message" && (subtype == "rfc822" || subtype == "global") }

    /// The fields of this part's own header.
    public func headerFields(in bytes: UnsafeRawBufferPointer) -> HeaderFields { HeaderFields(bytes, in: headerRange) }

    /// The octets with the transfer encoding undone; an unknown one counts as none (RFC 8621 §4.1.4).
    public func decoded(from bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(min(decodedSize, bytes.count))
        forEachDecodedPiece(of: bytes) { output.append(contentsOf: $0) }
        return output
    }

    /// Lends the decoded octets piece by piece, for bodies of any size in little memory.
    public func forEachDecodedPiece<Failure: Error>(
        of bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var decoder = TransferDecoder(bytes.slice(bodyRange), encoding: isMultipart ? .binary : transferEncoding)
        while !decoder.isAtEnd {
            let result = decoder.next { piece in Result { () throws(Failure) in try body(piece) } }
            try result.get()
        }
    }
}
