import JSON
import MIME
import MailModel
import MailStore

/// An Email that a client composes (RFC 8621 §4.6), read from what it gave.
struct EmailCreation {
    private(set) var mailboxIDs: Set<MailboxID> = []
    private(set) var keywords: Set<Keyword> = []
    private(set) var receivedAt: Timestamp?
    private(set) var message: OutgoingMessage
    /// What separates its parts is made of this.
    let boundary: String

    /// - Throws: `invalidProperties` for whatever makes the message ambiguous or cannot be written.
    init(_ record: JSONObject, _ createdIDs: CreatedIDs, _ stamp: MessageStamp) throws {
        boundary = stamp.boundary
        var header = OutgoingHeader()
        for member in record.members where !member.value.isNull {
            switch try Self.property(member.key) {
            case .named(.mailboxIds), .named(.keywords), .named(.receivedAt), .named(.bodyStructure),
                .named(.textBody), .named(.htmlBody), .named(.attachments), .named(.bodyValues):
                continue
            case .named(.id), .named(.blobId), .named(.threadId), .named(.size), .named(.hasAttachment),
                .named(.preview), .named(.maildrop):
                throw SetError.invalid(member.key, "Only the server sets \(member.key).")
            case .named(.snoozed):
                throw SetError.invalid("snoozed", "An email is put away once it is there.")
            case .named(.headers):
                throw SetError.invalid("headers", "Each header field is set by a property of its own.")
            case .named(let name): try header.add(name, member.value)
            case .header(let property): try header.add(property, member.value)
            }
        }
        if let field = header.fields.first(where: { $0.name.lowercased().hasPrefix("content-") }) {
            throw SetError.invalid(header.key(of: field.name), "\(field.name) is set on a body part, not on the email.")
        }
        mailboxIDs = try EmailValues.mailboxIDs(record["mailboxIds"], createdIDs)
        keywords = try EmailValues.keywords(record["keywords"])
        receivedAt = try EmailValues.receivedAt(record["receivedAt"])
        let body = try OutgoingBody(record, createdIDs).root(besides: header)
        header.complete(stamp)
        message = OutgoingMessage(fields: header.fields, body: body)
        try check(header)
    }

    private static func property(_ key: String) throws -> EmailProperty {
        do {
            return try EmailProperty(key)
        } catch let error as MethodError {
            throw SetError.invalid(key, error.description ?? "Emails have no property \(key.quoted).")
        }
    }

    /// Everything that is written can be written, and says what was meant.
    private func check(_ header: OutgoingHeader) throws {
        for field in message.fields {
            do { _ = try field.octets() } catch { throw SetError.invalid(header.key(of: field.name), error.message) }
        }
    }

    /// The blobs that the message is made of, each once.
    var blobIDs: [BlobID] {
        var seen: Set<BlobID> = []
        func collect(_ part: OutgoingPart) -> [BlobID] {
            switch part.content {
            case .blob(let id): seen.insert(id).inserted ? [id] : []
            case .text: []
            case .parts(let parts): parts.flatMap(collect)
            }
        }
        return collect(message.body)
    }
}

/// What makes one message different from every other: given, so that making it needs neither clock nor chance.
struct MessageStamp {
    let now: Timestamp
    /// 32 hexadecimal digits that nobody can guess, for the Message-ID.
    let token: String
    /// As many for the boundaries: nobody who knows the Message-ID knows them.
    let boundary: String

    init(now: Timestamp) {
        self.now = now
        (token, boundary) = (Self.digits(), Self.digits())
    }

    private static func digits() -> String {
        let digits = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }
        return digits.map { String(repeating: "0", count: 16 - $0.count) + $0 }.joined()
    }
}
