import JSON
import MIME
import MailModel

/// The header fields that a client sets on an email or on one of its parts, by any of the properties that stand for them.
struct OutgoingHeader {
    private(set) var fields: [OutgoingField] = []
    /// The property that set each field, by the field's name in lower case.
    private var keys: [String: String] = [:]

    /// The property that set a field.
    func key(of field: String) -> String { keys[field.lowercased()] ?? field }

    func sets(_ field: String) -> Bool { keys[field.lowercased()] != nil }

    /// Notes that a property other than a header property stands for a field.
    mutating func claim(_ field: String, by key: String) throws {
        let name = field.lowercased()
        if let other = keys[name] {
            throw SetError(
                .invalidProperties, "\(other) and \(key) set the same header field.", properties: [other, key])
        }
        keys[name] = key
    }

    /// A property of RFC 8621 §4.1.3 that stands for a field.
    mutating func add(_ name: EmailProperty.Name, _ value: JSONValue) throws {
        let key = name.rawValue
        let (field, form): (String, HeaderForm) =
            switch name {
            case .messageId: ("Message-ID", .messageIDs)
            case .inReplyTo: ("In-Reply-To", .messageIDs)
            case .references: ("References", .messageIDs)
            case .sender: ("Sender", .addresses)
            case .from: ("From", .addresses)
            case .to: ("To", .addresses)
            case .cc: ("Cc", .addresses)
            case .bcc: ("Bcc", .addresses)
            case .replyTo: ("Reply-To", .addresses)
            case .subject: ("Subject", .text)
            case .sentAt: ("Date", .date)
            case .id, .blobId, .threadId, .mailboxIds, .keywords, .size, .receivedAt, .hasAttachment, .preview,
                .headers, .bodyStructure, .bodyValues, .textBody, .htmlBody, .attachments, .maildrop, .snoozed:
                throw SetError.invalid(key, "\(key) is no header field.")
            }
        try claim(field, by: key)
        fields.append(OutgoingField(field, try HeaderValues.content(value, form, key)))
    }

    /// `header:Name:asForm`, perhaps with `:all`: then an array, of a field each.
    mutating func add(_ property: HeaderProperty, _ value: JSONValue) throws {
        try claim(property.field, by: property.key)
        guard property.isAll else {
            let content = try HeaderValues.content(value, property.form, property.key)
            return fields.append(OutgoingField(property.field, content))
        }
        guard let items = value.array else {
            throw SetError.invalid(property.key, "\(property.key) is an array.")
        }
        for item in items {
            fields.append(OutgoingField(property.field, try HeaderValues.content(item, property.form, property.key)))
        }
    }

    /// Adds what every message has (RFC 8621 §4.6): Date and Message-ID, unless they are there.
    mutating func complete(_ stamp: MessageStamp) {
        fields.removeAll { $0.name.lowercased() == "mime-version" }
        if !sets("Message-ID") {
            fields.insert(OutgoingField("Message-ID", .messageIDs(["\(stamp.token)@\(domain)"])), at: 0)
        }
        if !sets("Date") {
            let date = MessageDate(timestamp: stamp.now, offsetMinutes: 0)
            fields.insert(OutgoingField("Date", .date(date)), at: 0)
        }
    }

    /// The sender's domain, where it can be part of a message-id.
    private var domain: String {
        for field in fields where field.name.lowercased() == "from" {
            guard case .addresses(let addresses) = field.content,
                let domain = addresses.first?.email.split(separator: "@").last.map(String.init),
                domain.utf8.count <= 253, domain.utf8.allSatisfy(Self.isDomainOctet)
            else { continue }
            return domain.lowercased()
        }
        return "restante.invalid"
    }

    private static func isDomainOctet(_ octet: UInt8) -> Bool {
        (0x30...0x39).contains(octet) || (0x61...0x7A).contains(octet | 0x20) || octet == 0x2D || octet == 0x2E
    }
}

/// Reads the values of header properties (RFC 8621 §4.1.2).
enum HeaderValues {
    static func content(_ value: JSONValue, _ form: HeaderForm, _ key: String) throws -> HeaderContent {
        switch form {
        case .raw: return .raw(try text(value, key))
        case .text: return .text(try text(value, key))
        case .addresses: return .addresses(try addresses(value, key))
        case .groupedAddresses: return .groupedAddresses(try groups(value, key))
        case .messageIDs: return .messageIDs(try texts(value, key))
        case .urls: return .urls(try texts(value, key))
        case .date:
            guard let date = try MessageDate(rfc3339: text(value, key)) else {
                throw SetError.invalid(key, "\(key) is no date and time of RFC 3339.")
            }
            return .date(date)
        }
    }

    private static func text(_ value: JSONValue, _ key: String) throws -> String {
        guard let text = value.string else { throw SetError.invalid(key, "\(key) is a string.") }
        return text
    }

    private static func texts(_ value: JSONValue, _ key: String) throws -> [String] {
        guard let items = value.array, !items.isEmpty else {
            throw SetError.invalid(key, "\(key) is an array of strings.")
        }
        return try items.map { try text($0, key) }
    }

    static func addresses(_ value: JSONValue, _ key: String) throws -> [Address] {
        guard let items = value.array else { throw SetError.invalid(key, "\(key) is an array of addresses.") }
        return try items.map { item in
            guard let object = item.object, let email = object["email"]?.string,
                object.members.allSatisfy({ $0.key == "email" || $0.key == "name" }),
                object["name"].map({ $0.isNull || $0.string != nil }) ?? true
            else { throw SetError.invalid(key, "An address in \(key) has an email and perhaps a name.") }
            return Address(name: object["name"]?.string, email: email)
        }
    }

    private static func groups(_ value: JSONValue, _ key: String) throws -> [AddressGroup] {
        guard let items = value.array else { throw SetError.invalid(key, "\(key) is an array of groups.") }
        return try items.map { item in
            guard let object = item.object, let members = object["addresses"],
                object.members.allSatisfy({ $0.key == "addresses" || $0.key == "name" }),
                object["name"].map({ $0.isNull || $0.string != nil }) ?? true
            else { throw SetError.invalid(key, "A group in \(key) has addresses and perhaps a name.") }
            return AddressGroup(name: object["name"]?.string, addresses: try addresses(members, key))
        }
    }
}
