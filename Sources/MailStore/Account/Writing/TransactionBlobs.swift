import GRDB
import MailModel

/// Blobs go.
extension Transaction {
    /// Deletes a blob's row when no email and no submission refers to it and no upload keeps it; its file, if it has one, goes after the
    /// commit.
    func removeBlobIfUnused(_ row: Int64) throws {
        let unused = try db.first(
            """
            SELECT hash, format FROM blob WHERE id = ?1 AND ifnull(keptUntil, 0) <= ?2
            AND NOT EXISTS (SELECT 1 FROM email INDEXED BY emailByBlob WHERE email.blob = ?1)
            AND NOT EXISTS (SELECT 1 FROM submission INDEXED BY submissionByBlob WHERE submission.blob = ?1)
            """,
            .int(row), .int(now.milliseconds)
        ) { (hash: $0.blob(0), format: $0.int(1)) }
        guard let unused else { return }
        if unused.format == BlobFormat.file.rawValue { try db.run("DELETE FROM intake WHERE blob = ?", .int(row)) }
        try db.run("DELETE FROM blob WHERE id = ?", .int(row))
        if unused.format == BlobFormat.file.rawValue { removedFiles.append(BlobID(hash: unused.hash)) }
    }

    /// Deletes uploads whose time is over and that nothing refers to.
    /// - Returns: whether none is left.
    func removeExpiredUploads(limit: Int) throws -> Bool {
        let expired = try db.all(
            "SELECT id FROM blob INDEXED BY blobKeptUntil WHERE keptUntil <= ? ORDER BY keptUntil LIMIT ?",
            .int(now.milliseconds), .int(limit)
        ) { $0.int(0) }
        for row in expired {
            try db.run("UPDATE blob SET keptUntil = NULL WHERE id = ?", .int(row))
            try removeBlobIfUnused(row)
        }
        return expired.count < limit
    }
}
