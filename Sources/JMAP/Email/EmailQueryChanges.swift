import MailModel
import MailStore

extension Method {
    /// RFC 8621 §4.5.
    static let emailQueryChanges = Method(
        "Email/queryChanges", .mail,
        .read { call, reader in
            let arguments = try QueryChangesArguments(&call)
            let threads = try call.arguments.takeThreadListing()
            try call.arguments.end()
            let query = EmailQuery(
                filter: try call.emailFilter(arguments.filter),
                order: try EmailQuery.Order(arguments.sort), threads: threads,
                total: arguments.calculatesTotal ? .calculate : .omit)
            let changes = try reader.queryChanges(
                query, since: arguments.sinceState, upTo: arguments.upToID.flatMap { EmailID($0) })
            try call.writeQueryChanges(changes, arguments)
        })
}
