import Crypto
import Dispatch
import MIME
import MailModel

/// Everything about new octets that needs no transaction. Many of these run at once.
extension AccountCore {
    func prepare(_ source: MessageSource) async throws -> PreparedMessage {
        switch try spoolIfLarge(source) {
        case .octets(let octets):
            return octets.withUnsafeBytes { bytes in
                let blob = pack(octets, bytes)
                return parse(bytes, blob)
            }
        case .file(let file):
            let parsed = try file.withOctets { bytes in
                parse(bytes, PreparedBlob(id: file.id, size: file.size, content: .stored))
            }
            return parsed.with(try await install(file))
        }
    }

    func prepareBlob(_ source: MessageSource) async throws -> PreparedBlob {
        switch try spoolIfLarge(source) {
        case .octets(let octets): octets.withUnsafeBytes { pack(octets, $0) }
        case .file(let file): try await install(file)
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

    private func spoolIfLarge(_ source: MessageSource) throws -> MessageSource {
        guard case .octets(let octets) = source, octets.count > BlobFiles.inlineLimit else { return source }
        let writer = blobFiles.makeWriter()
        try writer.append(octets)
        return try writer.finish()
    }

    private func pack(_ octets: [UInt8], _ bytes: UnsafeRawBufferPointer) -> PreparedBlob {
        let id = BlobID(hash: Array(SHA256.hash(data: bytes)))
        let content = compressor.compress(bytes).map(BlobContent.compressed) ?? .plain(octets)
        return PreparedBlob(id: id, size: octets.count, content: content)
    }

    /// Syncs a large blob into its place, beside the threads that everything else runs on: a disk may take its time.
    private func install(_ file: SpooledFile) async throws -> PreparedBlob {
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
    fileprivate func with(_ blob: PreparedBlob) -> PreparedMessage {
        PreparedMessage(
            blob: blob, summary: summary, fingerprint: fingerprint, isUnparsed: isUnparsed,
            encodedSummary: encodedSummary, structure: structure, threading: threading)
    }
}
