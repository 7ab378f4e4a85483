import JSON
import MIME
import MailModel
import MailStore

/// Writes Email objects (RFC 8621 §4.1).
struct EmailWriter {
    /// The stored record; nil for a message that is only looked at: what the store gives an email is null then.
    let email: Email?
    let message: EmailMessage
    let selection: EmailSelection
    /// Where it came from, if that is asked for.
    var place: MaildropPlace?
    /// How it is put away, if that is asked for.
    var snooze: Snooze?

    static func write(
        _ email: Email, _ selection: EmailSelection, _ reader: AccountReader, _ writer: inout JSONWriter
    ) throws {
        var message = EmailMessage(
            blobID: email.blobID, size: email.size, summary: email.summary,
            structure: selection.needsStructure ? try reader.structure(of: email.id) : nil)
        let place = selection.properties.contains(.named(.maildrop)) ? try reader.maildropPlace(of: email.id) : nil
        let snooze = selection.properties.contains(.named(.snoozed)) ? try reader.snooze(of: email.id) : nil
        guard selection.needsOctets, message.structure != nil else {
            EmailWriter(email: email, message: message, selection: selection, place: place, snooze: snooze)
                .write(&writer)
            return
        }
        let isWritten: Void? = try reader.withBlob(email.blobID) { octets in
            message.octets = octets
            EmailWriter(email: email, message: message, selection: selection, place: place, snooze: snooze)
                .write(&writer)
        }
        guard isWritten != nil else { throw MethodError(.serverFail, "The octets of \(email.id) are missing.") }
    }

    func write(_ writer: inout JSONWriter) {
        let body = BodyWriter(message: message, selection: selection)
        let header = selection.needsHeader ? body.header(of: message.structure?.root) : nil
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
        case .id, .threadId, .mailboxIds, .keywords, .receivedAt: writeRecord(name, &writer)
        case .blobId: writer.value(message.blobID.description)
        case .size: writer.value(message.size)
        case .hasAttachment: writer.value(message.summary.hasAttachment)
        case .preview: writer.value(message.summary.preview)
        case .headers: body.writeHeaders(body.header(of: message.structure?.root), &writer)
        case .maildrop: writer.value(optional: place) { $0.write(&$1) }
        case .snoozed: writer.value(optional: snooze) { $0.write(&$1) }
        case .bodyStructure: body.writeStructure(&writer)
        case .bodyValues: body.writeValues(&writer)
        case .textBody: body.write(\.textBody, &writer)
        case .htmlBody: body.write(\.htmlBody, &writer)
        case .attachments: body.write(\.attachments, &writer)
        case .messageId, .inReplyTo, .references, .sender, .from, .to, .cc, .bcc, .replyTo, .subject, .sentAt:
            writeSummary(name, message.summary, &writer)
        }
    }

    private func writeSummary(_ name: EmailProperty.Name, _ summary: MessageSummary, _ writer: inout JSONWriter) {
        switch name {
        case .messageId: writer.value(optional: summary.messageIDs)
        case .inReplyTo: writer.value(optional: summary.inReplyTo)
        case .references: writer.value(optional: summary.references)
        case .sender: writer.value(optional: summary.sender)
        case .from: writer.value(optional: summary.from)
        case .to: writer.value(optional: summary.to)
        case .cc: writer.value(optional: summary.cc)
        case .bcc: writer.value(optional: summary.bcc)
        case .replyTo: writer.value(optional: summary.replyTo)
        case .subject: writer.value(optional: summary.subject)
        case .sentAt: writer.value(optional: summary.sentAt?.description)
        case .id, .blobId, .threadId, .mailboxIds, .keywords, .size, .receivedAt, .hasAttachment, .preview, .headers,
            .bodyStructure, .bodyValues, .textBody, .htmlBody, .attachments, .maildrop, .snoozed:
            writer.null()
        }
    }

    private func writeRecord(_ name: EmailProperty.Name, _ writer: inout JSONWriter) {
        guard let email else { return writer.null() }
        switch name {
        case .id: writer.value(email.id)
        case .threadId: writer.value(email.threadID)
        case .mailboxIds: writeMailboxIDs(email, &writer)
        case .keywords: writeKeywords(email, &writer)
        case .receivedAt: writer.value(email.receivedAt.description)
        case .blobId, .messageId, .inReplyTo, .references, .sender, .from, .to, .cc, .bcc, .replyTo, .subject, .sentAt,
            .size, .hasAttachment, .preview, .headers, .bodyStructure, .bodyValues, .textBody, .htmlBody, .attachments,
            .maildrop, .snoozed:
            writer.null()
        }
    }

    private func writeMailboxIDs(_ email: Email, _ writer: inout JSONWriter) {
        writer.beginObject()
        for id in email.mailboxIDs.sorted() {
            writer.key(id)
            writer.value(true)
        }
        writer.endObject()
    }

    private func writeKeywords(_ email: Email, _ writer: inout JSONWriter) {
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
