import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §2.2.
    static let mailboxChanges = Method(
        "Mailbox/changes", .mail,
        .read { call, reader in
            let arguments = try ChangesArguments(&call)
            let changes = try reader.changes(
                of: .mailbox, as: MailboxID.self, since: arguments.sinceState, max: arguments.maxChanges)
            call.writeChanges(changes, since: arguments.sinceState) { writer in
                writer.key("updatedProperties")
                guard changes.updatedOnlyCounts else { return writer.null() }
                writer.beginArray()
                for property in MailboxProperty.counts { writer.value(property.rawValue) }
                writer.endArray()
            }
        })
}
