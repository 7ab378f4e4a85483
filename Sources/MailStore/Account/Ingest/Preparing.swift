import Crypto
import Dispatch
import MIME
import MailModel

/// Everything about new octets that needs no transaction. Many of these run at once.
extension AccountCore {
    func prepare(_ source: MessageSource) async throws -> PreparedMessage {
        switch try spoolIfHuge(source) {
        case .octets(let octets):
            let (message, file) = try octets.withUnsafeBytes { bytes in
                let (blob, file) = try pack(octets, bytes)
                return (parse(bytes, blob), file)
            }
            return try await message.with(installing: file, self)
        case .file(let file):
            let message = try file.withOctets { bytes in
                parse(bytes, PreparedBlob(id: file.id, size: file.size, content: .stored))
            }
            return try await message.with(installing: file.compressed, self)
        }
    }

    func prepareBlob(_ source: MessageSource) async throws -> PreparedBlob {
        switch try spoolIfHuge(source) {
        case .octets(let octets):
            let (blob, file) = try octets.withUnsafeBytes { try pack(octets, $0) }
            if let file { return try await install(file) }
            return blob
        case .file(let file): return try await install(file.compressed)
        }
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

    /// Hashes and compresses octets that are in memory; those that are too large for a row come with a temporary file.
    private func pack(
        _ octets: [UInt8], _ bytes: UnsafeRawBufferPointer
    ) throws -> (PreparedBlob, CompressedFile?) {
        let id = BlobID(hash: Array(SHA256.hash(data: bytes)))
        guard octets.count <= BlobFiles.inlineLimit else {
            let file = try blobFiles.write(try compressor.frame(bytes), of: id, size: octets.count)
            return (PreparedBlob(id: id, size: octets.count, content: .stored), file)
        }
        let content = compressor.compress(bytes).map(BlobContent.compressed) ?? .plain(octets)
        return (PreparedBlob(id: id, size: octets.count, content: content), nil)
    }

    /// Syncs a large blob into its place, beside the threads that everything else runs on: a disk may take its time.
    fileprivate func install(_ file: CompressedFile) async throws -> PreparedBlob {
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
        let parsed = guardian.run(blob.id) { () -> (MessageStructure, MessageSummary) in
            let structure = MessageStructure.parse(bytes, limits: options.limits.mime)
            return (structure, MessageSummary.summarise(structure, bytes, limits: options.limits.mime))
        }
        let summary = parsed?.1 ?? MessageSummary()
        return PreparedMessage(
            blob: blob, summary: summary, fingerprint: Fingerprint.of(bytes, octets: blob.size),
            isUnparsed: parsed == nil, encodedSummary: summary.encoded(), structure: parsed?.0.encoded(),
            threading: ThreadingKeys(
                messageIDs: summary.messageIDs ?? [], inReplyTo: summary.inReplyTo ?? [],
                references: summary.references ?? [], subject: summary.subject ?? ""))
    }
}

extension PreparedMessage {
    /// The same with its blob's file, if it has one, in its place.
    fileprivate func with(installing file: CompressedFile?, _ core: AccountCore) async throws -> PreparedMessage {
        guard let file else { return self }
        return PreparedMessage(
            blob: try await core.install(file), summary: summary, fingerprint: fingerprint, isUnparsed: isUnparsed,
            encodedSummary: encodedSummary, structure: structure, threading: threading)
    }
}
