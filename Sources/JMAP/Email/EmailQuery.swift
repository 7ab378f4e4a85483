import MailModel
import MailStore

extension Method {
    /// RFC 8621 §4.4.
    static let emailQuery = Method(
        "Email/query", .mail,
        .read { call, reader in
            let arguments = try QueryArguments(&call)
            let threads = try call.arguments.takeThreadListing()
            try call.arguments.end()
            var query = EmailQuery(
                filter: try call.emailFilter(arguments.filter),
                order: try EmailQuery.Order(arguments.sort),
                position: arguments.position, anchorOffset: arguments.anchorOffset, limit: arguments.limit,
                threads: threads,
                total: arguments.calculatesTotal ? .calculate : .omit)
            if let anchor = arguments.anchor {
                guard let id = EmailID(anchor) else {
                    throw MethodError(.anchorNotFound, "\(anchor.quoted) is not among the results.")
                }
                query.anchor = id
            }
            let result = try reader.query(query)
            call.writeQuery(
                ids: result.ids, position: result.position, total: result.total, queryState: result.queryState,
                query.canBeFollowed ? .byChanges : .byAskingAgain)
        })
}
