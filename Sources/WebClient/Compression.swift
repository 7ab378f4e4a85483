import CZstd

/// Zstandard (RFC 8878) in one go, as small as it gets: done once for a file, sent many times.
enum Compression {
    private static let level: Int32 = 19

    /// One frame with these octets; nil when it would not be smaller than they are.
    static func frame(_ octets: [UInt8]) -> [UInt8]? {
        guard octets.count > 1 else { return nil }
        var isSmaller = false
        let frame = [UInt8](unsafeUninitializedCapacity: octets.count - 1) { buffer, count in
            let size = ZSTD_compress(buffer.baseAddress, octets.count - 1, octets, octets.count, level)
            isSmaller = ZSTD_isError(size) == 0
            count = isSmaller ? size : 0
        }
        return isSmaller ? frame : nil
    }
}
