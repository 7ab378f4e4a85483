import Foundation

/// The few file operations of the directory, each with its error as one sentence that names the path.
enum Files {
    /// What a path is, without following a symbolic link at its end.
    struct Entry {
        let isDirectory: Bool
        let owner: uid_t
        let permissions: mode_t
    }

    static func entry(_ path: String) throws(MailStoreError) -> Entry? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw failure("look at", path)
        }
        return Entry(
            isDirectory: status.st_mode & S_IFMT == S_IFDIR, owner: status.st_uid,
            permissions: status.st_mode & 0o7777)
    }

    static func makeDirectory(_ path: String, mode: mode_t = 0o700) throws(MailStoreError) {
        guard mkdir(path, mode) == 0 else { throw failure("create", path) }
    }

    static func setPermissions(_ path: String, _ mode: mode_t) throws(MailStoreError) {
        guard chmod(path, mode) == 0 else { throw failure("change the permissions of", path) }
    }

    /// Makes what the file or folder at `path` holds durable; for a folder, the names in it.
    static func sync(_ path: String) throws(MailStoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", path) }
    }

    static func rename(_ path: String, to target: String) throws(MailStoreError) {
        guard Foundation.rename(path, target) == 0 else { throw failure("rename", path) }
    }

    /// The names in a folder, sorted, without `.` and `..`.
    static func names(in path: String) throws(MailStoreError) -> [String] {
        guard let stream = opendir(path) else { throw failure("read", path) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Deletes a folder and all in it. It follows no symbolic link, and it is no error if nothing is there.
    static func removeTree(_ path: String) throws(MailStoreError) {
        guard let entry = try entry(path) else { return }
        guard entry.isDirectory else {
            guard unlink(path) == 0 || errno == ENOENT else { throw failure("delete", path) }
            return
        }
        for name in try names(in: path) { try removeTree(path + "/" + name) }
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure("delete", path) }
    }

    /// The octets of a small file; nil when it is not there.
    static func read(_ path: String, atMost limit: Int) throws(MailStoreError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open", path)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                Foundation.read(descriptor, $0.baseAddress! + count, $0.count - count)
            }  // never empty: limit + 1
            guard got >= 0 else { throw failure("read", path) }
            if got == 0 { break }
            count += got
        }
        guard count <= limit else { throw MailStoreError(.overLimit, "\(path) is larger than \(limit) octets.") }
        return Array(bytes[..<count])
    }

    /// Creates a file that only its owner may read, with these octets, durable when this returns.
    static func create(_ path: String, _ bytes: [UInt8]) throws(MailStoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("create", path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(written)
        }
        guard fsync(descriptor) == 0 else { throw failure("sync", path) }
        try sync(parent(of: path))
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The error of the call that just failed, from `errno`.
    static func failure(_ verb: String, _ path: String) -> MailStoreError {
        let number = errno
        let reason = String(cString: strerror(number))
        return switch number {
        case EACCES, EPERM, EROFS:
            MailStoreError(
                .noPermission,
                "No permission to \(verb) \(path) (\(reason)): run as the user who owns it, or choose another path.")
        case ENOSPC, EDQUOT:
            MailStoreError(.diskFull, "The disk is full: could not \(verb) \(path).")
        default:
            MailStoreError(.inputOutput, "Could not \(verb) \(path): \(reason).")
        }
    }
}
