import Glibc
import MailModel
import Synchronization

/// Where the bodies of a first sync wait, as received, until there is time to compress each into its place: one file that
/// is only appended to, and one sync for a whole batch, instead of work on every body while the mail streams in
/// (docs/decisions/0045).
///
/// A body is on disk before any row may name it. Rows name files by a number that is never used again. When no row names
/// a file any more it goes; who still reads from it holds it.
final class Intake: Sendable {
    /// Octets that may wait. What comes beyond them goes straight to its place.
    static let limit = 256 * 1024 * 1024

    let folder: String
    private let accountFolder: String
    private let system: FileSystem
    private let limit: Int
    private let state = Mutex(State())

    private struct State {
        var files: [Int64: IntakeFile] = [:]
        var lastNumber: Int64 = 0
        /// The file that grows, and how far it is given away.
        var growing: (file: IntakeFile, end: Int)?
        /// Octets in files.
        var octets = 0
        var closings = 0
        /// Blobs that are not what they were stored with: they stay where they are.
        var damaged: Set<Int64> = []
    }

    init(accountFolder: String, system: FileSystem, limit: Int = Intake.limit) {
        folder = accountFolder + "/intake"
        self.accountFolder = accountFolder
        self.system = system
        self.limit = limit
    }

    // MARK: Bodies come

    /// Writes a body; nil when there is no room, or none are taken now. It is on disk after the lease's `sync`.
    func append(_ bytes: UnsafeRawBufferPointer) throws -> IntakeLease? {
        guard let lease = try state.withLock({ try reserve(bytes.count, &$0) }) else { return nil }
        try lease.write(bytes)
        return lease
    }

    private func reserve(_ count: Int, _ state: inout State) throws(MailStoreError) -> IntakeLease? {
        // Two bodies never share a place, not even empty ones.
        let count = max(1, count)
        guard state.closings == 0, state.octets + count <= limit else { return nil }
        let (file, start) = if let growing = state.growing { growing } else { (try makeFile(&state), 0) }
        state.growing = (file, start + count)
        state.octets += count
        return IntakeLease(file, start: start)
    }

    /// The file's name, and its folder's, are on disk when this returns.
    private func makeFile(_ state: inout State) throws(MailStoreError) -> IntakeFile {
        let number = state.lastNumber + 1
        let path = "\(folder)/\(number)"
        let file = IntakeFile(number: number, path: path, descriptor: try system.create(path), system: system)
        try system.syncFolder(folder)
        try system.syncFolder(accountFolder)
        state.lastNumber = number
        state.files[number] = file
        return file
    }

    /// From now on no body is taken, until as many `reopen` have come.
    func close() { state.withLock { $0.closings += 1 } }

    func reopen() { state.withLock { $0.closings -= 1 } }

    // MARK: Files

    /// Every file that has a name now: taken before a snapshot, it can read all that the snapshot's rows name.
    var files: [Int64: IntakeFile] { state.withLock { $0.files } }

    func file(_ number: Int64) -> IntakeFile? { state.withLock { $0.files[number] } }

    /// Removes the files that no row names and no row is about to. For the account's writer alone.
    func removeFiles(besides named: Set<Int64>) {
        state.withLock { state in
            for (number, file) in state.files where !named.contains(number) && !file.isLeased {
                state.files[number] = nil
                if state.growing?.file === file { state.growing = nil }
                system.remove(file.path)
            }
            if state.files.isEmpty {
                state.octets = 0
                state.damaged = []
            }
        }
    }

    /// What a crash left: opens the files that rows name, removes the others. At open, before anybody comes.
    func open(named: Set<Int64>) throws(MailStoreError) {
        let found = try Files.names(in: folder)
        var state = State()
        for name in found {
            let path = folder + "/" + name
            guard let number = Int64(name), named.contains(number) else {
                system.remove(path)
                continue
            }
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw MailStoreError.fromErrno("open", path) }
            state.files[number] = IntakeFile(number: number, path: path, descriptor: descriptor, system: system)
            state.octets += max(0, Int(lseek(descriptor, 0, SEEK_END)))
        }
        state.lastNumber = max(named.max() ?? 0, found.compactMap { Int64($0) }.max() ?? 0)
        self.state.withLock { $0 = state }
    }

    // MARK: Damage

    /// Notes a blob that cannot be brought to its place.
    /// - Returns: whether that is new.
    func noteDamage(of blob: Int64) -> Bool { state.withLock { $0.damaged.insert(blob).inserted } }

    /// Blobs that cannot be brought to their place.
    var damaged: Set<Int64> { state.withLock { $0.damaged } }
}
