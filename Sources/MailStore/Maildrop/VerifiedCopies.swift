import GRDB
import GRDBSQLite
import Glibc
package import MailModel

extension Account {
    /// Of these emails, the ones whose octets were read back and hash to what they were stored as, and are those of the
    /// messages that they stand for.
    ///
    /// Read past caches as far as one can: SQLite's pages are dropped first and so are the kernel's of a blob's file. What
    /// stands in mail.db itself may come from the kernel's cache: to open that file once more would end SQLite's locks.
    package func verifiedCopies(of emails: [EmailID]) async throws -> Set<EmailID> {
        try await read { reader in
            sqlite3_db_release_memory(reader.db.sqliteConnection)
            var verified: Set<EmailID> = []
            for email in emails where try reader.isVerified(email) { verified.insert(email) }
            return verified
        }
    }
}

extension AccountReader {
    fileprivate func isVerified(_ email: EmailID) throws -> Bool {
        let blob = try db.first("SELECT hash FROM email WHERE id = ?", .int(email.rawValue)) {
            BlobID(hash: $0.blob(0))
        }
        guard let blob else { return false }
        try dropFromCache(blob)
        do {
            return try isWhole(blob) && isAsReceived(email, blob)
        } catch let error as MailStoreError where error.code == .corrupt {
            return false
        }
    }
}

extension AccountReader {
    /// Asks the kernel to read a blob from disk the next time. It may decline.
    private func dropFromCache(_ blob: BlobID) throws {
        let row = try db.first("SELECT id, size FROM blob WHERE hash = ?", .blob(blob.hash)) { ($0.int(0), $0.int(1)) }
        guard let row, let place = try waitingPlace(of: row.0) else { return core.blobFiles.dropFromCache(blob) }
        intakeFile(place.file)?.dropFromCache(from: place.start, count: Int(row.1))
    }

    /// An email that came from a file may stand for a message and have other octets: that is no copy of it.
    private func isAsReceived(_ email: EmailID, _ blob: BlobID) throws -> Bool {
        let received = try db.all(
            "SELECT fingerprint FROM maildropMessage WHERE email = ? AND fingerprint IS NOT NULL", .int(email.rawValue)
        ) { $0.blob(0) }
        let own = try withBlob(blob) { Fingerprint.of($0, octets: $0.count) }
        return received.allSatisfy { $0 == own }
    }
}

extension BlobFiles {
    fileprivate func dropFromCache(_ id: BlobID) {
        let file = Glibc.open(path(of: id), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
    }
}
