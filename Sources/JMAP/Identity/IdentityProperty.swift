import JSON
import MailModel
import MailStore

/// RFC 8621 §6.
enum IdentityProperty: String, RecordProperty {
    case id, name, email, replyTo, bcc, textSignature, htmlSignature, mayDelete
}

extension Identity: Record {
    func write(_ property: IdentityProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .name: writer.value(settings.name)
        case .email: writer.value(settings.email)
        case .replyTo: writer.value(optional: settings.replyTo)
        case .bcc: writer.value(optional: settings.bcc)
        case .textSignature: writer.value(settings.textSignature)
        case .htmlSignature: writer.value(settings.htmlSignature)
        case .mayDelete: writer.value(true)
        }
    }
}

extension IdentitySettings {
    /// Reads an Identity as a client gives it; what is not there has its default.
    init(_ object: JSONObject) throws {
        for member in object.members where IdentityProperty(rawValue: member.key) == nil {
            throw SetError.invalid(member.key, "Identities have no property \(member.key.quoted).")
        }
        func text(_ property: IdentityProperty) throws -> String {
            guard let value = object[property.rawValue], !value.isNull else { return "" }
            guard let text = value.string else {
                throw SetError.invalid(property.rawValue, "\(property.rawValue) is a string.")
            }
            return text
        }
        func addresses(_ property: IdentityProperty) throws -> [Address]? {
            guard let value = object[property.rawValue], !value.isNull else { return nil }
            return try HeaderValues.addresses(value, property.rawValue)
        }
        self.init(
            name: try text(.name), email: try text(.email), replyTo: try addresses(.replyTo), bcc: try addresses(.bcc),
            textSignature: try text(.textSignature), htmlSignature: try text(.htmlSignature))
    }
}
