import GRDB
import Glibc
public import MailModel

extension AccountReader {
    /// Octets of a whole blob; nil when there is none.
    public func blobSize(_ id: BlobID) throws -> Int? {
        try db.first("SELECT size FROM blob WHERE hash = ?", .blob(id.hash)) { Int($0.int(0)) }
    }

    /// Calls `body` with a whole blob's octets (the section of `id` is not looked at); nil when there is no such blob.
    /// A large one is decompressed to a file without a name and mapped, never held in memory whole.
    /// - Throws: `corrupt` when the octets cannot be had.
    public func withBlob<Result>(
        _ id: BlobID, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result? {
        guard let stored = try stored(id) else { return nil }
        switch stored.format {
        case .plain: return try stored.octets.withUnsafeBytes(body)
        case .compressed:
            guard let octets = stored.octets.withUnsafeBytes({ Zstd.decompress($0, size: stored.size) }) else {
                throw core.damaged(id)
            }
            return try octets.withUnsafeBytes(body)
        case .file:
            if let octets = try waitingOctets(of: stored.row, id, size: stored.size) {
                return try octets.withUnsafeBytes(body)
            }
            return try core.blobFiles.withDecompressed(id, size: stored.size, body)
        }
    }

    /// A whole blob that stays readable after the snapshot, to be sent piece by piece; nil when there is no such blob.
    /// - Throws: `corrupt` when the octets cannot be had.
    public func openBlob(_ id: BlobID) throws -> OpenBlob? {
        guard let stored = try stored(id) else { return nil }
        switch stored.format {
        case .plain: return OpenBlob(octets: stored.octets)
        case .compressed:
            guard let octets = stored.octets.withUnsafeBytes({ Zstd.decompress($0, size: stored.size) }) else {
                throw core.damaged(id)
            }
            return OpenBlob(octets: octets)
        case .file:
            if let octets = try waitingOctets(of: stored.row, id, size: stored.size) {
                return OpenBlob(octets: octets)
            }
            return OpenBlob(file: try core.blobFiles.openDecompressed(id, size: stored.size), size: stored.size)
        }
    }

    private struct Stored {
        let row: Int64
        let format: BlobFormat
        let size: Int
        let octets: [UInt8]
    }

    private func stored(_ id: BlobID) throws -> Stored? {
        try db.first("SELECT id, format, size, octets FROM blob WHERE hash = ?", .blob(id.hash)) { row in
            guard let format = BlobFormat(rawValue: row.int(1)) else { throw core.damaged(id) }
            return Stored(row: row.int(0), format: format, size: Int(row.int(2)), octets: row.blob(3))
        }
    }
}

extension AccountCore {
    func damaged(_ id: BlobID) -> MailStoreError {
        MailStoreError(.corrupt, "Blob \(id) is damaged on disk; restante check store says what else is.")
    }
}
