import Crypto
import Dispatch
import GRDB
import Logging
import MailModel

/// Bringing bodies from the intake to their place: compressed into their rows, large ones into files of their own.
extension AccountCore {
    /// Bodies of one step, and their octets: the writer is not kept for long.
    private static let filedBodies = 32
    private static let filedOctets = 1024 * 1024

    /// A body that is ready for its place.
    private struct Filed: Sendable {
        let body: WaitingBody
        let content: BlobContent
    }

    /// Brings bodies to their place until none waits or `isOver` says so.
    func file(until isOver: @Sendable () -> Bool = { false }) async throws {
        var last: Int64? = 0
        while let row = last, !isOver() { last = try await fileStep(after: row) }
        if last == nil { try await removeIntakeFiles() }
    }

    /// Files a few bodies.
    /// - Returns: the last one looked at; nil when there was none.
    private func fileStep(after row: Int64) async throws -> Int64? {
        let waiting = try await read { reader in
            try reader.waitingBodies(after: row, limit: Self.filedBodies, octets: Self.filedOctets)
                .map { ($0, reader.octets($0)) }
        }
        guard let last = waiting.last?.0.row else { return nil }
        var filed: [Filed] = []
        for (body, octets) in waiting {
            if let content = try await content(of: body, octets) { filed.append(Filed(body: body, content: content)) }
        }
        try await maintain { [filed] db in
            try db.inTransaction(.immediate) {
                for item in filed { try Self.store(item, db) }
                return .commit
            }
        }
        return last
    }

    /// Nil for octets that are not what they were stored with: they stay where they are, and the check reports them.
    private func content(of body: WaitingBody, _ octets: [UInt8]?) async throws -> BlobContent? {
        guard let octets, octets.withUnsafeBytes({ SHA256.hash(data: $0).elementsEqual(body.id.hash) }) else {
            if intake?.noteDamage(of: body.row) == true {
                options.logger.critical(
                    "A stored message is damaged on disk", metadata: ["account": "\(id)", "blob": "\(body.id)"])
            }
            return nil
        }
        let content = try await place(octets, body.id).content
        guard try isWhole(content, body) else {
            throw MailStoreError(.inputOutput, "Compressing blob \(body.id) gave something else; it stays as it came.")
        }
        return content
    }

    /// Reads a body back from what it is about to be replaced with: its copy at the provider may be gone.
    private func isWhole(_ content: BlobContent, _ body: WaitingBody) throws -> Bool {
        switch content {
        case .plain, .waiting, .stored: return true
        case .compressed(let frame):
            let octets = frame.withUnsafeBytes { Zstd.decompress($0, size: body.size) }
            return octets?.withUnsafeBytes { SHA256.hash(data: $0).elementsEqual(body.id.hash) } ?? false
        case .file:
            var hash = SHA256()
            try blobFiles.decompress(body.id) { hash.update(bufferPointer: $0) }
            return hash.finalize().elementsEqual(body.id.hash)
        }
    }

    /// Whoever deleted the blob meanwhile deleted the row of the intake with it.
    private static func store(_ item: Filed, _ db: Database) throws {
        let body = item.body
        let isWaiting = try db.run(
            "DELETE FROM intake WHERE blob = ? AND file = ? AND start = ?", .int(body.row), .int(body.file),
            .int(body.start))
        guard isWaiting == 1, let (format, octets) = item.content.columns else { return }
        try db.run("UPDATE blob SET format = ?, octets = ? WHERE id = ?", .int(format.rawValue), octets, .int(body.row))
    }

    private func removeIntakeFiles() async throws {
        guard let intake, !intake.files.isEmpty else { return }
        try await maintain { db in
            intake.removeFiles(besides: Set(try db.all("SELECT DISTINCT file FROM intake") { $0.int(0) }))
        }
    }

    /// Brings the bodies of new messages to disk: the rows that name them may be committed then.
    func sync(_ messages: [PreparedMessage]) async throws {
        let leases = messages.compactMap(\.blob.content.lease).filter { !$0.isSynced }
        guard !leases.isEmpty else { return }
        do {
            // Beside the threads that everything else runs on: a disk may take its time.
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(with: Result { for lease in leases { try lease.sync() } })
                }
            }
        } catch { throw stopIfNeeded(error) }
    }
}
