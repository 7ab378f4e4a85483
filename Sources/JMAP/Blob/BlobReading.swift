import MIME
import MailModel
import MailStore

extension AccountReader {
    /// Gives the octets that a blob id names to `writer`: a whole blob, or a message's part with its transfer encoding
    /// undone. Returns whether there are any.
    func copy(_ id: BlobID, to writer: BlobFileWriter) throws -> Bool {
        let isCopied = try withBlob(id.whole) { octets in
            guard !id.section.isEmpty else {
                try writer.append(octets)
                return true
            }
            guard let part = try structure(ofBlob: id, octets)?.part(section: id.section), !part.isMultipart else {
                return false
            }
            try part.forEachDecodedPiece(of: octets) { piece in try writer.append(piece) }
            return true
        }
        return isCopied ?? false
    }

    /// The structure of the message that a blob is: as stored with an email of it, else parsed. Nil for an email that
    /// was not parsed: that was on purpose.
    private func structure(ofBlob id: BlobID, _ octets: UnsafeRawBufferPointer) throws -> MessageStructure? {
        let emails = try emails(withBlob: id.whole)
        guard !emails.isEmpty else { return MessageStructure.parse(octets) }
        for email in emails {
            if let structure = try structure(of: email) { return structure }
        }
        return nil
    }
}
