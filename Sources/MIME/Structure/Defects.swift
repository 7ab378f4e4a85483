/// Deviations that the parser survived. A message with defects is stored and shown like any other.
public struct Defects: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Fields beyond `Limits.MIME.headerBlock` octets were left out.
    public static let headerTooLong = Defects(rawValue: 1 << 0)
    /// Fields beyond `Limits.MIME.headerFields` were left out.
    public static let tooManyHeaderFields = Defects(rawValue: 1 << 1)
    /// Parameters beyond `Limits.MIME.parameters` were left out.
    public static let tooManyParameters = Defects(rawValue: 1 << 2)
    /// Parts beyond `Limits.MIME.parts` were left out.
    public static let tooManyParts = Defects(rawValue: 1 << 3)
    /// A multipart deeper than `Limits.MIME.depth` was not opened: it is one `application/octet-stream` part.
    public static let tooDeep = Defects(rawValue: 1 << 4)
    /// Addresses beyond `Limits.MIME.addresses` were left out.
    public static let tooManyAddresses = Defects(rawValue: 1 << 5)
    /// A header block ended without an empty line.
    public static let missingBlankLine = Defects(rawValue: 1 << 6)
    /// A multipart ended without its closing delimiter.
    public static let missingCloseDelimiter = Defects(rawValue: 1 << 7)
    /// A multipart without a boundary, or without one delimiter: it is one `text/plain` part.
    public static let notReallyMultipart = Defects(rawValue: 1 << 8)
    /// A Content-Type that says no type and subtype; the part counts as `text/plain`.
    public static let badContentType = Defects(rawValue: 1 << 9)
    /// A Content-Transfer-Encoding that is not known.
    public static let unknownTransferEncoding = Defects(rawValue: 1 << 10)
    /// A multipart with a transfer encoding that would have to be undone first (RFC 2045 §6.4); it is ignored.
    public static let encodedMultipart = Defects(rawValue: 1 << 11)
}
