import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 9404 §4.3: which records a blob is part of. An id that could name a blob and names none is part of nothing; one
    /// that could not is not found.
    static let blobLookup = Method(
        "Blob/lookup", .blob,
        .read { call, reader in
            try call.takeAccountID()
            let types = try lookupTypes(&call)
            let texts = try call.arguments.takeStrings("ids")
            try call.arguments.end()
            let ids = call.createdIDs.resolveAll(texts)
            try RequestedIDs<EmailID>.check(ids.count, call.limits)
            call.writer.beginObject()
            call.writeAccountID()
            call.writer.key("list")
            call.writer.beginArray()
            for case let (text, id?) in ids.map({ ($0, BlobID($0)) }) {
                guard !call.writer.isOverLimit else { return }
                try BlobReferences(id, reader).write(text, types, &call.writer)
            }
            call.writer.endArray()
            call.writer.key("notFound")
            call.writer.value(.array(ids.filter { BlobID($0) == nil }.map { .string($0) }))
            call.writer.endObject()
        })

    private static func lookupTypes(_ call: inout MethodCall) throws -> [BlobReferences.Kind] {
        let names = try call.arguments.takeStrings("typeNames")
        var types: [BlobReferences.Kind] = []
        for name in names {
            guard let type = BlobReferences.Kind(rawValue: name), call.using.contains(type.capability) else {
                throw MethodError(.unknownDataType, "Nothing is looked up for the type \(name.quoted).")
            }
            if !types.contains(type) { types.append(type) }
        }
        return types
    }
}

/// The records that a blob is part of: a message is part of its emails, and so are its parts.
struct BlobReferences {
    /// A type that blobs can be looked up for.
    enum Kind: String, CaseIterable {
        case mailbox = "Mailbox"
        case thread = "Thread"
        case email = "Email"

        var capability: Capability {
            switch self {
            case .mailbox, .thread, .email: .mail
            }
        }
    }

    private let emails: [Email]

    init(_ id: BlobID, _ reader: AccountReader) throws {
        let ids = try reader.emails(withBlob: id.whole)
        let isThere = try !ids.isEmpty && (id.section.isEmpty || reader.hasBlob(id))
        emails = isThere ? try reader.emails(ids) : []
    }

    func write(_ text: String, _ types: [Kind], _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.value(text)
        writer.key("matchedIds")
        writer.beginObject()
        for type in types {
            writer.key(text: type.rawValue)
            switch type {
            case .mailbox: writer.value(ids: Set(emails.flatMap(\.mailboxIDs)).sorted())
            case .thread: writer.value(ids: Set(emails.map(\.threadID)).sorted())
            case .email: writer.value(ids: emails.map(\.id))
            }
        }
        writer.endObject()
        writer.endObject()
    }
}
