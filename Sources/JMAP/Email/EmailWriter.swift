import JSON
import MIME
import MailModel
import MailStore

/// Writes Email objects (RFC 8621 §4.1).
struct EmailWriter {
    let email: Email
    let selection: EmailSelection
    /// Nil when the selection does not need it, or when the message was not parsed.
    let structure: MessageStructure?
    /// The message's octets; nil when the selection does not need them.
    let octets: UnsafeRawBufferPointer?

    static func write(
        _ email: Email, _ selection: EmailSelection, _ reader: AccountReader, _ writer: inout JSONWriter
    ) throws {
        let structure = selection.needsStructure ? try reader.structure(of: email.id) : nil
        guard selection.needsOctets, structure != nil else {
            EmailWriter(email: email, selection: selection, structure: structure, octets: nil).write(&writer)
            return
        }
        let isWritten: Void? = try reader.withBlob(email.blobID) { octets in
            EmailWriter(email: email, selection: selection, structure: structure, octets: octets).write(&writer)
        }
        guard isWritten != nil else { throw MethodError(.serverFail, "The octets of \(email.id) are missing.") }
    }

    private func write(_ writer: inout JSONWriter) {
        let body = BodyWriter(email: email, selection: selection, structure: structure, octets: octets)
        let header = selection.needsHeader ? body.header(of: structure?.root) : nil
        writer.beginObject()
        for property in selection.properties {
            writer.key(text: property.key)
            switch property {
            case .named(.headers): body.writeHeaders(header, &writer)
            case .named(let name): write(name, body, &writer)
            case .header(let property): body.write(property, header, &writer)
            }
        }
        writer.endObject()
    }

    private func write(_ name: EmailProperty.Name, _ body: BodyWriter, _ writer: inout JSONWriter) {
        switch name {
        case .id: writer.value(email.id)
        case .blobId: writer.value(email.blobID.description)
        case .threadId: writer.value(email.threadID)
        case .mailboxIds: writeMailboxIDs(&writer)
        case .keywords: writeKeywords(&writer)
        case .size: writer.value(email.size)
        case .receivedAt: writer.value(email.receivedAt.description)
        case .messageId: writer.value(optional: email.summary.messageIDs)
        case .inReplyTo: writer.value(optional: email.summary.inReplyTo)
        case .references: writer.value(optional: email.summary.references)
        case .sender: writer.value(optional: email.summary.sender)
        case .from: writer.value(optional: email.summary.from)
        case .to: writer.value(optional: email.summary.to)
        case .cc: writer.value(optional: email.summary.cc)
        case .bcc: writer.value(optional: email.summary.bcc)
        case .replyTo: writer.value(optional: email.summary.replyTo)
        case .subject: writer.value(optional: email.summary.subject)
        case .sentAt: writer.value(optional: email.summary.sentAt?.description)
        case .hasAttachment: writer.value(email.summary.hasAttachment)
        case .preview: writer.value(email.summary.preview)
        case .headers: body.writeHeaders(body.header(of: structure?.root), &writer)
        case .bodyStructure: body.writeStructure(&writer)
        case .bodyValues: body.writeValues(&writer)
        case .textBody: body.write(\.textBody, &writer)
        case .htmlBody: body.write(\.htmlBody, &writer)
        case .attachments: body.write(\.attachments, &writer)
        }
    }

    private func writeMailboxIDs(_ writer: inout JSONWriter) {
        writer.beginObject()
        for id in email.mailboxIDs.sorted() {
            writer.key(id)
            writer.value(true)
        }
        writer.endObject()
    }

    private func writeKeywords(_ writer: inout JSONWriter) {
        writer.beginObject()
        for keyword in email.keywords.sorted() {
            writer.key(text: keyword.name)
            writer.value(true)
        }
        writer.endObject()
    }
}

extension JSONWriter {
    mutating func value(optional texts: [String]?) {
        guard let texts else { return null() }
        beginArray()
        for text in texts { value(text) }
        endArray()
    }

    mutating func value(optional addresses: [Address]?) {
        guard let addresses else { return null() }
        beginArray()
        for address in addresses { value(address) }
        endArray()
    }

    /// RFC 8621 §4.1.2.3, EmailAddress.
    mutating func value(_ address: Address) {
        beginObject()
        key("name")
        value(optional: address.name)
        key("email")
        value(address.email)
        endObject()
    }
}
