import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.2. Statuses live as long as the server's process: a state of an earlier one cannot be followed.
    static let maildropStatusChanges = Method(
        "MaildropStatus/changes", .maildrop,
        .pure { call in
            let arguments = try ChangesArguments(&call)
            let changes = try call.store.statusChanges(
                of: call.principal.account, since: arguments.sinceState, max: arguments.maxChanges)
            call.writeChanges(changes, since: arguments.sinceState)
        })
}
