import Foundation
import Synchronization

/// A program that runs beside a test. It begins with no signal blocked, unlike what Foundation's `Process` starts from a
/// thread of the concurrency runtime: signals reach it.
public final class ChildProcess: Sendable {
    private let status = Mutex<Int32?>(nil)
    public let processIdentifier: Int32

    /// Starts `path`; what it prints goes to `output`, a file, or nowhere. `environment` is added to this process's own.
    /// `descriptors` are open files of this process under the numbers that the program knows them by; they take the place
    /// of the usual ones.
    public init(
        _ path: String, _ arguments: [String], output: String = "/dev/null", environment: [String: String] = [:],
        descriptors: [Int32: Int32] = [:]
    ) throws {
        // Numbers that collide with none of those that the program is to have.
        let lent = descriptors.mapValues { fcntl($0, F_DUPFD_CLOEXEC, 200) }
        defer { for descriptor in lent.values { close(descriptor) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for (number, descriptor) in lent { posix_spawn_file_actions_adddup2(&actions, descriptor, number) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let settings = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var identifier: pid_t = 0
        let result = Self.withWords([path] + arguments) { words in
            Self.withWords(settings) { posix_spawn(&identifier, path, &actions, &attributes, words, $0) }
        }
        guard result == 0 else {
            throw ExternalTool.Failed(description: "\(path) can't be started: \(String(cString: strerror(result)))")
        }
        processIdentifier = identifier
    }

    /// As C wants a list of strings: each ended by a zero octet, the list by a null pointer.
    private static func withWords<Result>(
        _ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }

    deinit { stop() }

    public var isRunning: Bool { reap(WNOHANG) == nil }

    /// Waits for its end: the exit code, or 128 and the signal.
    public func wait() -> Int32 { reap(0) ?? -1 }

    /// Calls `body`, on a thread of its own, when the program has ended.
    public func whenEnded(_ body: @escaping @Sendable () -> Void) {
        let identifier = id_t(processIdentifier)
        Thread.detachNewThread {
            // Its status is left for whoever asks for it; without a status to leave it has ended too.
            var information = siginfo_t()
            while waitid(P_PID, identifier, &information, WEXITED | WNOWAIT) == -1, errno == EINTR {}
            body()
        }
    }

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
