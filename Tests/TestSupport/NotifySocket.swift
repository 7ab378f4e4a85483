import Foundation

/// Where a program tells who started it that it is ready, as it would tell systemd (sd_notify(3)).
public final class NotifySocket: Sendable {
    private let folder: TemporaryFolder
    private let descriptor: Int32

    public init() throws {
        folder = try TemporaryFolder("notify")
        descriptor = try Self.datagramSocket()
        guard Self.withAddress(folder.path("socket"), { bind(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            throw ExternalTool.Failed(description: "no socket at \(folder.path): \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    public var path: String { folder.path("socket") }

    /// What to start the program with.
    public var environment: [String: String] { ["NOTIFY_SOCKET": path] }

    /// Waits until the program says that it is ready and returns what else it said, or nil when it ended before.
    public func waitUntilReady(_ process: ChildProcess) -> String? {
        wait(process) { $0.contains("READY=1") }
    }

    private func wait(_ process: ChildProcess, for condition: ([Substring]) -> Bool) -> String? {
        let path = path
        process.whenEnded { Self.send("ENDED=1", to: path) }
        while let message = receive() {
            let lines = message.split(separator: "\n")
            if condition(lines) { return message }
            if lines.contains("ENDED=1") { return nil }
        }
        return nil
    }

    /// The first thing that the program says, or nil when it ended before; waits on a thread of its own.
    public func firstMessage(of process: ChildProcess) async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.wait(process) { !$0.contains("ENDED=1") }) }
        }
    }

    /// The same on a thread of its own, where no task of this process waits behind it.
    public func untilReady(_ process: ChildProcess) async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.waitUntilReady(process)) }
        }
    }

    /// The next message, whenever it comes; `ENDED=1` after ``waitUntilReady(_:)`` when the program has ended.
    public func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        var count = recv(descriptor, &buffer, buffer.count, 0)
        while count == -1, errno == EINTR { count = recv(descriptor, &buffer, buffer.count, 0) }
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    private static func send(_ message: String, to path: String) {
        guard let descriptor = try? datagramSocket() else { return }
        defer { close(descriptor) }
        let octets = Array(message.utf8)
        _ = withAddress(path) { sendto(descriptor, octets, octets.count, 0, $0, $1) }
    }

    private static func datagramSocket() throws -> Int32 {
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_DGRAM, 0)
        #endif
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
        return descriptor
    }

    private static func withAddress<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
