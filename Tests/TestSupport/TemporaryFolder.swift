import Foundation

/// A scratch folder of its own for one test, removed with the last reference to it.
public final class TemporaryFolder: Sendable {
    /// The absolute path, without a slash at its end.
    public let path: String

    /// `name` makes the folder recognisable while it exists.
    public init(_ name: String = "test") throws {
        let base = FileManager.default.temporaryDirectory.path
        path = base + (base.hasSuffix("/") ? "" : "/") + "restante-\(name)-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    }

    deinit {
        // A database that is being closed takes files of its own away meanwhile, and a removal ends at the first file that
        // is gone before it comes there: what remains is removed again.
        for _ in 0..<100 where FileManager.default.fileExists(atPath: path) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// The path of `name` within the folder.
    public func path(_ name: String) -> String { path + "/" + name }

    /// Writes a file and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    public func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }
}
