import Crypto
import Glibc
import MailModel
import Synchronization

/// Takes a message's octets as they arrive, in pieces of any size and in constant memory: up to 1 MiB stays in memory,
/// more goes to temporary files, hashed and compressed on the way. Dropping the writer drops what it was given.
public final class BlobFileWriter: Sendable {
    private let files: BlobFiles
    private let state = Mutex(State())

    private struct State {
        /// What is in no file yet.
        var pending: [UInt8] = []
        var size = 0
        var spool: Spool?

        /// How much `pending` may hold: while there is no file, all that need not go to one; then, pieces worth a write.
        var room: Int { spool == nil ? BlobFiles.memoryLimit : BlobFiles.inlineLimit }
    }

    init(files: BlobFiles, expected: Int) {
        self.files = files
        // No more than a row takes: what is expected is only what somebody says.
        if expected > 0 { state.withLock { $0.pending.reserveCapacity(min(expected, BlobFiles.inlineLimit)) } }
    }

    /// - Throws: `diskFull`, `inputOutput`; the writer is of no use afterwards.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            state.size += bytes.count
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = rest.prefix(state.room - state.pending.count)
                state.pending.append(contentsOf: part)
                rest = rest.dropFirst(part.count)
                if state.pending.count == state.room, !rest.isEmpty || state.spool != nil { try flush(&state) }
            }
        }
    }

    public func append(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in try append(bytes) }
    }

    /// Octets taken so far.
    public var size: Int { state.withLock { $0.size } }

    /// Ends the message. The writer is empty afterwards.
    public func finish() throws -> MessageSource {
        try state.withLock { state in
            defer { state = State() }
            guard state.spool != nil else { return .octets(state.pending) }
            try flush(&state)
            guard let spool = state.spool else { return .octets([]) }
            return .file(try spool.finish(size: state.size))
        }
    }

    private func flush(_ state: inout State) throws {
        let spool: Spool
        if let existing = state.spool { spool = existing } else { spool = try Spool(files: files) }
        state.spool = spool
        try state.pending.withUnsafeBytes { bytes in try spool.append(bytes) }
        state.pending.removeAll(keepingCapacity: true)
    }
}

/// A large blob on its way to disk: as received in a file without a name, for the parser to map, and compressed in a
/// temporary file that is renamed into place later.
private final class Spool {
    private let system: FileSystem
    private let compressedPath: String
    private var compressed: Int32
    private var raw: Int32 = -1
    private var hasher = SHA256()
    private let encoder: ZstdEncoder

    init(files: BlobFiles) throws {
        guard let encoder = ZstdEncoder() else {
            throw MailStoreError(.inputOutput, "There is no memory to compress a message.")
        }
        self.encoder = encoder
        system = files.system
        compressedPath = files.makeTemporaryPath()
        compressed = try system.create(compressedPath)
        let rawPath = files.makeTemporaryPath()
        raw = try system.create(rawPath)
        system.remove(rawPath)
    }

    deinit {
        if raw >= 0 { close(raw) }
        if compressed >= 0 {
            close(compressed)
            system.remove(compressedPath)
        }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        hasher.update(bufferPointer: bytes)
        try system.write(raw, bytes)
        try encoder.append(bytes) { part in try system.write(compressed, part) }
    }

    func finish(size: Int) throws -> SpooledFile {
        try encoder.finish { part in try system.write(compressed, part) }
        let frame = CompressedFile(
            id: BlobID(hash: Array(hasher.finalize())), size: size, descriptor: compressed, path: compressedPath,
            system: system)
        let file = SpooledFile(raw: raw, compressed: frame)
        raw = -1
        compressed = -1
        return file
    }
}
