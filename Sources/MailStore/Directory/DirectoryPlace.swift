import CLinux
import GRDB
import Glibc

/// Which file restante.db is: its inode and when that was made. A copy that somebody put back has another one.
///
/// The device is not part of it: its number may change whenever the machine starts.
struct DirectoryPlace: Hashable, Sendable {
    let inode: Int64
    /// Nanoseconds since 1970; 0 where the file system does not keep it.
    let madeAt: Int64

    init(of path: String) throws(MailStoreError) {
        var found = statx()
        guard statx(AT_FDCWD, path, 0, UInt32(STATX_INO | STATX_BTIME), &found) == 0 else {
            throw Files.failure("look at", path)
        }
        inode = Int64(truncatingIfNeeded: found.stx_ino)
        let hasBirth = found.stx_mask & UInt32(STATX_BTIME) != 0
        madeAt =
            hasBirth ? found.stx_btime.tv_sec &* 1_000_000_000 &+ Int64(found.stx_btime.tv_nsec) : 0
    }

    /// What the migration `place` of restante.db does. Frozen. Null: not known yet.
    static let schema = """
        ALTER TABLE directory ADD COLUMN inode INTEGER;
        ALTER TABLE directory ADD COLUMN madeAt INTEGER;
        """

    /// Notes where restante.db is. When that is not where it was last, every account has to begin a new epoch, whatever its
    /// own folder says: devices may know states from after the copy.
    /// - Returns: whether it is a copy.
    func settle(in database: Database) throws -> Bool {
        let old = try database.first("SELECT inode, madeAt FROM directory") { row in
            row.isNull(0) ? nil : (row.int(0), row.int(1))
        }
        guard let old = old.flatMap({ $0 }) else {
            try note(in: database)
            return false
        }
        guard old != (inode, madeAt) else { return false }
        // No account is ever of epoch 0.
        try database.run("UPDATE account SET epoch = 0, hintsStale = 1")
        try note(in: database)
        return true
    }

    private func note(in database: Database) throws {
        try database.run("UPDATE directory SET inode = ?, madeAt = ?", .int(inode), .int(madeAt))
    }
}
