import Foundation
import MailModel

/// A file that is written from its beginning.
final class OutputFile {
    private let path: String
    private var descriptor: Int32

    /// A new file, or with `appending` one that may be there.
    init(_ path: String, appending: Bool = false) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_EXCL), 0o600)
        guard descriptor >= 0 else { throw Self.failure("create", path) }
    }

    deinit { if descriptor >= 0 { Foundation.close(descriptor) } }

    func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write", path) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// What was written is on disk when this returns.
    func sync() throws {
        guard fsync(descriptor) == 0 else { throw Self.failure("sync", path) }
    }

    /// - Parameter time: what the file says of when it was changed; nil: now.
    func close(changedAt time: Timestamp? = nil) throws {
        let result = Foundation.close(descriptor)
        descriptor = -1
        guard result == 0 else { throw Self.failure("write", path) }
        guard let time else { return }
        let date = Date(timeIntervalSince1970: Double(time.seconds))
        try? FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }

    static func rename(_ from: String, to target: String) throws {
        guard Foundation.rename(from, target) == 0 else { throw failure("write", target) }
    }

    /// Puts a new file in the place of what is there: on disk is the old one or the new one, whole.
    static func replace(_ path: String, with octets: [UInt8]) throws {
        let new = path + ".new"
        try? FileManager.default.removeItem(atPath: new)
        let file = try OutputFile(new)
        try file.write(octets)
        try file.sync()
        try file.close()
        try rename(new, to: path)
        try syncFolder((path as NSString).deletingLastPathComponent)
    }

    /// The folder's names are on disk when this returns.
    static func syncFolder(_ path: String) throws {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("open", path) }
        defer { Foundation.close(folder) }
        guard fsync(folder) == 0 else { throw failure("sync", path) }
    }

    /// Nil when it is not there.
    static func size(of path: String) -> Int? {
        try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    }

    static func failure(_ verb: String, _ path: String) -> CommandError {
        let reason = String(cString: strerror(errno))
        return CommandError(
            errno == EACCES || errno == EROFS ? .noPermission : .inputOutput, "Could not \(verb) \(path): \(reason).")
    }
}
