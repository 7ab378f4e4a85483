import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.2.
    static let maildropChanges = Method(
        "Maildrop/changes", .maildrop,
        .read { call, reader in
            let arguments = try ChangesArguments(&call)
            let changes = try reader.changes(
                of: .maildrop, as: MaildropID.self, since: arguments.sinceState, max: arguments.maxChanges)
            call.writeChanges(changes, since: arguments.sinceState)
        })
}
