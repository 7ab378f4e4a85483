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
            let octets = try await account.read { reader in try reader.octets(of: id) }
            guard let octets else { throw BlobError.notFound("blob") }
            return Download(octets: octets)
        } catch {
            throw BlobError(error)
        }
    }
}

/// Octets on their way to a client. They never change: a blob's id is its digest.
public struct Download: Sendable {
    private let octets: [UInt8]

    init(octets: [UInt8]) { self.octets = octets }

    public var size: Int { octets.count }

    /// A stretch of the octets; what of `range` lies beyond them is left out.
    public func octets(in range: Range<Int>) throws(BlobError) -> [UInt8] {
        Array(octets[range.clamped(to: octets.indices)])
    }
}

extension AccountReader {
    /// Nil when there is no such blob.
    func octets(of id: BlobID) throws -> [UInt8]? {
        try withBlob(id) { bytes in Array(bytes) }
    }
}
