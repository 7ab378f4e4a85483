import Foundation
import Synchronization

/// The claim of one process on the data directory: an flock that the kernel drops when the process ends, however it ends.
final class DirectoryLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Takes the lock or throws `.locked` at once.
    init(path: String) throws(MailStoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Files.failure("open", path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isTaken = errno == EWOULDBLOCK
            let failure = Files.failure("lock", path)
            close(descriptor)
            throw isTaken
                ? MailStoreError(.locked, "Another process owns the data directory \(Files.parent(of: path)).")
                : failure
        }
        self.descriptor = Mutex(descriptor)
    }

    /// Gives the claim up; once is enough.
    func release() {
        let held = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        if let held { close(held) }
    }

    deinit { release() }
}
