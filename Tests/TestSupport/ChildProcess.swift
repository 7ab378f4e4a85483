import Foundation
import Synchronization

/// A program that runs beside a test. It begins with no signal blocked, unlike what Foundation's `Process` starts from a
/// thread of the concurrency runtime: signals reach it.
public final class ChildProcess: Sendable {
    private let status = Mutex<Int32?>(nil)
    public let processIdentifier: Int32

    /// Starts `path`; what it prints goes to `output`, a file, or nowhere.
    public init(_ path: String, _ arguments: [String], output: String = "/dev/null") throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var identifier: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        let result = posix_spawn(&identifier, path, &actions, &attributes, words, environ)
        guard result == 0 else {
            throw ExternalTool.Failed(description: "\(path) can't be started: \(String(cString: strerror(result)))")
        }
        processIdentifier = identifier
    }

    deinit { stop() }

    public var isRunning: Bool { reap(WNOHANG) == nil }

    /// Waits for its end: the exit code, or 128 and the signal.
    public func wait() -> Int32 { reap(0) ?? -1 }

    public func send(_ signal: Int32) {
        status.withLock { if $0 == nil { kill(processIdentifier, signal) } }
    }

    /// Ends it, and waits until it has: with a signal that it can't ignore, for a test must not wait long.
    public func stop() {
        send(SIGKILL)
        _ = reap(0)
    }

    /// Its status when it has ended: the exit code, or 128 and the signal.
    private func reap(_ options: Int32) -> Int32? {
        status.withLock { status in
            if let status { return status }
            var raw: Int32 = 0
            var ended = waitpid(processIdentifier, &raw, options)
            while ended == -1, errno == EINTR { ended = waitpid(processIdentifier, &raw, options) }
            guard ended == processIdentifier else { return nil }
            status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
            return status
        }
    }
}
