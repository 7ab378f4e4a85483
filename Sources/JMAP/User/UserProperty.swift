import JSON
import MailModel
import MailStore

/// What may be read of a user. `password` is not among it: it can only be set.
enum UserProperty: String, RecordProperty {
    case id, name, role, accountId, createdAt, disabled
}

extension User {
    func write(_ property: UserProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .name: writer.value(name)
        case .role: writer.value(role.rawValue)
        case .accountId: writer.value(account)
        case .createdAt: writer.value(createdAt.description)
        case .disabled: writer.value(disabledAt != nil)
        }
    }
}
