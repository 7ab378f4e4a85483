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
            let content = try await account.read { reader in try Download.Content(id, reader, account) }
            guard let content else { throw BlobError.notFound("blob") }
            return Download(content: content)
        } catch {
            throw BlobError(error)
        }
    }
}

/// Octets on their way to a client, in memory when they are few and else in a file without a name. They never change: a
/// blob's id is its digest.
public struct Download: Sendable {
    let content: Content

    enum Content: Sendable {
        case whole(OpenBlob)
        /// A message's part, decoded.
        case part(MessageSource)

        /// Nil when there is no such blob.
        init?(_ id: BlobID, _ reader: AccountReader, _ account: Account) throws {
            if id.section.isEmpty {
                guard let blob = try reader.openBlob(id) else { return nil }
                self = .whole(blob)
            } else {
                let writer = account.makeBlobFile()
                guard try reader.copy(id, to: writer) else { return nil }
                self = .part(try writer.finish())
            }
        }
    }

    public var size: Int {
        switch content {
        case .whole(let blob): blob.size
        case .part(let source): source.size
        }
    }

    /// A stretch of the octets; what of `range` lies beyond them is left out.
    public func octets(in range: Range<Int>) throws(BlobError) -> [UInt8] {
        do {
            switch content {
            case .whole(let blob):
                return try blob.octets(from: range.lowerBound, count: range.count)
            case .part(let source):
                return try source.withOctets { octets in Array(octets[range.clamped(to: octets.indices)]) }
            }
        } catch {
            throw BlobError(error)
        }
    }
}
