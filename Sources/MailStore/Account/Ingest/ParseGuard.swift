import Glibc
import MailModel
import Synchronization

/// Notes which messages are being parsed, in a small file that outlives the process, so that a message which kills the
/// parser is kept away from it: the third time it is stored unparsed and stops nobody.
///
/// The file is an array of 40-octet entries: state (0 free, 1 being parsed, 2 a process died on it), deaths, six octets
/// of nothing, the message's SHA-256. It is never synced: it must outlive the process, not the machine.
final class ParseGuard: Sendable {
    /// Deaths after which a message is not parsed any more.
    static let deaths: UInt8 = 2
    private static let entrySize = 40
    private static let most = 1024

    private let file: Int32
    private let state: Mutex<State>

    private struct Entry {
        var isBusy: Bool
        var deaths: UInt8
        var hash: [UInt8]
    }

    private struct State {
        /// By position in the file; nil is a free entry.
        var entries: [Entry?]
        var suspects: [[UInt8]: Int] = [:]
    }

    /// Opens the file and counts a death for every message that was being parsed when the last process ended.
    init(path: String) throws(MailStoreError) {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw MailStoreError.fromErrno("open", path) }
        var state = State(entries: Self.readEntries(file))
        for (index, entry) in state.entries.enumerated() {
            guard var entry else { continue }
            if entry.isBusy { entry.deaths = min(entry.deaths, 254) + 1 }
            entry.isBusy = false
            state.entries[index] = entry
            state.suspects[entry.hash] = index
            Self.write(entry, at: index, to: file)
        }
        self.state = Mutex(state)
    }

    deinit { close(file) }

    /// Runs `body` with a note of whose message it parses; nil, without running it, when processes died on that message.
    func run<T>(_ message: BlobID, _ body: () throws -> T) rethrows -> T? {
        guard let index = begin(message.hash) else { return nil }
        defer { end(index) }
        return try body()
    }

    private func begin(_ hash: [UInt8]) -> Int? {
        state.withLock { state in
            if let index = state.suspects[hash], var entry = state.entries[index] {
                guard entry.deaths < Self.deaths else { return nil }
                entry.isBusy = true
                Self.write(entry, at: index, to: file)
                state.entries[index] = entry
                return index
            }
            let index = state.entries.firstIndex { $0 == nil } ?? state.entries.count
            if index == state.entries.count { state.entries.append(nil) }
            let entry = Entry(isBusy: true, deaths: 0, hash: hash)
            state.entries[index] = entry
            Self.write(entry, at: index, to: file)
            return index
        }
    }

    /// It was parsed and nobody died: whatever was held against it is forgotten.
    private func end(_ index: Int) {
        state.withLock { state in
            if let entry = state.entries[index] { state.suspects[entry.hash] = nil }
            state.entries[index] = nil
            Self.write(nil, at: index, to: file)
        }
    }

    private static func write(_ entry: Entry?, at index: Int, to file: Int32) {
        var octets = [UInt8](repeating: 0, count: entrySize)
        if let entry {
            octets[0] = entry.isBusy ? 1 : 2
            octets[1] = entry.deaths
            octets.replaceSubrange(8..., with: entry.hash)
        }
        // A note that cannot be written only costs the protection it would have given.
        _ = octets.withUnsafeBytes { pwrite(file, $0.baseAddress, entrySize, off_t(index * entrySize)) }
    }

    private static func readEntries(_ file: Int32) -> [Entry?] {
        var octets = [UInt8](repeating: 0, count: most * entrySize)
        let count = octets.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
        return (0..<max(0, count) / entrySize).map { index in
            let entry = octets[index * entrySize..<(index + 1) * entrySize]
            guard let state = entry.first, state == 1 || state == 2 else { return nil }
            return Entry(
                isBusy: state == 1, deaths: entry[entry.startIndex + 1], hash: Array(entry[(entry.startIndex + 8)...]))
        }
    }
}
