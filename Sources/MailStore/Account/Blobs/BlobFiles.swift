import MailModel
import Synchronization

/// The files of an account's large blobs: `blobs/ab/<sha256>`, immutable, one zstd frame each; and the temporary ones
/// they grow from.
///
/// A file is in its place and on disk before any row may name it, and is unlinked only when no row does and nobody is
/// about to store one that does: a crash leaves files without a row, never a row without its file.
final class BlobFiles: Sendable {
    /// Blobs up to this many octets are kept in their rows.
    static let inlineLimit = 64 * 1024
    /// Blobs up to this many octets are in memory on their way; larger ones pass through files, piece by piece.
    static let memoryLimit = 1024 * 1024

    let folder: String
    let temporaryFolder: String
    let system: FileSystem
    private let state = Mutex(State())

    private struct State {
        var leases: [[UInt8]: Int] = [:]
        /// Whether all 256 `ab` folders are known to be on disk.
        var hasFolders = false
        var lastTemporary = 0
        /// Copies under way, and the files that were to go meanwhile.
        var holds = 0
        var held: Set<[UInt8]> = []
        /// What was about to be stored and now is stored, or will not be; and who wants to know.
        var released: Set<[UInt8]> = []
        var onRelease: (@Sendable () -> Void)?
    }

    init(accountFolder: String, system: FileSystem = .posix) {
        folder = accountFolder + "/blobs"
        temporaryFolder = accountFolder + "/tmp"
        self.system = system
    }

    func makeWriter(expecting octets: Int = 0) -> BlobFileWriter { BlobFileWriter(files: self, expected: octets) }

    func makeTemporaryPath() -> String {
        let number = state.withLock { state in
            state.lastTemporary += 1
            return state.lastTemporary
        }
        return "\(temporaryFolder)/\(number)"
    }

    func path(of blob: BlobID) -> String {
        let name = blob.hexHash
        return "\(folder)/\(name.prefix(2))/\(name)"
    }

    /// Writes a compressed blob that is in memory to a temporary file.
    func write(_ frame: [UInt8], of id: BlobID, size: Int) throws -> CompressedFile {
        let path = makeTemporaryPath()
        let file = CompressedFile(
            id: id, size: size, descriptor: try system.create(path), path: path, system: system)
        try frame.withUnsafeBytes { try system.write(file.descriptor, $0) }
        return file
    }

    /// Brings a file to its place: its octets are synced, then its name, and only then may a row name it. A file that is
    /// there already is replaced by this equal one, because nobody knows whether that one was ever synced.
    func install(_ file: CompressedFile) throws(MailStoreError) -> BlobLease {
        let lease = BlobLease(files: self, blob: file.id)
        let prefix = "\(folder)/\(file.id.hexHash.prefix(2))"
        try system.syncData(file.descriptor, file.path)
        try makeFolders()
        try system.rename(file.path, path(of: file.id))
        try system.syncFolder(prefix)
        return lease
    }

    /// All at once, so that one sync does for them all. Two that come here at once do it twice, which harms nobody.
    private func makeFolders() throws(MailStoreError) {
        guard !state.withLock({ $0.hasFolders }) else { return }
        for prefix in 0...UInt8.max {
            let name = String(prefix, radix: 16)
            try system.makeFolder("\(folder)/\(name.count < 2 ? "0" : "")\(name)")
        }
        try system.syncFolder(folder)
        state.withLock { $0.hasFolders = true }
    }

    fileprivate func beginLease(of hash: [UInt8]) {
        state.withLock { $0.leases[hash, default: 0] += 1 }
    }

    fileprivate func endLease(of hash: [UInt8]) {
        let tell = state.withLock { state -> (@Sendable () -> Void)? in
            guard let count = state.leases[hash] else { return nil }
            state.leases[hash] = count > 1 ? count - 1 : nil
            guard count == 1 else { return nil }
            state.released.insert(hash)
            return state.onRelease
        }
        tell?()
    }

    /// Calls `body` whenever `takeReleased` has something new. It must not wait.
    func whenReleased(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.onRelease = body } }

    /// The blobs whose last lease ended since the last call: their files go unless a row came to name them.
    func takeReleased() -> [BlobID] {
        state.withLock { state in
            defer { state.released = [] }
            return state.released.map { BlobID(hash: $0) }
        }
    }

    /// Unlinks a blob's file unless somebody is about to store it again. For the account's writer alone, after the row's
    /// deletion was committed and while no row has this hash.
    func removeUnlessLeased(_ blob: BlobID) {
        state.withLock { state in
            if state.holds > 0 {
                state.held.insert(blob.hash)
            } else if state.leases[blob.hash] == nil {
                system.remove(path(of: blob))
            }
        }
    }

    /// From now on no file is unlinked, until as many `endHold` have come: whoever reads a snapshot of the rows finds
    /// every file that they name.
    func beginHold() { state.withLock { $0.holds += 1 } }

    /// - Returns: the files that were to be unlinked meanwhile, once nobody holds any more.
    func endHold() -> [BlobID] {
        state.withLock { state in
            state.holds -= 1
            guard state.holds == 0 else { return [] }
            defer { state.held = [] }
            return state.held.map { BlobID(hash: $0) }
        }
    }

    var isHeld: Bool { state.withLock { $0.holds > 0 } }
}

/// Keeps a blob's file from being unlinked between its arrival on disk and the commit of the row that names it.
final class BlobLease: Sendable {
    private let files: BlobFiles
    let blob: BlobID

    fileprivate init(files: BlobFiles, blob: BlobID) {
        self.files = files
        self.blob = blob
        files.beginLease(of: blob.hash)
    }

    deinit { files.endLease(of: blob.hash) }
}
