import Crypto
import Dispatch
import MIME
import MailModel
import Synchronization

/// Everything about new octets that needs no transaction. Many of these run at once.
extension AccountCore {
    func prepare(_ source: MessageSource, _ placing: BodyPlacing) async throws -> PreparedMessage {
        let (message, file) = try parse(source, placing)
        guard let file else { return message }
        return PreparedMessage(message, blob: try await install(file))
    }

    /// The message, and its large body on its way.
    private func parse(_ source: MessageSource, _ placing: BodyPlacing) throws -> (PreparedMessage, CompressedFile?) {
        switch try spoolIfHuge(source) {
        case .octets(let octets):
            try octets.withUnsafeBytes { bytes in
                let id = BlobID(hash: Array(SHA256.hash(data: bytes)))
                if placing == .later, let lease = try intake?.append(bytes) {
                    return (parse(bytes, PreparedBlob(id: id, size: bytes.count, content: .waiting(lease))), nil)
                }
                let (blob, file) = try pack(octets, bytes, id)
                return (parse(bytes, blob), file)
            }
        case .file(let file):
            try file.withOctets { bytes in
                (parse(bytes, PreparedBlob(id: file.id, size: file.size, content: .stored)), file.compressed)
            }
        }
    }

    func prepareBlob(_ source: MessageSource) async throws -> PreparedBlob {
        switch try spoolIfHuge(source) {
        case .octets(let octets):
            return try await place(octets, BlobID(hash: octets.withUnsafeBytes { Array(SHA256.hash(data: $0)) }))
        case .file(let file): return try await install(file.compressed)
        }
    }

    /// Compresses octets for their row, or into a file in its place.
    func place(_ octets: [UInt8], _ id: BlobID) async throws -> PreparedBlob {
        let (blob, file) = try octets.withUnsafeBytes { try pack(octets, $0, id) }
        guard let file else { return blob }
        return try await install(file)
    }

    /// Parses a blob that is stored already, an upload; nil when it is not there.
    func prepare(stored id: BlobID) async throws -> PreparedMessage? {
        try await read { reader in
            try reader.withBlob(id) { bytes in
                self.parse(bytes, PreparedBlob(id: id.whole, size: bytes.count, content: .stored))
            }
        }
    }

    private func spoolIfHuge(_ source: MessageSource) throws -> MessageSource {
        guard case .octets(let octets) = source, octets.count > BlobFiles.memoryLimit else { return source }
        let writer = blobFiles.makeWriter()
        try writer.append(octets)
        return try writer.finish()
    }

    /// Compresses octets that are in memory; those that are too large for a row come with a temporary file.
    private func pack(
        _ octets: [UInt8], _ bytes: UnsafeRawBufferPointer, _ id: BlobID
    ) throws -> (PreparedBlob, CompressedFile?) {
        guard octets.count <= BlobFiles.inlineLimit else {
            let file = try blobFiles.write(try compressor.frame(bytes), of: id, size: octets.count)
            return (PreparedBlob(id: id, size: octets.count, content: .stored), file)
        }
        let content = compressor.compress(bytes).map(BlobContent.compressed) ?? .plain(octets)
        return (PreparedBlob(id: id, size: octets.count, content: content), nil)
    }

    /// Syncs a large blob into its place, beside the threads that everything else runs on: a disk may take its time.
    private func install(_ file: CompressedFile) async throws -> PreparedBlob {
        do {
            let lease = try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async { [blobFiles] in
                    continuation.resume(with: Result { try blobFiles.install(file) })
                }
            }
            return PreparedBlob(id: file.id, size: file.size, content: .file(lease))
        } catch { throw stopIfNeeded(error) }
    }

    private func parse(_ bytes: UnsafeRawBufferPointer, _ blob: PreparedBlob) -> PreparedMessage {
        let parsed = guardian.run(blob.id) { () -> (MessageStructure, MessageSummary, MessageList?) in
            let structure = MessageStructure.parse(bytes, limits: options.limits.mime)
            let summary = MessageSummary.summarise(structure, bytes, limits: options.limits.mime)
            return (structure, summary, rules.wantsLists ? MessageList(bytes, limits: options.limits.mime) : nil)
        }
        let summary = parsed?.1 ?? MessageSummary()
        let header = HeaderPrint(FingerprintFields(bytes))
        return PreparedMessage(
            blob: blob, summary: summary, fingerprint: header.fingerprint(octets: blob.size), headerMark: header.mark,
            contentPrint: wantsPrints.load(ordering: .relaxed) ? ContentPrint.of(bytes) : nil,
            list: parsed == nil ? MessageList.none : parsed?.2,
            isUnparsed: parsed == nil, structure: parsed?.0.encoded(),
            threading: ThreadingKeys(
                messageIDs: summary.messageIDs ?? [], inReplyTo: summary.inReplyTo ?? [],
                references: summary.references ?? [], subject: summary.subject ?? ""))
    }
}
