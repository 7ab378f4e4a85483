import Foundation

/// A file system of its own, in memory and small: it can be filled, and what lies on it can be made read-only.
///
/// Mounting needs root, or sudo without a password.
public final class SmallDisk: Sendable {
    private let folder: TemporaryFolder

    /// Of so many megabytes.
    public init(megabytes: Int) throws {
        folder = try TemporaryFolder("disk")
        try Self.asRoot(
            "mount",
            [
                "-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0700,uid=\(geteuid()),gid=\(getegid())", "restante",
                folder.path,
            ])
    }

    /// Whoever has a file open there keeps it until it is closed.
    deinit { try? Self.asRoot("umount", ["--lazy", folder.path]) }

    /// The path of something on it.
    public func path(_ name: String) -> String { folder.path(name) }

    private var ballast: String { folder.path("ballast") }

    /// Takes all the room that is left.
    public func fill() throws {
        let descriptor = open(ballast, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(.EIO) }
        defer { close(descriptor) }
        let zeros = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, zeros, zeros.count) > 0 {}
        guard errno == ENOSPC else { throw POSIXError(.EIO) }
    }

    /// Gives the room back.
    public func empty() throws { try FileManager.default.removeItem(atPath: ballast) }

    /// Makes a folder, here or anywhere, read-only for whoever opens something in it while `body` runs.
    public static func withReadOnly<Result>(
        _ folder: String, _ body: () async throws -> Result
    ) async throws -> Result {
        // Made read-only at another place, where nobody opens anything meanwhile.
        let place = try TemporaryFolder("readonly")
        try asRoot("mount", ["--bind", folder, place.path])
        defer { try? asRoot("umount", ["--lazy", place.path]) }
        try asRoot("mount", ["-o", "remount,bind,ro", place.path])
        try asRoot("mount", ["--bind", place.path, folder])
        defer { try? asRoot("umount", ["--lazy", folder]) }
        return try await body()
    }

    private static func asRoot(_ program: String, _ arguments: [String]) throws {
        let tool = try ExternalTool(program, package: "mount")
        guard geteuid() != 0 else {
            try tool.run(arguments)
            return
        }
        try ExternalTool("sudo", package: "sudo").run(["-n", tool.path] + arguments)
    }
}
