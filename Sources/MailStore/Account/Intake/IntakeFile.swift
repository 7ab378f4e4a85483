import Glibc
import MailModel
import Synchronization

/// A file of the intake: bodies as received, one behind the other, none ever changed. It can be read for as long as
/// somebody holds it, whether it still has its name or not.
final class IntakeFile: Sendable {
    let number: Int64
    let path: String
    let descriptor: Int32
    private let system: FileSystem
    /// Bodies written whole.
    private let written = Atomic(0)
    private let synced = Mutex(Synced())
    private let leases = Atomic(0)

    private struct Synced {
        /// Of the bodies written, so many are known to be on disk.
        var count = 0
        /// After a sync that failed another one may find nothing left to do, and prove nothing.
        var failure: MailStoreError?
    }

    /// Takes the file over.
    init(number: Int64, path: String, descriptor: Int32, system: FileSystem) {
        self.number = number
        self.path = path
        self.descriptor = descriptor
        self.system = system
    }

    deinit { close(descriptor) }

    /// Writes a body to its place; it is not on disk yet.
    /// - Returns: its number among those written, for `sync`.
    func write(_ bytes: UnsafeRawBufferPointer, at start: Int) throws(MailStoreError) -> Int {
        try system.writeAt(descriptor, bytes, start)
        return written.add(1, ordering: .acquiringAndReleasing).newValue
    }

    /// The bodies up to this number are on disk when this returns. One sync does for all that were written before it
    /// began.
    func sync(through number: Int) throws(MailStoreError) {
        try synced.withLock { synced throws(MailStoreError) in
            guard synced.count < number else { return }
            if let failure = synced.failure { throw failure }
            let reached = written.load(ordering: .acquiring)
            do throws(MailStoreError) { try system.syncData(descriptor, path) } catch {
                synced.failure = error
                throw error
            }
            synced.count = reached
        }
    }

    func isSynced(through number: Int) -> Bool { synced.withLock { $0.count >= number } }

    /// Nil when they are not there.
    func octets(from start: Int, count: Int) -> [UInt8]? {
        var filled = 0
        let octets = [UInt8](unsafeUninitializedCapacity: count) { buffer, size in
            while filled < count, let base = buffer.baseAddress {
                let result = pread(descriptor, base + filled, count - filled, off_t(start + filled))
                if result < 0, errno == EINTR { continue }
                guard result > 0 else { break }
                filled += result
            }
            size = filled
        }
        return filled == count ? octets : nil
    }

    /// Asks the kernel to read these octets from disk the next time.
    func dropFromCache(from start: Int, count: Int) {
        _ = posix_fadvise(descriptor, off_t(start), off_t(count), POSIX_FADV_DONTNEED)
    }

    /// Whether somebody is about to store a row that names this file.
    var isLeased: Bool { leases.load(ordering: .acquiring) > 0 }

    fileprivate func beginLease() { leases.add(1, ordering: .acquiringAndReleasing) }
    fileprivate func endLease() { leases.subtract(1, ordering: .acquiringAndReleasing) }
}

/// A body's place in the intake, kept from its arrival until a row names it.
final class IntakeLease: Sendable {
    let file: IntakeFile
    let start: Int
    private let number = Atomic(Int.max)

    init(_ file: IntakeFile, start: Int) {
        self.file = file
        self.start = start
        file.beginLease()
    }

    deinit { file.endLease() }

    func write(_ bytes: UnsafeRawBufferPointer) throws(MailStoreError) {
        number.store(try file.write(bytes, at: start), ordering: .releasing)
    }

    /// The body is on disk when this returns.
    func sync() throws(MailStoreError) { try file.sync(through: number.load(ordering: .acquiring)) }

    var isSynced: Bool { file.isSynced(through: number.load(ordering: .acquiring)) }
}
