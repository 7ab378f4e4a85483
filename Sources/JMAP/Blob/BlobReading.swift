import MIME
import MailModel
import MailStore

extension AccountReader {
    /// Gives the octets that a blob id names to `writer`. Returns whether there are any.
    func copy(_ id: BlobID, to writer: BlobFileWriter) throws -> Bool {
        try lend(id) { try writer.append($0) }
    }

    /// Lends the octets that a blob id names piece by piece: a whole blob, or a message's part with its transfer encoding
    /// undone. Returns whether there are any.
    func lend(_ id: BlobID, to body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        guard !id.section.isEmpty else { return try withBlob(id, body) != nil }
        return try withPart(id) { part, octets in try part.forEachDecodedPiece(of: octets, body) } != nil
    }

    /// Calls `body` with all the octets that a blob id names; nil when there are none.
    func withOctets<Result>(
        _ id: BlobID, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result? {
        guard !id.section.isEmpty else { return try withBlob(id, body) }
        return try withPart(id) { part, octets in try part.decoded(from: octets).withUnsafeBytes(body) }
    }

    /// Calls `body` with the part that a blob id names, and the octets of the message that it is a part of.
    private func withPart<Result>(
        _ id: BlobID, _ body: (Part, UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result? {
        let result = try withBlob(id.whole) { octets -> Result? in
            guard let structure = try structure(ofBlob: id, octets) else { return nil }
            return try Self.find(id.section[...], in: structure, octets, body)
        }
        return result ?? nil
    }

    /// Numbers that go on behind an attached message count that message's own parts, as in IMAP (RFC 9051 §6.4.5).
    private static func find<Result>(
        _ section: ArraySlice<Int>, in structure: MessageStructure, _ octets: UnsafeRawBufferPointer,
        _ body: (Part, UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result? {
        var rest = section
        var part = structure.root
        if !part.isMultipart { guard rest.popFirst() == 1 else { return nil } }
        while part.isMultipart {
            guard let number = rest.popFirst(), number >= 1, number <= part.children.count else { return nil }
            part = part.children[number - 1]
        }
        guard !rest.isEmpty else { return try body(part, octets) }
        guard part.isMessage else { return nil }
        return try part.decoded(from: octets).withUnsafeBytes { inner in
            try find(rest, in: MessageStructure.parse(inner), inner, body)
        }
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
