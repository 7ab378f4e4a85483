import JSON
import MailModel
import MailStore

/// RFC 8621 §2.3, FilterCondition: the members that are set must all hold.
struct MailboxCondition {
    private var parent: JSONValue?
    private var name: String?
    private var role: JSONValue?
    private var hasAnyRole: Bool?
    private var isSubscribed: Bool?

    init(_ object: JSONObject) throws {
        for member in object.members {
            let isValid: Bool
            switch member.key {
            case "parentId":
                parent = member.value
                isValid = member.value.isNull || member.value.string != nil
            case "name":
                name = member.value.string.map { Collation.unicodeCasemap.key($0) }
                isValid = name != nil
            case "role":
                role = member.value
                isValid = member.value.isNull || member.value.string != nil
            case "hasAnyRole":
                hasAnyRole = member.value.bool
                isValid = hasAnyRole != nil
            case "isSubscribed":
                isSubscribed = member.value.bool
                isValid = isSubscribed != nil
            default:
                throw MethodError.invalidArguments("Mailboxes have no filter \(member.key.quoted).")
            }
            guard isValid else {
                throw MethodError.invalidArguments("The filter \(member.key) has a value of the wrong type.")
            }
        }
    }

    func isMet(by mailbox: Mailbox) -> Bool {
        if let parent, parent.string != mailbox.parentID?.description { return false }
        if let name, !name.isEmpty, !Collation.unicodeCasemap.key(mailbox.name).contains(name) { return false }
        if let role, role.string != mailbox.role?.rawValue { return false }
        if let hasAnyRole, hasAnyRole != (mailbox.role != nil) { return false }
        if let isSubscribed, isSubscribed != mailbox.isSubscribed { return false }
        return true
    }
}
