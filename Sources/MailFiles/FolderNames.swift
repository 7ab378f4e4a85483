public import MailModel

/// What mail programs call the mailboxes that have a role.
public enum FolderNames {
    /// The role of a mailbox at the top with this name; nil when it is one of the user's own.
    public static func role(of name: String) -> MailboxRole? { roles[name.lowercased()] }

    private static let roles: [String: MailboxRole] = [
        "inbox": .inbox, "posteingang": .inbox,
        "sent": .sent, "sent items": .sent, "sent messages": .sent, "sent mail": .sent, "gesendet": .sent,
        "gesendete elemente": .sent, "envoyés": .sent, "enviados": .sent,
        "drafts": .drafts, "entwürfe": .drafts, "brouillons": .drafts, "borradores": .drafts,
        "trash": .trash, "deleted items": .trash, "deleted messages": .trash, "papierkorb": .trash,
        "gelöschte elemente": .trash, "corbeille": .trash, "papelera": .trash,
        "junk": .junk, "spam": .junk, "junk e-mail": .junk, "junk email": .junk, "bulk mail": .junk,
        "archive": .archive, "archives": .archive, "archiv": .archive,
    ]
}
