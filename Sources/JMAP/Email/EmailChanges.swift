import MailModel
import MailStore

extension Method {
    /// RFC 8621 §4.3.
    static let emailChanges = Method(
        "Email/changes", .mail,
        .read { call, reader in
            let arguments = try ChangesArguments(&call)
            let changes = try reader.changes(
                of: .email, as: EmailID.self, since: arguments.sinceState, max: arguments.maxChanges)
            call.writeChanges(changes, since: arguments.sinceState)
        })
}
