import CLinux
import Crypto
import Glibc
import MailModel

/// Whole files, copied and looked at without passing through memory where the kernel can do it.
package enum FileCopying {
    private static let piece = 1024 * 1024

    /// Copies a file to a new one that only its owner may read. Nothing is synced.
    /// - Returns: its octets.
    @discardableResult
    static func copy(_ source: String, to target: String) throws(MailStoreError) -> Int {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw Files.failure("open", source) }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard output >= 0 else { throw Files.failure("create", target) }
        defer { close(output) }
        var octets = 0
        while true {
            let count = copy_file_range(input, nil, output, nil, 1 << 30, 0)
            if count == 0 { return octets }
            if count > 0 {
                octets += count
            } else if errno != EINTR {
                guard octets == 0, [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF].contains(errno) else {
                    throw Files.failure("write", target)
                }
                // Between file systems, or where the kernel does not know how.
                return try copyByHand(input, output, source, target)
            }
        }
    }

    private static func copyByHand(
        _ input: Int32, _ output: Int32, _ source: String, _ target: String
    ) throws(MailStoreError) -> Int {
        var octets = 0
        do {
            try eachPiece(of: input, source) { bytes in
                octets += bytes.count
                try FileSystem.posix.write(output, bytes)
            }
        } catch let error as MailStoreError { throw error } catch {
            throw MailStoreError(.inputOutput, "Could not copy to \(target).", cause: error)
        }
        return octets
    }

    /// Makes `target` another name of the same file; false where the two are not on one file system.
    static func link(_ source: String, to target: String) throws(MailStoreError) -> Bool {
        if Glibc.link(source, target) == 0 { return true }
        if [EXDEV, EPERM, EMLINK, ENOENT, EOPNOTSUPP].contains(errno) { return false }
        throw Files.failure("link", target)
    }

    /// Whether two paths name one file; false where either is missing.
    static func isSame(_ one: String, _ other: String) throws(MailStoreError) -> Bool {
        var (first, second) = (stat(), stat())
        for result in [(stat(one, &first), one), (stat(other, &second), other)] where result.0 != 0 {
            if errno == ENOENT { return false }
            throw Files.failure("look at", result.1)
        }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// The octets of a file and their SHA-256.
    static func digest(_ path: String) throws -> (octets: Int, sha256: [UInt8]) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw MailStoreError.fromErrno("open", path) }
        defer { close(file) }
        _ = posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL)
        var hash = SHA256()
        var octets = 0
        try eachPiece(of: file, path) { bytes in
            hash.update(bufferPointer: bytes)
            octets += bytes.count
        }
        return (octets, Array(hash.finalize()))
    }

    private static func eachPiece(
        of file: Int32, _ path: String, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var buffer = [UInt8](repeating: 0, count: piece)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw MailStoreError.fromErrno("read", path) }
            if count == 0 { return }
            try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// Brings everything that was written to the file system of `path` to its disk: one wait instead of one a file.
    package static func syncFileSystem(of path: String) throws(MailStoreError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Files.failure("open", path) }
        defer { close(folder) }
        guard syncfs(folder) == 0 else { throw Files.failure("sync", path) }
    }

    /// Lets the kernel forget its copy of a file that is on disk, so that who reads it next reads the disk.
    static func forgetCached(_ path: String) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
        close(file)
    }

    static func size(of path: String) throws(MailStoreError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Files.failure("look at", path) }
        return Int(status.st_size)
    }
}
