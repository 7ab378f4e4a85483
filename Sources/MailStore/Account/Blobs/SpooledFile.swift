import Glibc
public import MailModel

/// A large blob that was taken whole but has no place yet. Its files go with the last reference.
public final class SpooledFile: Sendable {
    /// SHA-256 of the octets as received.
    public var id: BlobID { compressed.id }
    /// Octets as received.
    public var size: Int { compressed.size }
    private let raw: Int32
    let compressed: CompressedFile

    /// Takes both files over. `raw` has no name and holds the octets as received.
    init(raw: Int32, compressed: CompressedFile) {
        self.raw = raw
        self.compressed = compressed
    }

    deinit { close(raw) }

    /// Maps the octets as received: they are paged in as they are read and never copied.
    func withOctets<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        try withMappedOctets(of: raw, size: size, body)
    }
}

/// A blob's file before it is renamed into its place: one zstd frame under a temporary name.
final class CompressedFile: Sendable {
    let id: BlobID
    /// Octets as received.
    let size: Int
    let descriptor: Int32
    let path: String
    private let system: FileSystem

    /// Takes the file over.
    init(id: BlobID, size: Int, descriptor: Int32, path: String, system: FileSystem) {
        self.id = id
        self.size = size
        self.descriptor = descriptor
        self.path = path
        self.system = system
    }

    deinit {
        close(descriptor)
        system.remove(path)  // Already gone when it was renamed into place.
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
