import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.1. Jobs live in memory: nothing of the account is read.
    static let maildropJobGet = Method(
        "MaildropJob/get", .maildrop,
        .pure { call in
            try call.takeAccountID()
            let requested = try RequestedIDs<JobID>(&call)
            let properties = try call.arguments.takeProperties(MaildropJobProperty.self)
            try call.arguments.end()
            let (store, account) = (call.store, call.principal.account)
            // Before the jobs, so that what changes meanwhile is told again.
            let state = store.jobState(of: account)
            let jobs = requested.select(store.jobs(of: account), id: \.id)
            try call.writeGet(jobs, requested: requested, state: state, id: \.id) { $0.write(properties, &$1) }
        })

    /// RFC 8620 §5.2. Jobs live as long as the server's process: a state of an earlier one cannot be followed.
    static let maildropJobChanges = Method(
        "MaildropJob/changes", .maildrop,
        .pure { call in
            let arguments = try ChangesArguments(&call)
            let changes = try call.store.jobChanges(
                of: call.principal.account, since: arguments.sinceState, max: arguments.maxChanges)
            call.writeChanges(changes, since: arguments.sinceState)
        })
}
