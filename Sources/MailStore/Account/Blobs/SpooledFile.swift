import Glibc
public import MailModel

/// A large blob that was taken whole but has no place yet. Its files go with the last reference.
public final class SpooledFile: Sendable {
    /// SHA-256 of the octets as received.
    public let id: BlobID
    /// Octets as received.
    public let size: Int
    private let raw: Int32
    private let compressed: Int32
    private let compressedPath: String
    private let system: FileSystem

    init(id: BlobID, size: Int, raw: Int32, compressed: Int32, compressedPath: String, system: FileSystem) {
        self.id = id
        self.size = size
        self.raw = raw
        self.compressed = compressed
        self.compressedPath = compressedPath
        self.system = system
    }

    deinit {
        close(raw)
        close(compressed)
        system.remove(compressedPath)  // Already gone when it was renamed into place.
    }

    func withCompressed<Result>(
        _ body: (_ file: Int32, _ path: String) throws(MailStoreError) -> Result
    ) throws(MailStoreError) -> Result {
        try body(compressed, compressedPath)
    }

    /// Maps the octets as received: they are paged in as they are read and never copied.
    func withOctets<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        try withMappedOctets(of: raw, size: size, body)
    }
}

/// Maps the first `size` octets of a file for the time of `body`.
func withMappedOctets<Result>(
    of file: Int32, size: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
) throws -> Result {
    guard size > 0 else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), address != MAP_FAILED else {
        throw MailStoreError.fromErrno("map", "a blob")
    }
    defer { munmap(address, size) }
    return try body(UnsafeRawBufferPointer(start: address, count: size))
}
