extension MessageSource {
    /// Lends the octets as received. Those of a file are mapped: paged in as they are read and never copied.
    public func withOctets<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        switch self {
        case .octets(let octets): try octets.withUnsafeBytes(body)
        case .file(let file): try file.withOctets(body)
        }
    }
}
