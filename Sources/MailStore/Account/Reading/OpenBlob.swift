import Glibc

/// A blob's octets, held apart from the store: small ones in memory, large ones in a file without a name, which goes with
/// the last reference.
public final class OpenBlob: Sendable {
    private enum Content: Sendable {
        case octets([UInt8])
        case file(Int32)
    }

    /// Octets of the whole blob.
    public let size: Int
    private let content: Content

    init(octets: [UInt8]) {
        size = octets.count
        content = .octets(octets)
    }

    /// Takes the file over.
    init(file: Int32, size: Int) {
        self.size = size
        content = .file(file)
    }

    deinit {
        if case .file(let file) = content { close(file) }
    }

    /// Octets from `offset` on: `count` of them, fewer at the end, none behind it.
    /// - Throws: `inputOutput` when they can't be read.
    public func octets(from offset: Int, count: Int) throws -> [UInt8] {
        let start = min(max(0, offset), size)
        let count = min(max(0, count), size - start)
        switch content {
        case .octets(let octets): return Array(octets[start..<start + count])
        case .file(let file): return try read(file, from: start, count: count)
        }
    }

    private func read(_ file: Int32, from start: Int, count: Int) throws -> [UInt8] {
        try Array(unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                guard let base = buffer.baseAddress else { return }
                let result = pread(file, base + filled, count - filled, off_t(start + filled))
                if result < 0, errno == EINTR { continue }
                guard result > 0 else { throw MailStoreError.fromErrno("read", "a blob") }
                filled += result
            }
        }
    }
}
