/// A property of an Email (RFC 8621 §4.1).
enum EmailProperty: Hashable {
    case named(Name)
    case header(HeaderProperty)

    enum Name: String, CaseIterable {
        case id, blobId, threadId, mailboxIds, keywords, size, receivedAt
        case messageId, inReplyTo, references, sender, from, to, cc, bcc, replyTo, subject, sentAt
        case hasAttachment, preview
        case headers, bodyStructure, bodyValues, textBody, htmlBody, attachments
        /// Ours.
        case maildrop, snoozed
    }

    /// What Email/get answers with when no properties are asked for (RFC 8621 §4.2).
    static let usual: [EmailProperty] = Name.allCases
        .filter { $0 != .headers && $0 != .bodyStructure && $0 != .maildrop && $0 != .snoozed }
        .map(EmailProperty.named)

    /// What Email/parse answers with (RFC 8621 §4.9).
    static let usualOfParsed: [EmailProperty] =
        [
            Name.messageId, .inReplyTo, .references, .sender, .from, .to, .cc, .bcc, .replyTo, .subject, .sentAt,
            .hasAttachment, .preview, .bodyValues, .textBody, .htmlBody, .attachments,
        ]
        .map(EmailProperty.named)

    init(_ name: String) throws {
        if let property = Name(rawValue: name) {
            self = .named(property)
        } else if let property = try HeaderProperty(name) {
            self = .header(property)
        } else {
            throw MethodError.invalidArguments("Emails have no property \(name.quoted).")
        }
    }

    var key: String {
        switch self {
        case .named(let name): name.rawValue
        case .header(let property): property.key
        }
    }

    /// Whether the property lists body parts.
    var isPartList: Bool {
        switch self {
        case .named(.bodyStructure), .named(.textBody), .named(.htmlBody), .named(.attachments): true
        case .named, .header: false
        }
    }
}

/// A property of an EmailBodyPart (RFC 8621 §4.1.4).
enum PartProperty: Hashable {
    case named(Name)
    case header(HeaderProperty)

    enum Name: String, CaseIterable {
        case partId, blobId, size, name, type, charset, disposition, cid, language, location, headers, subParts
    }

    /// What each part is described by when `bodyProperties` is not given (RFC 8621 §4.2).
    static let usual: [PartProperty] = Name.allCases.filter { $0 != .headers && $0 != .subParts }
        .map(PartProperty.named)

    init(_ name: String) throws {
        if let property = Name(rawValue: name) {
            self = .named(property)
        } else if let property = try HeaderProperty(name) {
            self = .header(property)
        } else {
            throw MethodError.invalidArguments("Body parts have no property \(name.quoted).")
        }
    }

    var needsOctets: Bool {
        switch self {
        case .header, .named(.headers): true
        case .named: false
        }
    }
}
