import Glibc

/// The few effects on disk that blobs have, in the order they are called for: replaced in tests to prove that order and to
/// let one of them fail.
struct FileSystem: Sendable {
    /// A new file for writing and reading, which must not exist yet.
    var create: @Sendable (_ path: String) throws(MailStoreError) -> Int32
    var write: @Sendable (_ file: Int32, _ bytes: UnsafeRawBufferPointer) throws(MailStoreError) -> Void
    /// Several may do this to one file at once.
    var writeAt: @Sendable (_ file: Int32, _ bytes: UnsafeRawBufferPointer, _ start: Int) throws(MailStoreError) -> Void
    /// The file's octets are on disk when this returns.
    var syncData: @Sendable (_ file: Int32, _ path: String) throws(MailStoreError) -> Void
    var rename: @Sendable (_ from: String, _ to: String) throws(MailStoreError) -> Void
    /// Whether it was made now; one that exists already is fine.
    var makeFolder: @Sendable (_ path: String) throws(MailStoreError) -> Void
    /// The folder's entries are on disk when this returns.
    var syncFolder: @Sendable (_ path: String) throws(MailStoreError) -> Void
    var remove: @Sendable (_ path: String) -> Void

    static let posix = FileSystem(
        create: { path throws(MailStoreError) in
            try checked("create", path) { open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600) }
        },
        write: { file, bytes throws(MailStoreError) in
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = try checked("write", "a blob") { Glibc.write(file, part.baseAddress, part.count) }
                rest = rest.dropFirst(Int(count))
            }
        },
        writeAt: { file, bytes, start throws(MailStoreError) in
            var (rest, position) = (bytes[...], start)
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = try checked("write", "a blob") {
                    pwrite(file, part.baseAddress, part.count, off_t(position))
                }
                rest = rest.dropFirst(Int(count))
                position += Int(count)
            }
        },
        syncData: { file, path throws(MailStoreError) in
            try checked("sync", path, isSync: true) { fdatasync(file) }
        },
        rename: { from, to throws(MailStoreError) in
            try checked("rename", from) { Glibc.rename(from, to) }
        },
        makeFolder: { path throws(MailStoreError) in
            if mkdir(path, 0o700) != 0, errno != EEXIST { throw MailStoreError.fromErrno("create", path) }
        },
        syncFolder: { path throws(MailStoreError) in
            let folder = try checked("open", path) { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
            defer { close(folder) }
            try checked("sync", path, isSync: true) { fsync(folder) }
        },
        remove: { path in _ = unlink(path) }
    )

    /// Runs a system call again while it is interrupted.
    @discardableResult
    private static func checked<Result: SignedInteger>(
        _ verb: String, _ path: String, isSync: Bool = false, _ call: () -> Result
    ) throws(MailStoreError) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno == EINTR, !isSync { continue }
            throw isSync ? MailStoreError.fromFailedSync(path) : MailStoreError.fromErrno(verb, path)
        }
    }
}

/// A sync that failed: what it covered may or may not be on disk, and a second try would not tell.
struct SyncFailure: Error {
    let path: String
    let number: Int32
}

extension MailStoreError {
    /// What the last system call left in `errno`.
    static func fromErrno(_ verb: String, _ path: String) -> MailStoreError {
        let number = errno
        let reason = String(cString: strerror(number))
        let sentence = "Could not \(verb) \(path): \(reason)."
        switch number {
        case ENOSPC, EDQUOT: return MailStoreError(.diskFull, "The disk is full: could not \(verb) \(path).")
        case EACCES, EPERM, EROFS: return MailStoreError(.noPermission, sentence)
        case ENOENT: return MailStoreError(.notFound, sentence)
        default: return MailStoreError(.inputOutput, sentence)
        }
    }

    static func fromFailedSync(_ path: String) -> MailStoreError {
        let number = errno
        return MailStoreError(
            .inputOutput,
            "Syncing \(path) failed (\(String(cString: strerror(number)))): this account accepts no changes until the "
                + "daemon is restarted.",
            cause: SyncFailure(path: path, number: number))
    }
}
