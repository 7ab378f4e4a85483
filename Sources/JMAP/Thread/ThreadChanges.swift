import MailModel
import MailStore

extension Method {
    /// RFC 8621 §3.2.
    static let threadChanges = Method(
        "Thread/changes", .mail,
        .read { call, reader in
            let arguments = try ChangesArguments(&call)
            let changes = try reader.changes(
                of: .thread, as: ThreadID.self, since: arguments.sinceState, max: arguments.maxChanges)
            call.writeChanges(changes, since: arguments.sinceState)
        })
}
