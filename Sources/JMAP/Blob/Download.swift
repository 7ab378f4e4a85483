public import MailModel
import MailStore

extension JMAPServer {
    /// The octets that a download URL names (RFC 8620 §6.2): a whole blob, or a message's part with its transfer encoding
    /// decoded.
    public func download(
        blobID: String, accountID: String, principal: Principal
    ) async throws(BlobError) -> Download {
        let account = try await account(accountID, principal)
        guard let id = BlobID(blobID) else { throw .notFound("blob") }
        do {
            let source = try await account.read { reader in
                let writer = account.makeBlobFile()
                return try reader.copy(id, to: writer) ? try writer.finish() : nil
            }
            guard let source else { throw BlobError.notFound("blob") }
            return Download(source: source)
        } catch {
            throw BlobError(error)
        }
    }
}

/// Octets on their way to a client, in memory when they are few and else in a file without a name. They never change: a
/// blob's id is its digest.
public struct Download: Sendable {
    let source: MessageSource

    public var size: Int { source.size }

    /// A stretch of the octets; what of `range` lies beyond them is left out.
    public func octets(in range: Range<Int>) throws(BlobError) -> [UInt8] {
        do {
            return try source.withOctets { octets in Array(octets[range.clamped(to: octets.indices)]) }
        } catch {
            throw BlobError(error)
        }
    }
}
