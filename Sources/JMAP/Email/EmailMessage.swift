import MIME
import MailModel

/// The message behind an Email object: of a stored email, or of a blob that is only looked at.
struct EmailMessage {
    /// Of the message's octets; its parts' ids begin with it.
    let blobID: BlobID
    let size: Int
    let summary: MessageSummary
    /// Nil when it is not needed, or when the message was not parsed.
    let structure: MessageStructure?
    /// Nil when they are not needed.
    var octets: UnsafeRawBufferPointer?

    /// The id of a part. Behind the id of a message that is a part itself, the numbers of its own parts go on.
    func blobID(of part: Part) -> BlobID { BlobID(hash: blobID.hash, section: blobID.section + part.section) }
}
