import Crypto
import GRDB
import MailModel

extension AccountReader {
    /// Reads a blob back from disk and compares its hash and size with what it was stored under.
    /// - Throws: `corrupt` when it cannot be read.
    func isWhole(_ id: BlobID) throws -> Bool {
        let row = try db.first("SELECT format, size, id FROM blob WHERE hash = ?", .blob(id.hash)) {
            ($0.int(0), $0.int(1), $0.int(2))
        }
        guard let row else { return false }
        guard try row.0 == BlobFormat.file.rawValue && waitingPlace(of: row.2) == nil else {
            let octets = try withBlob(id) { Array(SHA256.hash(data: $0)) == id.hash && $0.count == row.1 }
            return octets ?? false
        }
        var hash = SHA256()
        var size = 0
        try core.blobFiles.decompress(id) { piece in
            hash.update(bufferPointer: piece)
            size += piece.count
        }
        return Array(hash.finalize()) == id.hash && size == row.1
    }
}
