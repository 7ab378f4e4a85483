public import MailModel

/// What a list shows of a message and what the store keeps beside it: the header fields of RFC 8621 §4.1.3 in their parsed
/// forms, the preview and the attachment mark. Nil fields are fields that the message does not have.
public struct MessageSummary: Sendable, Hashable {
    public var messageIDs: [String]?
    public var inReplyTo: [String]?
    public var references: [String]?
    public var sender: [Address]?
    public var from: [Address]?
    public var to: [Address]?
    public var cc: [Address]?
    public var bcc: [Address]?
    public var replyTo: [Address]?
    public var subject: String?
    public var sentAt: MessageDate?
    /// The date of the topmost Received field: when the last server took the message.
    public var receivedAt: Timestamp?
    /// At most 256 characters, one line.
    public var preview: String = ""
    public var hasAttachment: Bool = false
    /// What was wrong with the message's header beyond what its structure says.
    public var defects: Defects = []

    public init() {}

    /// Reads the summary of a message from the octets that `structure` was parsed from.
    public static func summarise(
        _ structure: MessageStructure, _ bytes: UnsafeRawBufferPointer, limits: Limits.MIME = Limits.MIME()
    ) -> MessageSummary {
        var summary = MessageSummary()
        let header = HeaderFields(bytes, in: structure.root.headerRange, limits: limits)
        summary.defects = header.defects
        SummaryFields(header, bytes).fill(&summary, bytes, limits)
        let choice = BodyChoice(structure)
        summary.hasAttachment = structure.hasAttachment(choice)
        summary.preview = PreviewBuilder.preview(choice, bytes)
        return summary
    }
}

/// The fields that a summary is made of, found in one pass: the last of each name, the first Received.
private struct SummaryFields {
    private var messageID: HeaderField?
    private var inReplyTo: HeaderField?
    private var references: HeaderField?
    private var sender: HeaderField?
    private var from: HeaderField?
    private var to: HeaderField?
    private var cc: HeaderField?
    private var bcc: HeaderField?
    private var replyTo: HeaderField?
    private var subject: HeaderField?
    private var date: HeaderField?
    private var received: HeaderField?

    init(_ header: HeaderFields, _ bytes: UnsafeRawBufferPointer) {
        for field in header.fields {
            func named(_ name: StaticString) -> Bool { bytes.spells(name, in: field.name) }
            switch field.name.count {
            case 2:
                if named("to") { to = field } else if named("cc") { cc = field }
            case 3: if named("bcc") { bcc = field }
            case 4:
                if named("from") { from = field } else if named("date") { date = field }
            case 6: if named("sender") { sender = field }
            case 7: if named("subject") { subject = field }
            case 8:
                if named("reply-to") { replyTo = field } else if received == nil, named("received") { received = field }
            case 10:
                if named("message-id") { messageID = field } else if named("references") { references = field }
            case 11: if named("in-reply-to") { inReplyTo = field }
            default: break
            }
        }
    }

    func fill(_ summary: inout MessageSummary, _ bytes: UnsafeRawBufferPointer, _ limits: Limits.MIME) {
        summary.messageIDs = messageID?.messageIDs(in: bytes)
        summary.inReplyTo = inReplyTo?.messageIDs(in: bytes)
        summary.references = references?.messageIDs(in: bytes)
        var defects = summary.defects
        func addresses(_ field: HeaderField?) -> [Address]? {
            guard let field else { return nil }
            var parser = AddressParser(bytes.slice(field.value), limit: limits.addresses)
            let groups = parser.parse()
            if parser.isOverLimit { defects.insert(.tooManyAddresses) }
            return groups.count == 1 ? groups[0].addresses : groups.flatMap(\.addresses)
        }
        summary.sender = addresses(sender)
        summary.from = addresses(from)
        summary.to = addresses(to)
        summary.cc = addresses(cc)
        summary.bcc = addresses(bcc)
        summary.replyTo = addresses(replyTo)
        summary.defects = defects
        summary.subject = subject?.text(in: bytes)
        summary.sentAt = date?.date(in: bytes)
        summary.receivedAt = received.flatMap { receivedDate(bytes.slice($0.value)) }
    }
}

/// The date of a Received field, which stands after its last semicolon outside comments (RFC 5322 §3.6.7).
func receivedDate(_ value: UnsafeRawBufferPointer) -> Timestamp? {
    var scanner = TokenScanner(value)
    var dateStart: Int?
    while true {
        scanner.skipCFWS()
        guard let octet = scanner.current else { break }
        if octet == ASCII.quote {
            _ = scanner.readQuotedString()
        } else {
            scanner.position += 1
            if octet == ASCII.semicolon { dateStart = scanner.position }
        }
    }
    return dateStart.flatMap { MessageDate(value.slice($0..<value.count)) }?.timestamp
}
