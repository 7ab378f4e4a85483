import MIME
import MailModel
import MailStore

/// A composed message, written and ready to be stored.
struct PreparedCreation: Sendable {
    private let message: PreparedMessage
    private let mailboxIDs: Set<MailboxID>
    private let keywords: Set<Keyword>
    private let receivedAt: Timestamp?

    /// - Throws: `blobNotFound` with all that are missing; `tooLarge` when the attachments have more octets than
    ///   `maxSizeAttachmentsPerEmail`.
    init(_ creation: EmailCreation, _ limits: Limits.JMAP, _ account: Account) async throws {
        mailboxIDs = creation.mailboxIDs
        keywords = creation.keywords
        receivedAt = creation.receivedAt
        let (outgoing, blobs, boundary) = (creation.message, creation.blobIDs, creation.boundary)
        let source = try await account.read { reader in
            try Self.check(blobs, limits, reader)
            let writer = account.makeBlobFile()
            try outgoing.write(
                boundary: boundary,
                lending: { id, lend in
                    guard try reader.lend(id, to: lend) else { throw SetError.blobNotFound([id.description]) }
                }, to: { try writer.append($0) })
            return try writer.finish()
        }
        message = try await account.prepare(source)
    }

    private static func check(_ blobs: [BlobID], _ limits: Limits.JMAP, _ reader: AccountReader) throws {
        var missing: [String] = []
        var size = 0
        for id in blobs {
            let isThere = try reader.lend(id) { size += $0.count }
            if !isThere { missing.append(id.description) }
        }
        guard missing.isEmpty else { throw SetError.blobNotFound(missing) }
        guard size <= limits.uploadOctets else {
            throw SetError(.tooLarge, "The attachments have \(size) octets, more than \(limits.uploadOctets).")
        }
    }

    func add(_ writer: AccountWriter, now: Timestamp) throws -> CreatedEmail {
        let id = try writer.addEmail(
            Arrival(message, mailboxIDs: mailboxIDs, keywords: keywords, receivedAt: receivedAt ?? now))
        guard let email = try writer.reader.emails([id]).first else { throw SetError.notFound("email") }
        return CreatedEmail(email)
    }
}
