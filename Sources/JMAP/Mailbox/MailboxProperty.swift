import JSON
import MailModel
import MailStore

/// RFC 8621 §2.
enum MailboxProperty: String, RecordProperty {
    case id, name, parentId, role, sortOrder, totalEmails, unreadEmails, totalThreads, unreadThreads, myRights
    case isSubscribed

    /// Those that change with mail, not with what a user does to the mailbox (RFC 8621 §2.2).
    static let counts: [MailboxProperty] = [.totalEmails, .unreadEmails, .totalThreads, .unreadThreads]

    /// Whether a client may set it.
    var isSettable: Bool {
        switch self {
        case .name, .parentId, .role, .sortOrder, .isSubscribed: true
        case .id, .totalEmails, .unreadEmails, .totalThreads, .unreadThreads, .myRights: false
        }
    }
}

extension Mailbox: Record {
    func write(_ property: MailboxProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .name: writer.value(name)
        case .parentId: writer.value(optional: parentID)
        case .role: writer.value(optional: role?.rawValue)
        case .sortOrder: writer.value(sortOrder)
        case .totalEmails: writer.value(totalEmails)
        case .unreadEmails: writer.value(unreadEmails)
        case .totalThreads: writer.value(totalThreads)
        case .unreadThreads: writer.value(unreadThreads)
        case .myRights: writer.value(json: role == .inbox ? Self.inboxRights : Self.everyRight)
        case .isSubscribed: writer.value(isSubscribed)
        }
    }

    /// An account has one user, who may do everything (RFC 8621 §2, myRights) but destroy the Inbox.
    private static let everyRight = rights(mayDelete: true)
    private static let inboxRights = rights(mayDelete: false)

    private static func rights(mayDelete: Bool) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for right in [
            "mayReadItems", "mayAddItems", "mayRemoveItems", "maySetSeen", "maySetKeywords", "mayCreateChild",
            "mayRename", "maySubmit",
        ] {
            writer.key(text: right)
            writer.value(true)
        }
        writer.key("mayDelete")
        writer.value(mayDelete)
        writer.endObject()
        return writer.bytes
    }
}
