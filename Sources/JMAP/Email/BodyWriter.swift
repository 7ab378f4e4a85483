import JSON
import MIME
import MailModel

/// Writes what of an Email comes from the message itself: its header fields, its parts and their text (RFC 8621 §4.1.3,
/// §4.1.4).
///
/// A message that was not parsed has no structure: it is shown as one attachment of unknown type, its whole octets, with
/// no header and no text.
struct BodyWriter {
    let message: EmailMessage
    let selection: EmailSelection
    /// Nil when the selection does not need it.
    private let choice: BodyChoice?

    private var structure: MessageStructure? { message.structure }
    private var octets: UnsafeRawBufferPointer? { message.octets }

    init(message: EmailMessage, selection: EmailSelection) {
        self.message = message
        self.selection = selection
        choice = selection.needsBodyChoice ? message.structure.map { BodyChoice($0) } : nil
    }

    // MARK: Header fields

    /// Nil when the selection needs no header, or there is none.
    func header(of part: Part?) -> PartHeader? {
        guard let part, let octets else { return nil }
        return PartHeader(part, octets)
    }

    /// Every field of a part's header, raw.
    func writeHeaders(_ header: PartHeader?, _ writer: inout JSONWriter) {
        guard let header else { return writer.value(optional: [String]()) }
        header.write(&writer)
    }

    func write(_ property: HeaderProperty, _ header: PartHeader?, _ writer: inout JSONWriter) {
        if let header {
            header.write(property, &writer)
        } else if property.isAll {
            writer.value(optional: [String]())
        } else {
            writer.null()
        }
    }

    // MARK: Parts

    func writeStructure(_ writer: inout JSONWriter) {
        guard let structure else { return writeUnparsed(&writer) }
        write(structure.root, withChildren: selection.addsSubParts, &writer)
    }

    /// One of the three lists that RFC 8621 §4.1.4 chooses.
    func write(_ list: KeyPath<BodyChoice, [Part]>, _ writer: inout JSONWriter) {
        writer.beginArray()
        if let choice {
            for part in choice[keyPath: list] {
                guard !writer.isOverLimit else { return }
                write(part, withChildren: false, &writer)
            }
        } else if list == \.attachments {
            writeUnparsed(&writer)
        }
        writer.endArray()
    }

    private func write(_ part: Part, withChildren: Bool, _ writer: inout JSONWriter) {
        guard !writer.isOverLimit else { return }
        let header = selection.partProperties.contains(where: \.needsOctets) ? header(of: part) : nil
        writer.beginObject()
        for property in selection.partProperties {
            switch property {
            case .named(.headers):
                writer.key("headers")
                writeHeaders(header, &writer)
            case .named(let name):
                writer.key(text: name.rawValue)
                write(name, of: part, &writer)
            case .header(let property):
                writer.key(text: property.key)
                write(property, header, &writer)
            }
        }
        if withChildren, part.isMultipart {
            writer.key("subParts")
            writeChildren(of: part, &writer)
        }
        writer.endObject()
    }

    private func writeChildren(of part: Part, _ writer: inout JSONWriter) {
        writer.beginArray()
        for child in part.children { write(child, withChildren: selection.addsSubParts, &writer) }
        writer.endArray()
    }

    private func write(_ name: PartProperty.Name, of part: Part, _ writer: inout JSONWriter) {
        switch name {
        case .partId: writer.value(optional: part.isMultipart ? nil : part.id)
        case .blobId: writer.value(optional: part.isMultipart ? nil : message.blobID(of: part).description)
        case .size: writer.value(part.decodedSize)
        case .headers: writeHeaders(header(of: part), &writer)
        case .name: writer.value(optional: part.fileName)
        case .type: writer.value(part.mediaType)
        case .charset: writer.value(optional: part.charset)
        case .disposition: writer.value(optional: part.disposition)
        case .cid: writer.value(optional: part.contentID)
        case .language: writer.value(optional: part.languages)
        case .location: writer.value(optional: part.location)
        case .subParts: if part.isMultipart { writeChildren(of: part, &writer) } else { writer.null() }
        }
    }

    private func writeUnparsed(_ writer: inout JSONWriter) {
        writer.beginObject()
        for property in selection.partProperties {
            switch property {
            case .header(let property):
                writer.key(text: property.key)
                write(property, nil, &writer)
            case .named(let name):
                writer.key(text: name.rawValue)
                switch name {
                case .partId: writer.value("1")
                case .blobId: writer.value(message.blobID.description)
                case .size: writer.value(message.size)
                case .type: writer.value("application/octet-stream")
                case .headers: writeHeaders(nil, &writer)
                case .name, .charset, .disposition, .cid, .language, .location, .subParts: writer.null()
                }
            }
        }
        writer.endObject()
    }

    // MARK: Text

    /// The text of the parts that were asked for, each once (RFC 8621 §4.1.4, bodyValues).
    func writeValues(_ writer: inout JSONWriter) {
        writer.beginObject()
        var written: Set<[Int]> = []
        for part in partsWithValues where part.isText && written.insert(part.section).inserted {
            guard let octets, !writer.isOverLimit else { break }
            writer.key(text: part.id)
            write(valueOf: part, octets, &writer)
        }
        writer.endObject()
    }

    private var partsWithValues: [Part] {
        guard selection.fetchesValues, let structure else { return [] }
        if selection.fetchesAllValues { return structure.parts }
        return (selection.fetchesTextValues ? choice?.textBody ?? [] : [])
            + (selection.fetchesHTMLValues ? choice?.htmlBody ?? [] : [])
    }

    /// No more is decoded than the answer can still take: one octet over ends it.
    private func write(valueOf part: Part, _ octets: UnsafeRawBufferPointer, _ writer: inout JSONWriter) {
        let room = max(0, writer.limit - writer.bytes.count)
        let isBound = selection.maximumValue.map { $0 <= room } ?? false
        let text = part.text(
            from: octets, limit: isBound ? selection.maximumValue : room == .max ? nil : room + 1)
        guard isBound || !text.isTruncated else { return writer.exceedLimit() }
        writer.beginObject()
        writer.key("value")
        writer.value(text.value)
        writer.key("isEncodingProblem")
        writer.value(text.isEncodingProblem)
        writer.key("isTruncated")
        writer.value(text.isTruncated)
        writer.endObject()
    }
}

extension Part {
    /// RFC 8621 §4.1.4 partId: the section numbers with dots between them, as in IMAP.
    var id: String { section.map(String.init).joined(separator: ".") }
}
